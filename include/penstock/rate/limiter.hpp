#ifndef PENSTOCK_RATE_LIMITER_HPP
#define PENSTOCK_RATE_LIMITER_HPP
#include <penstock/time/types.hpp>

#include <concepts>

namespace penstock::rate {

/// Decides when the next call may start. Never sleeps, never reads a clock.
template <class L>
concept limiter = requires(L& l, time_point now) {
    { l.reserve(now) } noexcept -> std::same_as<time_point>;
};

/// The limiter that admits everything and costs nothing.
struct unlimited
{
    static constexpr time_point reserve(time_point now) noexcept { return now; }
};
static_assert(limiter<unlimited>);

}  // namespace penstock::rate

#endif  // PENSTOCK_RATE_LIMITER_HPP
