#ifndef PENSTOCK_KUBE_EVENT_CORRELATOR_HPP
#define PENSTOCK_KUBE_EVENT_CORRELATOR_HPP
#include <penstock/config.hpp>
#include <penstock/kube/object.hpp>
#include <penstock/kube/recently_used.hpp>
#include <penstock/rate/token_bucket.hpp>
#include <penstock/time/types.hpp>

#include <boost/json/object.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace penstock::kube {

/// What an event is about.
class involved_object
{
public:
    involved_object() = default;
    /// From the object itself.
    PENSTOCK_DECL explicit involved_object(boost::json::object const& object);

    std::string api_version;
    std::string kind;
    object_name name;
    std::string uid;
    std::string resource_version;
};

enum class event_type : std::uint8_t
{
    normal,
    warning,
};

/// Something that people who look at an object should know.
class event_note
{
public:
    event_note() = default;

    involved_object about;
    event_type type = event_type::normal;
    std::string reason;   ///< One word in camel case, of a small set: `Synced`.
    std::string message;  ///< For people; cut at 1024 bytes.
};

/// What to do about a note.
class event_verdict
{
public:
    event_verdict() = default;

    enum class kind : std::uint8_t
    {
        create,  ///< A new Event.
        count,   ///< Of an Event that exists: patch its count; create it where it is gone.
        drop,    ///< Too many about this object.
    };
    kind what = kind::drop;
    std::string name;     ///< Of the Event.
    std::string message;  ///< What it says, which may stand for several notes.
    std::int64_t count = 1;
    wall_time first, last;
};

struct event_correlator_options
{
    std::size_t similar = 10;  ///< From so many that differ in their message on, one stands for all.
    duration window = std::chrono::minutes(10);  ///< Without a similar one for so long, they are counted anew.
    int burst = 25;  ///< Events about one object at once.
    duration refill = std::chrono::minutes(5);  ///< And then one more in this time.
    std::size_t remembered = 4096;  ///< Of what was written; the least recent is forgotten.
};

/** Decides how notes become Events, so that one who repeats himself fills no cluster. Pure.

    The rules are client-go's: the same note again raises a count, many that differ only in their message become one
    that says so, and more than a burst about one object are dropped.
    @see https://github.com/kubernetes/client-go/blob/master/tools/record/events_cache.go */
class event_correlator
{
public:
    explicit event_correlator(event_correlator_options options = {})
        : options_(options), groups_(options.remembered), written_(options.remembered), objects_(options.remembered)
    {}

    PENSTOCK_DECL event_verdict decide(event_note const& note, time_point now, wall_time wall);
private:
    struct group
    {
        std::set<std::string> messages;
        time_point last{};
    };
    struct written
    {
        std::string name;
        std::int64_t count = 0;
        wall_time first;
    };

    event_correlator_options options_;
    recently_used<group> groups_;
    recently_used<written> written_;
    recently_used<std::optional<rate::token_bucket>> objects_;
};

/// A whole Event, for `create`. @param component,host Who says it.
PENSTOCK_DECL boost::json::object event_of(event_note const& note, event_verdict const& verdict,
                                           std::string const& component, std::string const& host);
/// A merge patch, for `count`.
PENSTOCK_DECL boost::json::object event_patch(event_verdict const& verdict);
/// Where Events about it are: its own namespace, or `default`.
PENSTOCK_DECL std::string event_namespace(involved_object const& about);

}  // namespace penstock::kube

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/kube/impl/event_correlator.ipp>
#endif
#endif  // PENSTOCK_KUBE_EVENT_CORRELATOR_HPP
