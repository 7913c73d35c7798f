#ifndef PENSTOCK_CLOCK_GATE_HPP
#define PENSTOCK_CLOCK_GATE_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/clock/unwinding.hpp>
#include <penstock/error/errc.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstdint>
#include <utility>

namespace penstock::clock {

/** A place to wait until somebody says "look again".

    `notify` lets everybody through who waits now, or the next one to come if nobody does; several calls count
    as one. One thread. */
class gate
{
public:
    explicit gate(executor const& ex) : timer_(ex, asio::steady_timer::time_point::max()) {}

    void notify()
    {
        ++generation_;
        raised_ = true;
        timer_.cancel();
    }

    /// Ends without an error after `notify`, with `operation_aborted` when cancelled.
    awaitable<error_code> wait()
    {
        asio::cancellation_state const state = co_await asio::this_coro::cancellation_state;
        error_code ec = asio::error::operation_aborted;
        if (is_cancelled(state))
            co_return ec;
        if (!raised_) {
            auto const before = generation_;
            co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ec));
            if (generation_ == before)
                co_return ec;
        }
        raised_ = false;
        co_return error_code();
    }

    /// The same for who has been cancelled and must not go before something has happened.
    awaitable<void> wait_although_cancelled()
    {
        if (!raised_) {
            error_code ignored;
            auto const anyway = asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable);
            co_await timer_.async_wait(asio::redirect_error(anyway, ignored));
        }
        raised_ = false;
    }
private:
    asio::steady_timer timer_;  // never expires; cancelling it wakes
    std::uint64_t generation_ = 0;
    bool raised_ = false;  // a notify that nobody has taken yet
};

}  // namespace penstock::clock

#endif  // PENSTOCK_CLOCK_GATE_HPP
