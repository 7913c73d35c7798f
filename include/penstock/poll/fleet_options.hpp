#ifndef PENSTOCK_POLL_FLEET_OPTIONS_HPP
#define PENSTOCK_POLL_FLEET_OPTIONS_HPP
#include <penstock/poll/cadence.hpp>
#include <penstock/poll/host_options.hpp>
#include <penstock/time/types.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace penstock::poll {

/// Of a fleet whose sources are polled as `Rhythm` says.
template <rhythm Rhythm>
struct basic_fleet_options
{
    std::size_t concurrency = 16;                  ///< Polls at once.
    duration deadline = std::chrono::seconds(30);  ///< For one poll.
    host_options host;                             ///< Of each host.
    typename Rhythm::options cadence;              ///< Of all sources; `interval` is given for each.
    std::uint64_t seed = 0;                        ///< Of the jitter; give each process its own.
};
using fleet_options = basic_fleet_options<poll::cadence>;

}  // namespace penstock::poll

#endif  // PENSTOCK_POLL_FLEET_OPTIONS_HPP
