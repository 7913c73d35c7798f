#ifndef PENSTOCK_SYNC_WISH_HPP
#define PENSTOCK_SYNC_WISH_HPP
#include <penstock/time/types.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::sync {

/// What made somebody want a sync; the label `trigger` of the metrics.
enum class trigger : std::uint8_t
{
    webhook,   ///< A push event of a forge.
    receiver,  ///< A request to the path of a Flux Receiver.
    poll,      ///< The remote was asked and had moved.
    startup,   ///< The same, for the first time since this process started.
};

constexpr std::string_view to_string(trigger t) noexcept
{
    switch (t) {
    case trigger::webhook: return "webhook";
    case trigger::receiver: return "receiver";
    case trigger::poll: return "poll";
    case trigger::startup: return "startup";
    }
    return "unknown";
}

/** A sync that is wanted and has not been seen to end.

    `id` is a lower bound: the remote shows this commit or a later one. It is empty where the sender did not name
    one, as a Receiver does not. */
struct wish
{
    trigger by = trigger::poll;
    std::string id;
    std::string before;    ///< Where the ref stood before the push; empty if not known.
    std::string delivery;  ///< The delivery id, for logs.
    wall_time received{};  ///< When it was verified; the latency is counted from here.
    time_point since{};    ///< The same moment on this process's clock.
    std::string record;    ///< Where it lies in the inbox; empty for what a poll finds again by itself.
};

/** Which of two wishes for the same source stands: the one that is later in the history of the ref, as far as
    the two tell; otherwise the one that came last. Deliveries come in any order. */
inline bool supersedes(wish const& later, wish const& earlier)
{
    bool const out_of_order = !later.id.empty() && later.id == earlier.before && later.id != earlier.id;
    return !out_of_order;
}

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_WISH_HPP
