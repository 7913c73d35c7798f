#ifndef PENSTOCK_KUBE_FLUX_NOTIFIER_HPP
#define PENSTOCK_KUBE_FLUX_NOTIFIER_HPP
#include <penstock/clock/gate.hpp>
#include <penstock/clock/wait_until.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/error/condition.hpp>
#include <penstock/http/retry.hpp>
#include <penstock/http/transport.hpp>
#include <penstock/kube/flux_event.hpp>
#include <penstock/metrics/names.hpp>
#include <penstock/rate/token_bucket.hpp>
#include <penstock/time/backoff.hpp>

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>

namespace penstock::kube {

struct flux_notifier_options
{
    /// Where events go; what Flux's own controllers take from `--events-addr`.
    std::string url = "http://notification-controller.flux-system.svc.cluster.local./";
    std::string component = "penstock";  ///< Who says it: the name of the controller.
    std::string host;                    ///< Where that runs: the name of its pod.
    std::size_t waiting = 1000;          ///< Events above this are dropped, the newest first.
    std::size_t max_body = 256 * 1024;   ///< Bytes of one event; a larger one is left out.
    rate::token_bucket_options limit{.burst = 20, .period = std::chrono::milliseconds(200)};
    int tries = 5;                   ///< Of one that does not get through, before the next one has its turn.
    backoff_options pause{.base = std::chrono::seconds(1), .cap = std::chrono::seconds(30)};  ///< Between two tries.
    duration request_deadline = std::chrono::seconds(5);
    std::uint64_t seed = 1;  ///< For jitter.
};

/** Tells Flux's notification-controller about objects, in order and behind the back of whoever has something to say:
    a controller that is slow or away stops nobody.

    The controller answers 202, or 429 for what it has heard within five minutes, which is as good. Without an answer,
    and after 408 or 5xx, an event is tried again; what is refused otherwise is logged and left out. No credential is
    sent, and no redirect followed.
    @par Thread safety
    One thread.
    @see https://fluxcd.io/flux/components/notification/events/ */
template <env::environment Env, http::transport Transport>
class flux_notifier
{
public:
    /// @param env,transport Outlive the notifier.
    flux_notifier(Env& env, Transport& transport, executor const& ex, flux_notifier_options options = {})
        : env_(env), transport_(transport), options_(std::move(options)), bucket_(options_.limit), wake_(ex),
          hurry_(ex), uniform_(options_.seed), posted_(count("posted")), duplicate_(count("duplicate")),
          overflow_(count("overflow")), refused_(count("refused"))
    {}
    flux_notifier(flux_notifier const&) = delete;
    flux_notifier& operator=(flux_notifier const&) = delete;

    /// Keeps it to be sent, with the time of now. Does not wait; safe before `run`.
    void note(flux_event const& event)
    {
        if (stopped_ || bodies_.size() >= options_.waiting) {
            overflow_.increment();
            return;
        }
        auto body =
            boost::json::serialize(flux_event_body(event, options_.component, options_.host, env_.clock().wall()));
        if (body.size() > options_.max_body) {
            leave_out("larger than " + std::to_string(options_.max_body) + " bytes");
            return;
        }
        bodies_.push_back(std::move(body));
        wake_.notify();
    }

    /// Sends until it is cancelled (`operation_aborted`), or until all is sent after a `stop`.
    awaitable<error_code> run()
    {
        for (;;) {
            while (!bodies_.empty()) {
                auto next = std::move(bodies_.front());
                bodies_.pop_front();
                if (auto const ec = co_await deliver(std::move(next)))
                    co_return ec;
            }
            if (stopped_)
                co_return error_code();
            if (auto const ec = co_await wake_.wait())
                co_return ec;
        }
    }

    /// Takes no more; `run` ends when what waits is sent. What does not get through is not tried again from here on.
    void stop()
    {
        stopped_ = true;
        wake_.notify();
        hurry_.notify();
    }

    std::size_t waiting() const noexcept { return bodies_.size(); }
private:
    metrics::counter count(char const* how)
    {
        return env_.metrics().make_counter(metrics::names::flux_events_total, {how});
    }

    void leave_out(std::string const& why)
    {
        refused_.increment();
        env_.log().write(observe::level::error, "events", "cannot tell Flux, leaving it out", {{"error", why}});
    }

    /// An error only when cancelled.
    awaitable<error_code> deliver(std::string body)
    {
        for (unsigned n = 0;; ++n) {
            auto const start = bucket_.reserve(env_.clock().now());
            if (auto const ec = co_await env_.clock().sleep_until(start))
                co_return ec;
            http::request post("POST", options_.url);
            post.fields.add("Content-Type", "application/json");
            post.body = body;
            auto const answer =
                co_await transport_.send(std::move(post), env_.clock().now() + options_.request_deadline);
            if (!answer && answer.error().code == asio::error::operation_aborted)
                co_return answer.error().code;
            auto const status = answer ? answer->status : 0;
            if (status == 429 || (status >= 200 && status < 300)) {
                (status == 429 ? duplicate_ : posted_).increment();
                co_return error_code();
            }
            bool const later = answer ? status == 408 || status >= 500 : answer.error().code == condition::retryable;
            if (!later || static_cast<int>(n) + 1 >= options_.tries || stopped_) {
                leave_out(answer ? "HTTP status " + std::to_string(status) : answer.error().message());
                if (stopped_ && later) {  // the others would fare no better
                    overflow_.increment(static_cast<double>(bodies_.size()));
                    bodies_.clear();
                }
                co_return error_code();
            }
            if (auto const ec = co_await clock::wait_until(env_.clock(), hurry_, env_.clock().now() + pause(n, answer)))
                co_return ec;
        }
    }

    duration pause(unsigned failures, result<http::response> const& answer)
    {
        auto const own = exponential_delay(options_.pause.base, options_.pause.cap, failures);
        auto const asked =
            answer ? http::retry_after(answer->fields["Retry-After"], env_.clock().wall()) : std::nullopt;
        return std::max(fraction_of(own, uniform_()), std::min(asked.value_or(duration::zero()), options_.pause.cap));
    }

    Env& env_;
    Transport& transport_;
    flux_notifier_options options_;
    rate::token_bucket bucket_;
    clock::gate wake_;
    clock::gate hurry_;  // a pause is over, for it has been stopped
    uniform_source uniform_;
    std::deque<std::string> bodies_;
    bool stopped_ = false;
    metrics::counter posted_, duplicate_, overflow_, refused_;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_FLUX_NOTIFIER_HPP
