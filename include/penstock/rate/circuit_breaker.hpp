#ifndef PENSTOCK_RATE_CIRCUIT_BREAKER_HPP
#define PENSTOCK_RATE_CIRCUIT_BREAKER_HPP
#include <penstock/time/backoff.hpp>
#include <penstock/time/types.hpp>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdint>

namespace penstock::rate {

struct circuit_breaker_options  // at namespace scope; every field works by default
{
    int failures = 5;                          ///< That many in a row open it; at least 1.
    int window = 20;                           ///< Calls that `share` is taken of, 1 to 64.
    double share = 0.5;                        ///< Of the window, once it is full, opens it too; over 1 never does.
    int probes = 1;                            ///< Calls at once while it tries; at least 1.
    int successes = 1;                         ///< Of probes in a row that close it; at least 1.
    duration open = std::chrono::seconds(10);  ///< The longest first wait; doubles with each opening in a row.
    duration longest = std::chrono::minutes(5);  ///< Where the doubling ends.
    duration shortest = std::chrono::seconds(1);  ///< No wait is shorter: one that tries at once has not been open.
};

enum class circuit : std::uint8_t
{
    closed,     ///< Calls go through.
    open,       ///< None does, until `retry_at`.
    half_open,  ///< A few go through, and decide.
};

/** Stops calling a peer that is down, and looks now and then whether it is back.

    A pure state machine, one for each peer. A call that `admit` let through ends with exactly one of `succeeded`,
    `failed` and `abandoned`. What was under way when it opened does not count any more.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class circuit_breaker
{
public:
    explicit circuit_breaker(circuit_breaker_options const& o = {}) noexcept : options_(o) {}

    /// Whether a call may start now; one that may counts as under way.
    bool admit(time_point now) noexcept
    {
        if (state_ == circuit::open && now >= retry_at_) {
            state_ = circuit::half_open;
            under_way_ = passed_ = 0;
        }
        if (state_ == circuit::open || (state_ == circuit::half_open && under_way_ >= std::max(options_.probes, 1)))
            return false;
        ++under_way_;
        return true;
    }

    /// The peer answered, whatever it said.
    void succeeded() noexcept
    {
        leave();
        if (state_ == circuit::open)
            return;
        in_a_row_ = 0;
        note(false);
        if (state_ == circuit::half_open && ++passed_ >= options_.successes) {
            state_ = circuit::closed;
            openings_ = 0;
            history_ = 0;
            seen_ = 0;
        }
    }

    /// The peer could not be reached, did not answer in time, or said that it is broken.
    /// @param chance In [0, 1), places the next try between `shortest` and its longest wait (full jitter).
    void failed(time_point now, double chance) noexcept
    {
        leave();
        if (state_ == circuit::open)
            return;
        ++in_a_row_;
        note(true);
        int const wide = std::clamp(options_.window, 1, 64);
        bool const often = seen_ >= wide && std::popcount(history_) >= options_.share * wide;
        if (state_ == circuit::half_open || in_a_row_ >= options_.failures || often)
            trip(now, chance);
    }

    /// The call ended without telling anything about the peer.
    void abandoned() noexcept { leave(); }

    /// The state as of now. An open one whose wait is over is still open until `admit` lets a call through.
    circuit state() const noexcept { return state_; }
    /// While open: when the next call may be tried.
    time_point retry_at() const noexcept { return retry_at_; }
private:
    void leave() noexcept { under_way_ = std::max(under_way_ - 1, 0); }

    void note(bool failure) noexcept
    {
        int const wide = std::clamp(options_.window, 1, 64);
        auto const mask = wide == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << wide) - 1;
        history_ = (history_ << 1U | (failure ? 1U : 0U)) & mask;
        seen_ = std::min(seen_ + 1, wide);
    }

    void trip(time_point now, double chance) noexcept
    {
        auto const ceiling = exponential_delay(options_.open, std::max(options_.open, options_.longest), openings_);
        if (openings_ < ~0U)
            ++openings_;
        state_ = circuit::open;
        retry_at_ = now + spread_delay(ceiling, chance, options_.shortest);
        history_ = 0;
        seen_ = in_a_row_ = 0;
    }

    circuit_breaker_options options_;
    std::uint64_t history_ = 0;  // the last calls, a set bit for each failure
    time_point retry_at_{};
    unsigned openings_ = 0;  // in a row
    int seen_ = 0;
    int in_a_row_ = 0;
    int under_way_ = 0;
    int passed_ = 0;  // probes, in a row
    circuit state_ = circuit::closed;
};

}  // namespace penstock::rate

#endif  // PENSTOCK_RATE_CIRCUIT_BREAKER_HPP
