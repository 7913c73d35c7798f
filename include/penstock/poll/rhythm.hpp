#ifndef PENSTOCK_POLL_RHYTHM_HPP
#define PENSTOCK_POLL_RHYTHM_HPP
#include <penstock/time/types.hpp>

#include <concepts>
#include <cstdint>

namespace penstock::poll {

/// What a poll found.
enum class sighting : std::uint8_t
{
    unchanged,
    announced,  ///< It moved, and a webhook had said so.
    missed,     ///< It moved, and no webhook had said so.
};

/** Decides when one source is due next. A `fleet` keeps one for each source: it is small, and pure but for what its
    options refer to.

    `succeeded` and `failed` give the wait after a poll that ended; the second is told how long the peer asked for, zero
    for nothing, and gives no less. `chance`, in [0, 1), is all the randomness there is. `interval` is the wait between
    two polls as of now, for who changes it; `failures` counts those in a row. The options are those of all sources, but
    for `interval`, which is given for each. */
template <class R>
concept rhythm = std::default_initializable<R> && std::copyable<R> && std::copyable<typename R::options>
                 && requires(R& r, R const& seen, typename R::options o, sighting s, duration wait, double chance) {
                        { o.interval } -> std::same_as<duration&>;
                        { r.succeeded(s, o, chance) } -> std::same_as<duration>;
                        { r.failed(wait, o, chance) } -> std::same_as<duration>;
                        { r.webhook_worked() };
                        { r.webhook_lost() };
                        { seen.interval(o) } -> std::same_as<duration>;
                        { seen.covered() } -> std::same_as<bool>;
                        { seen.failures() } -> std::convertible_to<unsigned>;
                    };

}  // namespace penstock::poll

#endif  // PENSTOCK_POLL_RHYTHM_HPP
