#ifndef PENSTOCK_CLOCK_STEADY_HPP
#define PENSTOCK_CLOCK_STEADY_HPP
#include <penstock/clock/source.hpp>
#include <penstock/clock/unwinding.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>

namespace penstock::clock {

/// The real clock. Stateless: copies are the same clock.
class steady
{
public:
    static time_point now() noexcept { return std::chrono::steady_clock::now(); }
    static wall_time wall() noexcept { return std::chrono::system_clock::now(); }

    static awaitable<error_code> sleep_until(time_point when)
    {
        asio::cancellation_state const state = co_await asio::this_coro::cancellation_state;
        error_code ec = asio::error::operation_aborted;
        if (is_cancelled(state))
            co_return ec;
        asio::steady_timer timer(co_await asio::this_coro::executor);
        timer.expires_at(std::chrono::time_point_cast<asio::steady_timer::duration>(when));
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ec));
        co_return ec;
    }
};
static_assert(source<steady>);

}  // namespace penstock::clock

#endif  // PENSTOCK_CLOCK_STEADY_HPP
