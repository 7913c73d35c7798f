#ifndef PENSTOCK_RECONCILE_CONTROLLER_HPP
#define PENSTOCK_RECONCILE_CONTROLLER_HPP
#include <penstock/clock/deadline.hpp>
#include <penstock/clock/task_group.hpp>
#include <penstock/clock/wait_until.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/reconcile/controller_metrics.hpp>
#include <penstock/reconcile/queue.hpp>
#include <penstock/reconcile/reconciler.hpp>

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace penstock::reconcile {

struct controller_options
{
    std::string name = "controller";                 ///< Label of its metrics and logger of its lines.
    unsigned workers = 1;                            ///< Reconciles at once, of different keys; at least 1.
    duration deadline = std::chrono::minutes(5);     ///< For one reconcile; zero means none.
    exponential_retry retry;                         ///< Waits of a key that fails.
};

/** Runs a reconciler for the keys that are added: each key by one worker at a time, at most `workers` together.

    What a reconcile gives decides what happens to its key, in controller-runtime's order: a failure comes back
    after its retry delay (not before `failure::retry_after`), `terminal` does not come back, `again_after` comes
    back after that time, `again` after the retry delay, `done` ends the row of failures, `not_yet` comes back after that
    time and counts for nothing. An exception counts as a
    failure. A key that was added meanwhile runs again at once in any case.

    The environment and the reconciler outlive `run`. One thread.
    @tparam R What to run. @tparam Env The world. @tparam Retry How long a key that failed waits; see `overall_retry`
    for a limit of all keys together. */
template <reconciler R, env::environment Env, retry_policy Retry = exponential_retry>
class controller
{
public:
    using key_type = typename R::key_type;

    controller(Env& env, R& what, executor ex, controller_options options = {})
        requires std::same_as<Retry, exponential_retry>
        : controller(env, what, std::move(ex), options, options.retry)
    {}

    /// With another policy than `options.retry`, which is not looked at.
    controller(Env& env, R& what, executor ex, controller_options options, Retry retry)
        : env_(env), reconciler_(what), options_(std::move(options)), metrics_(env.metrics(), options_.name),
          queue_(std::move(retry)), wake_(ex), workers_(std::move(ex))
    {
        options_.workers = std::max(options_.workers, 1U);
        metrics_.max_workers.set(options_.workers);
        refresh();
    }

    /// Wakes a key now. Safe before `run`; ignored after `stop`.
    void add(key_type const& key, int priority = 0)
    {
        queue_.add(key, env_.clock().now(), priority);
        added();
    }

    /// Wakes a key after `wait`, or earlier if it was to wake earlier.
    void add_after(key_type const& key, duration wait, int priority = 0)
    {
        queue_.add_after(key, wait, env_.clock().now(), priority);
        added();
    }

    /** Works until `stop` or until it is cancelled, and returns when no worker is left.

        @return Success after a `stop` that could drain; `errc::deadline_exceeded` when the drain was cut off;
        `operation_aborted` when it was cancelled; `errc::invalid_argument` when it was run before. */
    awaitable<result<void>> run()
    {
        if (std::exchange(started_, true))
            co_return failure(errc::invalid_argument, "controller " + options_.name + " was started twice");
        failure ended;
        while (!(queue_.finished() && workers_.size() == 0)) {
            auto const now = env_.clock().now();
            if (queue_.shutting_down() && now >= drain_deadline_) {
                ended = failure(errc::deadline_exceeded, "controller " + options_.name + " did not drain in time");
                break;
            }
            queue_.promote(now);
            for (auto n = queue_.size(); n > 0 && workers_.size() < options_.workers; --n)
                workers_.spawn(work());
            metrics_.publish(queue_);
            awaited_ = workers_.size() < options_.workers ? queue_.next_waiting() : time_point::max();
            if (auto const ec = co_await clock::wait_until(env_.clock(), wake_, std::min(awaited_, drain_deadline_))) {
                ended = ec;
                break;
            }
        }
        queue_.shut_down();
        if (ended.code)
            workers_.cancel();
        co_await workers_.join();
        refresh();
        if (ended.code)
            co_return ended;
        co_return result<void>();
    }

    /// Takes no more keys, finishes what is ready or runs, and cancels what is left at `deadline`.
    void stop(time_point deadline)
    {
        queue_.shut_down_with_drain();
        drain_deadline_ = deadline;
        wake_.notify();
    }

    /// Brings the gauges up to date; call it before they are read out.
    void refresh()
    {
        queue_.promote(env_.clock().now());
        metrics_.publish(queue_);
        metrics_.publish(active_, env_.clock().now());
    }

    std::size_t ready() const noexcept { return queue_.size(); }
    std::size_t waiting() const noexcept { return queue_.waiting(); }
    std::size_t active() const noexcept { return active_.size(); }
    unsigned failures(key_type const& key) const { return queue_.num_requeues(key); }
private:
    /// Wakes `run` if it has to start a worker or to wake earlier than it means to.
    void added()
    {
        metrics_.publish(queue_);
        if (workers_.size() < options_.workers && (queue_.size() > 0 || queue_.next_waiting() < awaited_))
            wake_.notify();
    }

    /// Takes keys for as long as there are any.
    awaitable<void> work()
    {
        for (;;) {
            asio::cancellation_state const state = co_await asio::this_coro::cancellation_state;
            if (!!state.cancelled())
                break;
            auto item = queue_.take_item(env_.clock().now());
            if (!item)
                break;
            co_await work_on(std::move(*item));
        }
        wake_.notify();
    }

    awaitable<void> work_on(taken<key_type> item)
    {
        auto const start = env_.clock().now();
        active_.push_back(start);
        metrics_.queued.observe(in_seconds(item.waited));
        metrics_.publish(queue_);
        metrics_.publish(active_, start);
        auto answer = co_await attempt(item.key, start);
        auto const now = env_.clock().now();
        active_.erase(std::find(active_.begin(), active_.end(), start));
        metrics_.worked.observe(in_seconds(now - start));
        if (!answer || answer->what() != outcome::kind::not_yet)
            metrics_.time.observe(in_seconds(now - start));
        metrics_.publish(active_, now);
        asio::cancellation_state const state = co_await asio::this_coro::cancellation_state;
        if (answer || !state.cancelled())
            settle(item, answer, now);
        queue_.done(item);
        added();
    }

    awaitable<result<outcome>> attempt(key_type key, time_point start)
    {
        bool const limited = options_.deadline > duration::zero();
        auto const end = limited ? start + options_.deadline : time_point::max();
        failure thrown;
        try {
            auto reconcile = call(std::move(key), end);
            if (!limited)
                co_return co_await std::move(reconcile);
            co_return co_await with_deadline(env_.clock(), end, std::move(reconcile));
        } catch (std::exception const& e) {
            thrown = failure(errc::exception_thrown, e.what());
        } catch (...) {
            thrown = failure(errc::exception_thrown, "not a std::exception");
        }
        metrics_.panics.increment();
        co_return thrown;
    }

    awaitable<result<outcome>> call(key_type key, time_point end)
    {
        if constexpr (deadline_reconciler<R>)
            return reconciler_.reconcile(std::move(key), end);
        else
            return reconciler_.reconcile(std::move(key));
    }

    /// What becomes of a key whose reconcile has ended.
    void settle(taken<key_type> const& item, result<outcome> const& answer, time_point now)
    {
        if (!answer) {
            failed(answer.error());
            queue_.add_rate_limited(item, now, item.priority, answer.error().retry_after);
            return;
        }
        int const priority = answer->priority().value_or(item.priority);
        switch (answer->what()) {
        case outcome::kind::done:
            metrics_.success.increment();
            queue_.forget(item);
            break;
        case outcome::kind::again:
            metrics_.requeue.increment();
            queue_.add_rate_limited(item, now, priority);
            break;
        case outcome::kind::again_after:
            metrics_.requeue_after.increment();
            queue_.forget(item);
            queue_.add_after(item, answer->after(), now, priority);
            break;
        case outcome::kind::terminal:
            metrics_.terminal.increment();
            queue_.forget(item);
            failed(answer->why());
            break;
        case outcome::kind::not_yet: queue_.add_after(item, answer->after(), now, priority);
        }
    }

    void failed(failure const& why)
    {
        metrics_.error.increment();
        metrics_.errors.increment();
        if (why.code == errc::deadline_exceeded)
            metrics_.timeouts.increment();
        if (env_.log().enabled(observe::level::error))
            env_.log().write(observe::level::error, options_.name, "Reconciler error", {{"error", why.message()}});
    }

    Env& env_;
    R& reconciler_;
    controller_options options_;
    controller_metrics metrics_;
    queue<key_type, Retry> queue_;
    clock::gate wake_;
    clock::task_group workers_;
    std::vector<time_point> active_;  // when each reconcile that runs has started
    time_point awaited_ = time_point::max();  // until when `run` sleeps
    time_point drain_deadline_ = time_point::max();
    bool started_ = false;
};

}  // namespace penstock::reconcile

#endif  // PENSTOCK_RECONCILE_CONTROLLER_HPP
