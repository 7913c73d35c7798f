#ifndef PENSTOCK_TIME_TYPES_HPP
#define PENSTOCK_TIME_TYPES_HPP
#include <chrono>

namespace penstock {

/// Every length of time in penstock: signed nanoseconds, about ±292 years.
using duration = std::chrono::nanoseconds;

/// A point on the monotonic clock of this process. Never compared with a peer's clock.
using time_point = std::chrono::time_point<std::chrono::steady_clock, duration>;

/// A point on the wall clock (UTC). Used for what people and peers read, never to measure.
using wall_time = std::chrono::time_point<std::chrono::system_clock, duration>;

}  // namespace penstock

#endif  // PENSTOCK_TIME_TYPES_HPP
