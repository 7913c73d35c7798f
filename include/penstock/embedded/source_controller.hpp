#ifndef PENSTOCK_EMBEDDED_SOURCE_CONTROLLER_HPP
#define PENSTOCK_EMBEDDED_SOURCE_CONTROLLER_HPP
#include <penstock/clock/deadline.hpp>
#include <penstock/clock/gate.hpp>
#include <penstock/crypto/base64.hpp>
#include <penstock/embedded/source_controller_status.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/git/smart_http.hpp>
#include <penstock/kube/informer.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/kube/object.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::embedded {

struct source_controller_options
{
    std::string ns;  ///< Empty: all namespaces.
    duration min_retry = std::chrono::milliseconds(750);
    duration max_retry = std::chrono::minutes(15);
    duration call_deadline = std::chrono::seconds(10);  ///< For one call of the Kubernetes API.
};

/** Stands in for Flux's source-controller and for the receivers of its notification-controller.

    GitRepositories get the head of their reference as `status.artifact`; nothing is checked out and no archive is
    made. Other sources are only marked as handled. Receivers get their path. Reacts to a new generation, to
    `reconcile.fluxcd.io/requestedAt` and to the interval, and leaves suspended objects alone.
    `Api` is a `kube::api_client` or has its calls.
    @par Thread safety
    One thread. */
template <env::environment Env, kube::api Api, http::transport Transport>
class source_controller
{
public:
    /// @param env,client,transport Outlive this object.
    source_controller(Env& env, Api& client, Transport& transport, executor ex, source_controller_options options = {})
        : env_(env), client_(client), remote_(transport), ex_(std::move(ex)), idle_(ex_), options_(std::move(options))
    {
        namespace known = kube::known;
        kube::informer_options watch;
        watch.ns = options_.ns;
        for (auto const* what : {&known::git_repositories, &known::oci_repositories, &known::buckets,
                                 &known::helm_repositories, &known::helm_charts, &known::receivers})
            informers_.push_back(std::make_unique<informer>(
                env_, client_, ex_, *what, watch,
                [this, what](kube::object_event event, boost::json::object const& o) { take(*what, event, o); }));
    }

    source_controller(source_controller const&) = delete;
    source_controller& operator=(source_controller const&) = delete;

    /// Runs until it is cancelled, and returns when all of its work has unwound.
    awaitable<void> run()
    {
        for (auto& one : informers_) {
            auto task = std::make_shared<asio::cancellation_signal>();
            watchers_.push_back(task);
            spawn(watch(*one), task);
        }
        (void)co_await env_.clock().sleep_until(time_point::max());
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        for (auto const& task : watchers_)
            task->emit(asio::cancellation_type::terminal);
        for (auto const& [key, one] : items_)
            one->signal->emit(asio::cancellation_type::terminal);
        while (running_ != 0)  // signals outlive what they were sent to
            (void)co_await idle_.wait();
        items_.clear();
        watchers_.clear();
    }

    /// How often objects were worked on; for tests.
    std::uint64_t reconciles() const noexcept { return reconciles_; }
    git::smart_http_statistics const& git_statistics() const noexcept { return remote_.statistics(); }
private:
    using informer = kube::informer<Env, Api>;

    /// An object and the coroutine that works on it.
    struct item
    {
        explicit item(executor ex) : changed(std::move(ex)) {}

        clock::gate changed;
        std::shared_ptr<asio::cancellation_signal> signal = std::make_shared<asio::cancellation_signal>();
        kube::resource what;
        flux_object object;
        bool gone = false;
    };

    static awaitable<void> watch(informer& one) { (void)co_await one.run(); }

    void spawn(awaitable<void> work, std::shared_ptr<asio::cancellation_signal> const& task)
    {
        ++running_;
        asio::co_spawn(ex_, unwinding(std::move(work)),
                       asio::bind_cancellation_slot(task->slot(), [this, task](std::exception_ptr failed) {
                           --running_;
                           idle_.notify();
                           if (failed)
                               std::rethrow_exception(failed);
                       }));
    }

    void take(kube::resource const& what, kube::object_event event, boost::json::object const& object)
    {
        auto read = read_flux_object(object);
        auto const key = what.plural + "/" + read.name.text();
        auto at = items_.find(key);
        if (event == kube::object_event::deleted) {
            if (at == items_.end())
                return;
            at->second->gone = true;
            at->second->changed.notify();
            items_.erase(at);
            return;
        }
        bool const first = at == items_.end();
        if (first)
            at = items_.emplace(key, std::make_shared<item>(ex_)).first;
        at->second->what = what;
        at->second->object = std::move(read);
        at->second->changed.notify();
        if (first)
            spawn(work(at->second), at->second->signal);
    }

    /// Sleeps until the object changes or `due`. An error when cancelled.
    awaitable<error_code> wait(std::shared_ptr<item> one, time_point due)
    {
        auto woken = co_await with_deadline(env_.clock(), due, changed(one));
        if (!woken && woken.error().code != errc::deadline_exceeded)
            co_return woken.error().code;
        co_return error_code();
    }

