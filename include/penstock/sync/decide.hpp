#ifndef PENSTOCK_SYNC_DECIDE_HPP
#define PENSTOCK_SYNC_DECIDE_HPP
#include <penstock/config.hpp>
#include <penstock/sync/source.hpp>
#include <penstock/sync/wish.hpp>
#include <penstock/time/types.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::sync {

/// What the remote said when it was last asked where the ref of a source stands.
struct remote_head
{
    std::string id;       ///< Empty when the last question failed, or the ref is not there.
    std::string failed;   ///< Why it failed, in words; empty when it did not.
    time_point asked{};   ///< When the question was put.
    bool hopeless = false;  ///< The failure will not go away by asking again.
    int failures = 0;     ///< In a row.
};

/// The request that we wrote for the wish that stands.
struct request_made
{
    std::string token;  ///< The value of the annotation.
    time_point at{};
    std::string id;     ///< What the remote showed then; empty if it was not asked.
    int count = 0;      ///< How many times we wrote, this one included.
};

struct decide_options
{
    duration push_visible_within = std::chrono::seconds(60);  ///< How long a pushed commit may stay invisible.
    duration first_look_again = std::chrono::milliseconds(500);  ///< Doubles with every look, up to 8 s.
    duration handled_within = std::chrono::minutes(10);  ///< How long to watch for Flux to answer a request.
    int requests = 6;                                    ///< Requests for one wish before it is given up.
};

enum class step : std::uint8_t
{
    rest,        ///< Nothing is wanted.
    wait,        ///< Look again at `again`, or when something changes.
    ask_remote,  ///< Find out where the ref stands, then decide again.
    request,     ///< Write the annotation.
    finish,      ///< The wish has come true, or is void; `outcome` says which.
};

/// The label `result` of `penstock_sync_total`.
enum class outcome : std::uint8_t
{
    none,
    synced,     ///< Requested, handled, and the artifact is there.
    current,    ///< The artifact was there already.
    suspended,  ///< `spec.suspend`: Flux syncs by itself when it is resumed.
    gone,       ///< The object was deleted.
    failed,     ///< Handled, and the artifact did not come.
    unanswered,  ///< Nobody handled the request in time; the annotation stays for whoever comes back.
    superseded,  ///< A later delivery took its place.
};

constexpr std::string_view to_string(outcome o) noexcept
{
    switch (o) {
    case outcome::none: return "none";
    case outcome::synced: return "synced";
    case outcome::current: return "current";
    case outcome::suspended: return "suspended";
    case outcome::gone: return "gone";
    case outcome::failed: return "failed";
    case outcome::unanswered: return "unanswered";
    case outcome::superseded: return "superseded";
    }
    return "unknown";
}

struct decision
{
    step what = step::rest;
    time_point again = time_point::max();  ///< For `wait`.
    outcome how = outcome::none;           ///< For `finish`.
    std::string reason;                    ///< One clause for people, for logs and `penstock explain`.
};

/// Everything that a decision looks at.
struct situation
{
    std::optional<source> observed;        ///< Nothing: the cluster has no such object.
    std::optional<wish> wanted;
    std::optional<remote_head> head;       ///< Nothing: never asked.
    std::optional<request_made> requested;
    bool pollable = false;                 ///< The remote can be asked.
};

/** Decides what to do next about one source. Pure: the same situation gives the same answer.

    By level, not by edge: it looks at what is there, so lost, doubled and reordered events do no harm. */
PENSTOCK_DECL decision decide(situation const& s, time_point now, decide_options const& o = {});

/// The commit in an artifact's revision: `main@sha1:1234` gives `1234`. Empty if there is none.
PENSTOCK_DECL std::string_view revision_id(std::string_view revision) noexcept;

}  // namespace penstock::sync

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/sync/impl/decide.ipp>
#endif

#endif  // PENSTOCK_SYNC_DECIDE_HPP
