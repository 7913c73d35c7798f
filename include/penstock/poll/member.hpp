#ifndef PENSTOCK_POLL_MEMBER_HPP
#define PENSTOCK_POLL_MEMBER_HPP
#include <penstock/poll/cadence.hpp>
#include <penstock/poll/hosts.hpp>
#include <penstock/poll/source.hpp>

#include <exception>

namespace penstock::poll {

/// What a fleet keeps of a source. With its place in the schedule it must stay under 64 bytes.
template <rhythm Rhythm>
struct member
{
    duration interval{};
    Rhythm cadence;
    hosts::host_id host = 0;
    bool used = false;
    bool polling = false;
    bool in_line = false;   ///< At its host.
    bool holds = false;     ///< A place at its host, though not started yet.
    bool again = false;     ///< Poll once more after this.
    bool admitted = false;  ///< The limiter has counted its next poll.
};
static_assert(sizeof(member<cadence>) == 24);

/// What the answer to a poll says about the host.
inline hosts::ending ending_of(result<sighting> const& found)
{
    if (!found && found.error().code == condition::quota_exhausted && found.error().retry_after > duration::zero())
        return hosts::ending::refused;
    return !found && found.error().code == condition::retryable ? hosts::ending::failed : hosts::ending::answered;
}

/// Polls a source; an exception becomes a failure.
template <fetch Fetch>
awaitable<result<sighting>> guarded(Fetch& f, source_id id)
{
    failure thrown;
    try {
        co_return co_await f(id);
    } catch (std::exception const& e) {
        thrown = failure(errc::exception_thrown, e.what());
    }
    co_return thrown;
}

}  // namespace penstock::poll

#endif  // PENSTOCK_POLL_MEMBER_HPP
