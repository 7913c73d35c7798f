#ifndef PENSTOCK_POLL_HOST_OPTIONS_HPP
#define PENSTOCK_POLL_HOST_OPTIONS_HPP
#include <penstock/rate/aimd.hpp>
#include <penstock/rate/circuit_breaker.hpp>

#include <chrono>
#include <cstddef>

namespace penstock::poll {

/// How the polls of one host are held back.
struct host_options
{
    std::size_t concurrency = 4;  ///< Polls at once, at most; halves when they fail, and grows back.
    double slowest = 0.0625;      ///< Share of its rate that a host is polled at when it keeps refusing, in (0, 1].
    double slowdown = 0.7;        ///< What a refusal leaves of that share, in (0, 1).
    double recovery = 0.1;        ///< Added to it by a poll of every source of the host.
    rate::circuit_breaker_options breaker;  ///< Ends the polls of a host that is down.
};

}  // namespace penstock::poll

#endif  // PENSTOCK_POLL_HOST_OPTIONS_HPP
