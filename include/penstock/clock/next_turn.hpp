#ifndef PENSTOCK_CLOCK_NEXT_TURN_HPP
#define PENSTOCK_CLOCK_NEXT_TURN_HPP
#include <penstock/clock/unwinding.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace penstock::clock {

/** Lets everything that is ready on the loop go first: between two slices of work that would hold it up.

    @return `operation_aborted` once the coroutine has been asked to unwind. */
inline awaitable<error_code> next_turn()
{
    auto const ex = co_await asio::this_coro::executor;
    auto const state = co_await asio::this_coro::cancellation_state;
    if (!is_cancelled(state))
        co_await asio::post(ex, asio::use_awaitable);
    if (is_cancelled(state))
        co_return asio::error::operation_aborted;
    co_return error_code();
}

}  // namespace penstock::clock

#endif  // PENSTOCK_CLOCK_NEXT_TURN_HPP
