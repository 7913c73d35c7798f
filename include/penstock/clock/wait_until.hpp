#ifndef PENSTOCK_CLOCK_WAIT_UNTIL_HPP
#define PENSTOCK_CLOCK_WAIT_UNTIL_HPP
#include <penstock/clock/deadline.hpp>
#include <penstock/clock/gate.hpp>

namespace penstock::clock {

namespace detail {

inline awaitable<result<void>> notified(gate& g)
{
    auto const ec = co_await g.wait();
    if (ec)
        co_return ec;
    co_return result<void>();
}

}  // namespace detail

/** Waits until `g` is notified or the time has come; `time_point::max()` never comes. The clock and the gate
    outlive the call. @return Without an error in both cases; `operation_aborted` when cancelled. */
template <source Clock>
awaitable<error_code> wait_until(Clock& clock, gate& g, time_point when)
{
    if (when == time_point::max())
        co_return co_await g.wait();
    auto const woken = co_await with_deadline(clock, when, detail::notified(g));
    if (!woken && woken.error().code == asio::error::operation_aborted)
        co_return woken.error().code;
    co_return error_code();
}

}  // namespace penstock::clock

#endif  // PENSTOCK_CLOCK_WAIT_UNTIL_HPP
