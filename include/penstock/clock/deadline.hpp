#ifndef PENSTOCK_CLOCK_DEADLINE_HPP
#define PENSTOCK_CLOCK_DEADLINE_HPP
#include <penstock/clock/source.hpp>
#include <penstock/clock/unwinding.hpp>
#include <penstock/error/result.hpp>

#include <boost/asio/deferred.hpp>  // before parallel_group, which does not stand alone in Boost 1.81

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <utility>

namespace penstock {

/** Awaits `work`, and cancels it when `deadline` comes first.

    @param clock Outlives the call.
    @param deadline Absolute; one in the past still lets `work` finish if it never suspends.
    @return What `work` gave; `errc::deadline_exceeded` when it was cut off; `operation_aborted` when the
    caller was cancelled. Returns only after `work` has unwound. */
template <clock::source Clock, class T>
awaitable<result<T>> with_deadline(Clock& clock, time_point deadline, awaitable<result<T>> work)
{
    asio::cancellation_state const state = co_await asio::this_coro::cancellation_state;
    if (is_cancelled(state))
        co_return failure(error_code(asio::error::operation_aborted));
    auto ex = co_await asio::this_coro::executor;
    auto group = asio::experimental::make_parallel_group(
        asio::co_spawn(ex, unwinding(std::move(work)), asio::deferred),
        asio::co_spawn(ex, unwinding(clock.sleep_until(deadline)), asio::deferred));
    auto [order, failed, value, timer_failed, timer_error] =
        co_await group.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    if (failed && !is_cancellation(failed))
        std::rethrow_exception(failed);
    if (failed)
        value = failure(error_code(asio::error::operation_aborted));
    bool const timed_out = order[0] == 1 && !timer_failed && !timer_error;
    if (timed_out && !value && value.error().code == asio::error::operation_aborted)
        co_return failure(errc::deadline_exceeded);
    co_return std::move(value);
}

}  // namespace penstock

#endif  // PENSTOCK_CLOCK_DEADLINE_HPP
