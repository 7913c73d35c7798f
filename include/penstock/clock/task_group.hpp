#ifndef PENSTOCK_CLOCK_TASK_GROUP_HPP
#define PENSTOCK_CLOCK_TASK_GROUP_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/clock/deadline.hpp>
#include <penstock/clock/gate.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <cstddef>
#include <exception>
#include <list>
#include <memory>
#include <utility>

namespace penstock::clock {

/** Coroutines that somebody owns. The owner awaits `join` before it ends, so that none outlives it.

    The coroutines are started through `unwinding`. What they refer to must live until `join` has returned. One
    thread. */
class task_group
{
public:
    explicit task_group(executor ex) : ex_(ex), state_(std::make_shared<shared>(std::move(ex))) {}
    task_group(task_group const&) = delete;
    task_group& operator=(task_group const&) = delete;
    ~task_group() { cancel(); }  // for the case that the owner was torn down before it could join

    /// Starts `work`. @return What cancels it alone; valid until it has ended, which may be now.
    asio::cancellation_signal& spawn(awaitable<void> work)
    {
        state_->signals.push_back(std::make_shared<asio::cancellation_signal>());
        auto const place = std::prev(state_->signals.end());
        auto& signal = **place;
        asio::co_spawn(ex_, unwinding(std::move(work)),
                       asio::bind_cancellation_slot((*place)->slot(), [state = state_, place](std::exception_ptr e) {
                           if (e && !state->error && !is_cancellation(e))
                               state->error = e;
                           state->signals.erase(place);
                           state->ended.notify();
                       }));
        return signal;
    }

    /// The same for work whose value nobody wants.
    template <class T>
    asio::cancellation_signal& spawn(awaitable<T> work)
    {
        return spawn(without_value(std::move(work)));
    }

    /// How many have not ended.
    std::size_t size() const noexcept { return state_->signals.size(); }

    /// Asks all of them to unwind.
    void cancel()
    {
        if (state_->signals.empty())
            return;
        auto const all = state_->signals;
        for (auto const& signal : all)
            signal->emit(asio::cancellation_type::terminal);
        // From outside of the loop Asio only posts what was emitted, with a pointer into the signal: it must live on.
        asio::post(ex_, [all] {});
    }

    /** Waits until all have ended. Cancelling it cancels them, and it still waits; the caller stays cancelled.
        @throw What the first of them threw, if one did. */
    awaitable<void> join()
    {
        auto const state = state_;
        while (!state->signals.empty()) {
            auto const ec = co_await state->ended.wait();
            if (ec) {
                cancel();
                co_await state->ended.wait_although_cancelled();
            }
        }
        if (state->error)
            std::rethrow_exception(std::exchange(state->error, nullptr));
    }
private:
    template <class T>
    static awaitable<void> without_value(awaitable<T> work)
    {
        static_cast<void>(co_await std::move(work));
    }

    struct shared
    {
        explicit shared(executor ex) : ended(std::move(ex)) {}
        std::list<std::shared_ptr<asio::cancellation_signal>> signals;
        gate ended;
        std::exception_ptr error;
    };
    executor ex_;
    std::shared_ptr<shared> state_;
};

}  // namespace penstock::clock

#endif  // PENSTOCK_CLOCK_TASK_GROUP_HPP
