#ifndef PENSTOCK_SIDECAR_PATIENCE_HPP
#define PENSTOCK_SIDECAR_PATIENCE_HPP
#include "world.hpp"

#include <penstock/time/types.hpp>

#include <algorithm>
#include <chrono>

namespace penstock::sidecar {

/// Between two looks at something that is mostly there some milliseconds after the start; if it is not, there is time.
class patience
{
public:
    explicit patience(world& env) : env_(env), begun_(env.clock().now()) {}

    /// A quarter of the time that it has taken so far, 1 to 100 ms. An error when cancelled.
    awaitable<error_code> wait()
    {
        auto const now = env_.clock().now();
        auto const pause =
            std::clamp<duration>((now - begun_) / 4, std::chrono::milliseconds(1), std::chrono::milliseconds(100));
        return env_.clock().sleep_until(now + pause);
    }
private:
    world& env_;
    time_point begun_;
};

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_PATIENCE_HPP
