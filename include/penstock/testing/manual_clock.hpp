#ifndef PENSTOCK_TESTING_MANUAL_CLOCK_HPP
#define PENSTOCK_TESTING_MANUAL_CLOCK_HPP
#include <penstock/clock/source.hpp>
#include <penstock/clock/unwinding.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <map>
#include <memory>

namespace penstock::testing {

/** Time that moves only when it is told to. Copies share one time.

    Waking a sleeper posts it to its executor; run the loop after `advance`. One thread. */
class manual_clock
{
public:
    time_point now() const noexcept { return state_->now; }
    wall_time wall() const noexcept
    {
        return wall_time(std::chrono::seconds(1'790'000'000)) + state_->now.time_since_epoch();
    }

    awaitable<error_code> sleep_until(time_point when)
    {
        auto const state = state_;
        asio::cancellation_state const cancelled = co_await asio::this_coro::cancellation_state;
        error_code ec = asio::error::operation_aborted;
        if (is_cancelled(cancelled))
            co_return ec;
        if (when <= state->now)
            co_return error_code();
        asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
        auto const place = state->sleepers.emplace(when, &timer);
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ec));
        state->sleepers.erase(place);
        co_return when <= state->now ? error_code() : ec;
    }

    /// Moves time on, and wakes everybody whose time has come.
    void advance(duration by)
    {
        state_->now += by;
        for (auto const& [when, timer] : state_->sleepers) {
            if (when > state_->now)
                break;
            timer->cancel();
        }
    }

    /// When the earliest sleeper wants to wake; `time_point::max()` when nobody sleeps.
    time_point next() const noexcept
    {
        return state_->sleepers.empty() ? time_point::max() : state_->sleepers.begin()->first;
    }
private:
    struct shared
    {
        time_point now{std::chrono::hours(1)};
        std::multimap<time_point, asio::steady_timer*> sleepers;
    };
    std::shared_ptr<shared> state_ = std::make_shared<shared>();
};
static_assert(clock::source<manual_clock>);

}  // namespace penstock::testing

#endif  // PENSTOCK_TESTING_MANUAL_CLOCK_HPP