    static awaitable<result<void>> changed(std::shared_ptr<item> one)
    {
        if (auto const ec = co_await one->changed.wait())
            co_return ec;
        co_return result<void>();
    }

    awaitable<void> work(std::shared_ptr<item> one)
    {
        auto due = time_point::min();  // at once: nothing is known of what happened before the start
        std::int64_t generation = 0;
        std::string requested;
        duration retry = options_.min_retry;
        while (!one->gone) {
            auto const now = env_.clock().now();
            flux_object const object = one->object;
            bool const wanted = due <= now || object.generation != generation || object.requested_at != requested;
            if (object.suspended || !wanted) {
                auto const until = object.suspended ? time_point::max() : due;
                if (auto const ec = co_await wait(one, until))
                    co_return;
                continue;
            }
            ++reconciles_;
            auto const ok = co_await reconcile(one->what, object);
            if (!ok && ok.error().code == asio::error::operation_aborted)
                co_return;
            generation = object.generation;
            requested = object.requested_at;
            due = env_.clock().now() + (ok ? object.interval : retry);
            retry = ok ? options_.min_retry : std::min(retry * 2, options_.max_retry);
        }
    }

    awaitable<result<void>> reconcile(kube::resource what, flux_object object)
    {
        auto outcome = result<void>();
        boost::json::object patch;
        if (what.kind == "GitRepository") {
            auto head = co_await fetch(object);
            if (!head && head.error().code == asio::error::operation_aborted)
                co_return head.error();
            auto const now = env_.clock().wall();
            patch = head ? stored_status(object, *head, now) : fetch_failed_status(object, head.error().message(), now);
            if (!head)
                outcome = head.error();
        } else if (what.kind == "Receiver") {
            auto keys = co_await read_secret(object);
            auto const token = keys ? keys->find("token") : git::secret_keys::iterator();
            bool const found = keys && token != keys->end();
            std::optional<std::string_view> shown;
            if (object.type == "generic-oidc")
                shown = "";
            else if (found)
                shown = token->second.reveal();
            else
                outcome = failure(errc::not_found, "the token of a Receiver");
            patch = receiver_status(object, shown, env_.clock().wall());
        } else
            patch = handled_status(object, env_.clock().wall());
        auto const manager = what.kind == "Receiver" ? "notification-controller" : "source-controller";
        kube::patch_options how(manager);
        how.subresource = "status";
        boost::json::value body(std::move(patch));
        auto const written = co_await client_.patch(what, object.name, kube::patch_type::merge, std::move(body), how,
                                                    env_.clock().now() + options_.call_deadline);
        if (!written)
            co_return written.error();
        co_return outcome;
    }

    awaitable<result<git::chosen_head>> fetch(flux_object object)
    {
        auto choice = git::reference_choice::make(object.reference);
        if (!choice)
            co_return choice.error();
        auto keys = co_await read_secret(object);
        if (!keys)
            co_return keys.error();
        auto who = git::read_credential(*keys);
        if (!who)
            co_return who.error();
        auto prefixes = choice->prefixes();
        if (choice->pinned())
            prefixes = {"HEAD"};  // whether the repository can be read at all
        auto listed = co_await remote_.list(object.url, std::move(prefixes), *std::move(who),
                                            env_.clock().now() + object.timeout);
        if (!listed)
            co_return listed.error();
        co_return choice->choose(*listed);
    }

    /// The decoded data of `spec.secretRef`; empty when there is none.
    awaitable<result<git::secret_keys>> read_secret(flux_object object)
    {
        git::secret_keys out;
        if (object.secret_name.empty())
            co_return out;
        kube::object_name name(object.name.ns, object.secret_name);
        auto const got =
            co_await client_.get(kube::known::secrets, std::move(name), env_.clock().now() + options_.call_deadline);
        if (!got)
            co_return got.error();
        auto const* object_data = got->is_object() ? kube::object_at(got->get_object(), "data") : nullptr;
        if (!object_data)
            co_return out;
        for (auto const& [key, value] : *object_data) {
            auto decoded =
                value.is_string() ? crypto::base64_decode(value.get_string()) : result<std::string>(errc::malformed);
            if (!decoded)
                co_return failure(errc::malformed, "the Secret " + object.secret_name);
            out.emplace(std::string(key), secret(*std::move(decoded)));
        }
        co_return out;
    }

    Env& env_;
    Api& client_;
    git::smart_http<Transport> remote_;
    executor ex_;
    clock::gate idle_;
    source_controller_options options_;
    std::vector<std::unique_ptr<informer>> informers_;
    std::vector<std::shared_ptr<asio::cancellation_signal>> watchers_;
    std::map<std::string, std::shared_ptr<item>> items_;
    std::size_t running_ = 0;
    std::uint64_t reconciles_ = 0;
};

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_SOURCE_CONTROLLER_HPP
