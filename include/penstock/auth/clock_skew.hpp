#ifndef PENSTOCK_AUTH_CLOCK_SKEW_HPP
#define PENSTOCK_AUTH_CLOCK_SKEW_HPP
#include <penstock/time/http_date.hpp>
#include <penstock/time/types.hpp>

#include <chrono>
#include <string_view>

namespace penstock::auth {

/** How far a peer's clock is before ours, learned from the `Date` of its answers.

    A `Date` names whole seconds and the answer was on its way: what can be explained by that changes nothing, so that
    two good clocks differ by zero.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class clock_skew
{
public:
    /** @param date The field as it came; one that cannot be read changes nothing.
        @param sent When the request left, by our wall clock.
        @param received When the answer was there; an answer that took more than 30 s says too little. */
    void observe(std::string_view date, wall_time sent, wall_time received) noexcept
    {
        using namespace std::chrono_literals;
        auto const took = received - sent;
        auto const said = parse_http_date(date, received);
        // Nanoseconds reach 292 years: a peer that is further away than a century is broken.
        if (!said || took < 0s || took > 30s || *said > received + century || *said < received - century)
            return;
        auto const middle = sent + took / 2;
        auto const measured = *said + 500ms - middle;
        auto const doubt = 500ms + took / 2;
        auto const off = measured - value_;
        if (off > doubt || off < -doubt)
            value_ = measured;
    }

    /// The peer's clock minus ours.
    duration value() const noexcept { return value_; }

    /// What the peer's clock shows when ours shows `ours`.
    wall_time at_peer(wall_time ours) const noexcept { return ours + value_; }
private:
    static constexpr duration century = std::chrono::hours(24 * 36525);
    duration value_{};
};

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_CLOCK_SKEW_HPP
