#ifndef PENSTOCK_KUBE_EXEC_PLUGIN_HPP
#define PENSTOCK_KUBE_EXEC_PLUGIN_HPP
#include <penstock/auth/exec_source.hpp>
#include <penstock/clock/gate.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/kube/credential.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace penstock::kube {

/** The credential that a program gives, as kubeconfigs name one with `exec`: a token, a client certificate, or both.

    The program runs when there is no credential yet, ten seconds before one runs out, and after a 401; once for all
    who wait. A failure is told to those who wait, and the next request runs it again.
    @par Thread safety
    One thread. */
template <env::environment Env>
class exec_plugin final : public credential_source
{
public:
    /// Takes a client certificate with its key, before the requests that need it.
    using certificate_user = std::function<result<void>(std::string const& certificate_pem, secret const& key_pem)>;

    static constexpr duration leeway = std::chrono::seconds(10);

    /// @param env Outlives it.
    exec_plugin(Env& env, executor ex, auth::exec_options options, certificate_user use)
        : env_(env), source_(env, std::move(options)), use_(std::move(use)), ran_(std::move(ex))
    {}

    awaitable<result<secret>> authorization(time_point deadline) override
    {
        while (running_) {
            if (auto const ec = co_await ran_.wait())
                co_return failure(ec);
            if (!running_)
                ran_.notify();  // whoever waits behind us
        }
        if (current_ && env_.clock().now() < use_until_)
            co_return header();
        running_ = true;
        finished const at_end{this};
        auto fresh = co_await source_.mint(auth::sole_key(), deadline);
        if (!fresh)
            co_return fresh.error();
        if (auto const ok = check(*fresh); !ok)
            co_return ok.error();
        use_until_ = fresh->expires == time_point::max() ? time_point::max() : fresh->expires - leeway;
        current_ = *std::move(fresh);
        co_return header();
    }

    bool rejected(time_point started) override
    {
        if (current_ && current_->issued <= started)
            use_until_ = time_point::min();
        return true;
    }
private:
    result<void> check(auth::token const& fresh)
    {
        if (!fresh.value.empty())
            if (auto const ok = auth::check_token_value(fresh.value, "the answer of the exec plug-in"); !ok)
                return ok.error();
        if (fresh.certificate_pem.empty() || !use_)
            return {};
        return use_(fresh.certificate_pem, fresh.private_key_pem);
    }

    secret header() const
    {
        if (current_->value.empty())
            return secret();
        std::string value = "Bearer ";
        value += current_->value.reveal();
        return secret(std::move(value));
    }

    struct finished
    {
        exec_plugin* self;
        ~finished()
        {
            self->running_ = false;
            self->ran_.notify();
        }
    };

    Env& env_;
    auth::exec_source<Env> source_;
    certificate_user use_;
    std::optional<auth::token> current_;
    time_point use_until_ = time_point::min();
    bool running_ = false;
    clock::gate ran_;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_EXEC_PLUGIN_HPP
