#ifndef PENSTOCK_POLL_CADENCE_HPP
#define PENSTOCK_POLL_CADENCE_HPP
#include <penstock/poll/rhythm.hpp>
#include <penstock/time/backoff.hpp>
#include <penstock/time/types.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace penstock::poll {

struct cadence_options
{
    duration interval = std::chrono::minutes(1);      ///< Between polls of a source that no webhook covers.
    duration max_interval = std::chrono::minutes(30); ///< Between polls of one that a working webhook covers.
    int jitter_percent = 5;                           ///< Each wait is off by at most this, both ways.
    duration retry_base = std::chrono::seconds(5);    ///< After the first failure; doubles with each in a row.
    duration retry_cap = std::chrono::minutes(15);  ///< The longest wait after a failure that the peer did not ask for.
};

/** How long until the next poll of one source. A pure state machine, 4 bytes.

    A webhook that has delivered for this source is trusted: the wait doubles with each poll that finds nothing
    the webhook missed, up to `max_interval`. A movement that it missed ends the trust, and the wait is `interval`
    again until it delivers once more. A failure changes neither.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class cadence
{
public:
    using options = cadence_options;

    /// A webhook has delivered for this source (a push or a ping, verified).
    void webhook_worked() noexcept { covered_ = true; }
    /// The webhook is known to be gone: poll as if there had never been one.
    void webhook_lost() noexcept
    {
        covered_ = false;
        stretched_ = 0;
    }

    /** The wait after a poll that succeeded.
        @param chance In [0, 1), decides the jitter. */
    duration succeeded(sighting s, cadence_options const& o, double chance) noexcept
    {
        failures_ = 0;
        if (s == sighting::missed)
            webhook_lost();
        else if (covered_ && interval(o) < longest(o))
            ++stretched_;
        return jittered(interval(o), o, chance);
    }

    /** The wait after a poll that failed: anywhere below an exponential ceiling (full jitter), and not before
        `retry_after`, which is added to with jitter, never shortened. There is no floor: a poll that comes back at once
        is a single one, and what holds all polls of a host back is its circuit breaker, which has one. */
    duration failed(duration retry_after, cadence_options const& o, double chance) noexcept
    {
        auto const first = std::min(o.retry_base, o.interval);  // a fast source is not slowed down by one failure
        auto const ceiling = exponential_delay(first, std::max(o.retry_cap, first), failures_);
        if (failures_ < UINT16_MAX)
            ++failures_;
        auto const own = spread_delay(ceiling, chance);
        if (retry_after <= duration::zero())
            return own;
        return std::max(own, retry_after
                                 + fraction_of(std::min(retry_after, duration(std::chrono::minutes(1))),
                                               chance * o.jitter_percent / 100.0));
    }

    /// The wait without jitter, as of now.
    duration interval(cadence_options const& o) const noexcept
    {
        return covered_ ? exponential_delay(o.interval, longest(o), stretched_) : o.interval;
    }

    bool covered() const noexcept { return covered_; }
    unsigned failures() const noexcept { return failures_; }
private:
    static duration longest(cadence_options const& o) noexcept { return std::max(o.interval, o.max_interval); }

    static duration jittered(duration d, cadence_options const& o, double chance) noexcept
    {
        auto const span = std::clamp(o.jitter_percent, 0, 100) / 100.0;
        return d - fraction_of(d, span) + 2 * fraction_of(fraction_of(d, span), chance);
    }

    std::uint16_t failures_ = 0;
    std::uint8_t stretched_ = 0;  // how often the interval was doubled
    bool covered_ = false;
};
static_assert(rhythm<cadence>);

}  // namespace penstock::poll

#endif  // PENSTOCK_POLL_CADENCE_HPP
