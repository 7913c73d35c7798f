#ifndef PENSTOCK_KUBE_EXEC_PLUGIN_HPP
#define PENSTOCK_KUBE_EXEC_PLUGIN_HPP
#include <penstock/auth/exec_source.hpp>
#include <penstock/auth/token_cache.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/kube/credential.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::kube {

/** The credential that a program gives, as kubeconfigs name one with `exec`: a token, a client certificate, or both.

    The program runs when there is no credential yet, before one runs out (`renewal` before, or in the middle of a
    short life), and after a 401; once for all who wait, with 30 seconds of its own however long they wait. A failure is told to all who wait; the next request
    runs it again, after a pause that grows from a second to a minute.
    @par Thread safety
    One thread. */
template <env::environment Env>
class exec_plugin final : public credential_source
{
public:
    /// Takes a client certificate with its key, before the requests that need it.
    using certificate_user = std::function<result<void>(std::string const& certificate_pem, secret const& key_pem)>;

    static constexpr duration renewal = std::chrono::seconds(30);  ///< What is left when it is renewed ahead.
    static constexpr duration leeway = std::chrono::seconds(10);  ///< What is left when requests wait for a new one.

    /** @param env Outlives it, and the run of a program that it leaves behind.
        @param use Not called after the destructor. */
    exec_plugin(Env& env, executor const& ex, auth::exec_options options, certificate_user use)
        : use_(std::make_shared<certificate_user>(std::move(use))),
          tokens_(env, ex, source{auth::exec_source<Env>(env, std::move(options)), use_}, how())
    {}
    ~exec_plugin() override { *use_ = nullptr; }  // a run may be under way, and unwinds later

    awaitable<result<secret>> authorization(time_point deadline) override
    {
        auto got = co_await tokens_.get(auth::sole_key(), deadline);
        if (!got)
            co_return got.error();
        current_ = *std::move(got);
        if (current_->value.empty())
            co_return secret();
        std::string value = "Bearer ";
        value += current_->value.reveal();
        co_return secret(std::move(value));
    }

    bool rejected(time_point started) override
    {
        if (current_ && current_->issued <= started)
            tokens_.refused(auth::sole_key(), *current_);
        return true;
    }
private:
    /// The program, and what it gave looked at and handed over as far as it is a certificate.
    struct source
    {
        using key_type = auth::sole_key;
        static constexpr std::string_view name = auth::exec_source<Env>::name;

        auth::exec_source<Env> program;
        std::shared_ptr<certificate_user> use;

        awaitable<result<auth::token>> mint(key_type key, time_point deadline)
        {
            auto fresh = co_await program.mint(key, deadline);
            if (!fresh)
                co_return fresh;
            if (!fresh->value.empty())
                if (auto const ok = auth::check_token_value(fresh->value, "the answer of the exec plug-in"); !ok)
                    co_return ok.error();
            if (!fresh->certificate_pem.empty() && *use)
                if (auto const ok = (*use)(fresh->certificate_pem, fresh->private_key_pem); !ok)
                    co_return ok.error();
            co_return fresh;
        }
    };

    static auth::token_cache_options how()
    {
        auth::token_cache_options o;
        o.timing.soft = renewal;
        o.timing.hard = leeway;
        o.timing.jitter = 0;  // one process, one program: nobody to keep apart
        o.timing.grace = duration::zero();  // a 401 means this one credential
        o.max_keys = 1;
        return o;
    }

    std::shared_ptr<certificate_user> use_;
    auth::token_cache<source, Env> tokens_;
    auth::shared_token current_;  // what requests were sent with last
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_EXEC_PLUGIN_HPP
