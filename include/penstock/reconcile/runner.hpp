#ifndef PENSTOCK_RECONCILE_RUNNER_HPP
#define PENSTOCK_RECONCILE_RUNNER_HPP
#include <penstock/clock/deadline.hpp>
#include <penstock/clock/gate.hpp>
#include <penstock/clock/task_group.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/reconcile/checks.hpp>

#include <boost/asio/this_coro.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <string>
#include <utility>

namespace penstock::reconcile {

/// When a part of a program starts. The later ones start when the earlier ones have.
enum class stage : std::uint8_t
{
    http,      ///< Metrics, health.
    webhooks,  ///< What the API server or a forge calls.
    caches,    ///< Informers. What comes after waits until their `ready` have ended.
    others,    ///< What runs whether this process leads or not.
    warm_up,   ///< What those that lead do beforehand, to take over faster: `kube::controller::watch`.
    leading,   ///< What runs only while this process leads: controllers.
};

/// One part of a program. Everything it does ends with `run`.
class part
{
public:
    part() = default;
    part(std::string called, std::function<awaitable<result<void>>()> work)
        : name(std::move(called)), run(std::move(work))
    {}

    std::string name;
    /// A failure ends the program; success before the stop does not.
    std::function<awaitable<result<void>>()> run;
    /// Asks it to end by then. Without it, it is cancelled.
    std::function<void(time_point deadline)> stop;
    /// Waits until others can rely on it; for `stage::caches`.
    std::function<awaitable<result<void>>()> ready;
};

struct runner_options
{
    duration sync_timeout = std::chrono::minutes(2);  ///< For the caches, all together.
    duration grace = std::chrono::seconds(30);        ///< For the stop, all together.
};

/** Starts the parts of a program in order and stops them in controller-runtime's: others and what warms up, what leads,
    caches, webhooks, HTTP; the lease is let go last, when nothing works any more.

    A part that fails ends the program. A lease that was lost ends it with `errc::not_leader` and without grace: what this
    process knows may be out of date. `ready` and `health` answer probes.
    @par Thread safety
    One thread. */
template <env::environment Env>
class runner
{
public:
    using work = std::function<awaitable<void>()>;
    /// Runs the work while this process leads, and ends when the work has, or with a failure: `elector::run`.
    using election = std::function<awaitable<result<void>>(work)>;

    runner(Env& env, executor ex, runner_options options = {})
        : env_(env), options_(options), ex_(ex), changed_(ex), released_(ex), electing_(ex)
    {
        for (std::size_t i = 0; i < stages; ++i)
            groups_.emplace_back(ex);
        ready_.add("start", [this] { return stopping_ ? "draining" : started_ ? "" : "caches have not synced yet"; });
    }

    /// To be called before `run`.
    void add(stage when, part p) { parts_[index(when)].push_back({std::move(p)}); }
    /// Without it this process always leads.
    void elect(election by) { election_ = std::move(by); }

    checks& health() noexcept { return health_; }
    /// Has a check `start` from the beginning: the caches have synced, and it does not stop.
    checks& ready() noexcept { return ready_; }

    /// Begins to stop; `run` returns when nothing is left. May be called more than once.
    void stop()
    {
        stopping_ = true;
        changed_.notify();
    }

    /** Runs until `stop`, until a part fails, or until it is cancelled, which is a stop without grace.

        @return Success after a stop in time; what failed first; `errc::deadline_exceeded` when parts had to be cut off;
        `errc::invalid_argument` when it was run before. */
    awaitable<result<void>> run()
    {
        if (std::exchange(begun_, true))
            co_return failure(errc::invalid_argument, "the runner was started twice");
        clock::task_group starting(ex_);
        starting.spawn(start());
        error_code cancelled;
        while (!stopping_ && !cancelled)
            cancelled = co_await changed_.wait();
        stopping_ = true;
        if (cancelled)
            co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        starting.cancel();
        co_await starting.join();
        auto const at_once = cancelled || why_.code == errc::not_leader;
        auto const end = env_.clock().now() + (at_once ? duration::zero() : options_.grace);
        ask_to_end(stage::warm_up, end);
        ask_to_end(stage::others, end);
        co_await ended(stage::warm_up, end);
        co_await ended(stage::others, end);
        for (auto const each : {stage::leading, stage::caches, stage::webhooks, stage::http}) {
            ask_to_end(each, end);
            co_await ended(each, end);
        }
        release_ = true;
        released_.notify();
        if (!leading_)
            electing_.cancel();  // waits to lead: there is nothing to let go
        co_await electing_.join();
        if (cancelled)
            co_return failure(cancelled);
        if (why_.code)
            co_return why_;
        if (cut_off_)
            co_return failure(errc::deadline_exceeded, "parts did not end within the grace of a stop");
        co_return result<void>();
    }

