#ifndef PENSTOCK_CLOCK_SOURCE_HPP
#define PENSTOCK_CLOCK_SOURCE_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/error/errc.hpp>
#include <penstock/time/types.hpp>

#include <concepts>

namespace penstock::clock {

/** Where time comes from. `sleep_until` ends without an error when the time has come, at once for a time that
    has passed, and with `operation_aborted` when it is cancelled. One thread. */
template <class C>
concept source = requires(C& c, time_point t) {
    { c.now() } noexcept -> std::same_as<time_point>;
    { c.wall() } noexcept -> std::same_as<wall_time>;
    { c.sleep_until(t) } -> std::same_as<awaitable<error_code>>;
};

}  // namespace penstock::clock

#endif  // PENSTOCK_CLOCK_SOURCE_HPP