    bool leads() const noexcept { return leading_; }
private:
    struct running
    {
        part what;
        asio::cancellation_signal* signal = nullptr;  // null when it does not run
        bool ended = false;
    };
    static constexpr std::size_t stages = static_cast<std::size_t>(stage::leading) + 1;
    static constexpr std::size_t index(stage s) noexcept { return static_cast<std::size_t>(s); }

    awaitable<void> start()
    {
        auto const end = env_.clock().now() + options_.sync_timeout;
        for (auto const each : {stage::http, stage::webhooks, stage::caches})
            begin(each);
        for (auto& each : parts_[index(stage::caches)]) {
            if (!each.what.ready)
                continue;
            auto const good = co_await with_deadline(env_.clock(), end, each.what.ready());
            if (stopping_)
                co_return;
            if (!good) {
                fail(each.what.name + " did not get ready", good.error());
                co_return;
            }
        }
        started_ = true;
        begin(stage::others);
        begin(stage::warm_up);
        work const leading = [this] { return lead(); };
        if (election_)
            electing_.spawn(hold_election(leading));
        else
            electing_.spawn(lead());
    }

    void begin(stage when)
    {
        auto& group = groups_[index(when)];
        for (auto& each : parts_[index(when)]) {
            auto& signal = group.spawn(perform(each));
            each.signal = each.ended ? nullptr : &signal;
        }
    }

    awaitable<void> perform(running& one)
    {
        result<void> ended;
        try {
            ended = co_await one.what.run();
        } catch (std::exception const& e) {
            ended = failure(errc::exception_thrown, e.what());
        } catch (...) {
            ended = failure(errc::exception_thrown, "not a std::exception");
        }
        one.signal = nullptr;
        one.ended = true;
        if (!ended && ended.error().code != asio::error::operation_aborted)
            fail(one.what.name, ended.error());
    }

    awaitable<void> hold_election(work leading)
    {
        auto const ended = co_await election_(std::move(leading));
        if (!ended && ended.error().code != asio::error::operation_aborted)
            fail("leader election", ended.error());
    }

    /// Until everything has stopped: only then the lease may go. Cancelled when the lease was lost.
    awaitable<void> lead()
    {
        leading_ = true;
        if (!stopping_)
            begin(stage::leading);
        error_code lost;
        while (!release_ && !lost)
            lost = co_await released_.wait();
        auto& group = groups_[index(stage::leading)];
        group.cancel();
        co_await group.join();
        leading_ = false;
    }

    void ask_to_end(stage which, time_point end)
    {
        for (auto& each : parts_[index(which)]) {
            if (each.signal == nullptr)
                continue;
            if (each.what.stop)
                each.what.stop(end);
            else
                each.signal->emit(asio::cancellation_type::terminal);
        }
    }

    awaitable<void> ended(stage which, time_point end)
    {
        auto& group = groups_[index(which)];
        if (group.size() == 0)
            co_return;
        auto const in_time = co_await with_deadline(env_.clock(), end, joined(group));
        if (in_time)
            co_return;
        cut_off_ = true;
        group.cancel();
        co_await group.join();
    }

    static awaitable<result<void>> joined(clock::task_group& group)
    {
        co_await group.join();
        asio::cancellation_state const asked = co_await asio::this_coro::cancellation_state;
        if (is_cancelled(asked))
            co_return failure(error_code(asio::error::operation_aborted));
        co_return result<void>();
    }

    void fail(std::string const& who, failure const& why)
    {
        env_.log().write(observe::level::error, "runner", "ended by itself", {{"part", who}, {"error", why.message()}});
        if (!why_.code && !stopping_)
            why_ = failure(why.code, who + (why.detail.empty() ? "" : ": " + why.detail));
        stop();
    }

    Env& env_;
    runner_options options_;
    executor ex_;
    std::array<std::deque<running>, stages> parts_;
    std::deque<clock::task_group> groups_;
    election election_;
    checks health_, ready_;
    clock::gate changed_, released_;
    clock::task_group electing_;
    failure why_;
    bool begun_ = false;
    bool started_ = false;  // the caches have synced
    bool stopping_ = false;
    bool leading_ = false;
    bool release_ = false;
    bool cut_off_ = false;
};

}  // namespace penstock::reconcile

#endif  // PENSTOCK_RECONCILE_RUNNER_HPP
