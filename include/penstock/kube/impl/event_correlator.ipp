#ifndef PENSTOCK_KUBE_IMPL_EVENT_CORRELATOR_IPP
#define PENSTOCK_KUBE_IMPL_EVENT_CORRELATOR_IPP
#include <penstock/kube/event_correlator.hpp>

#include <penstock/time/rfc3339.hpp>

#include <array>
#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace penstock::kube {

namespace detail {

/// One key of several parts, none of which can hold what parts them.
inline std::string event_key(std::initializer_list<std::string_view> parts)
{
    std::string key;
    for (auto const part : parts)
        key.append(part).push_back('\0');
    return key;
}

inline std::string event_key(involved_object const& o)
{
    return event_key({o.api_version, o.kind, o.name.ns, o.name.name, o.uid});
}

/// At most `most` bytes, and no part of a character.
inline std::string cut(std::string text, std::size_t most)
{
    if (text.size() <= most)
        return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0U) == 0x80U)
        --most;
    text.resize(most);
    return text;
}

/// Unique among the Events about an object, and a name that Kubernetes takes.
inline std::string event_name(std::string_view object, wall_time at)
{
    std::array<char, 17> digits{};
    auto const since = static_cast<std::uint64_t>(at.time_since_epoch().count());
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), since, 16).ptr;
    std::string name = cut(std::string(object), 253 - digits.size());
    while (!name.empty() && (name.back() == '.' || name.back() == '-'))
        name.pop_back();
    name.push_back('.');
    return name.append(digits.data(), end);
}

}  // namespace detail

PENSTOCK_DECL involved_object::involved_object(boost::json::object const& object)
    : api_version(text_at(object, "apiVersion")), kind(text_at(object, "kind")), name(name_of(object)),
      uid(uid_of(object)), resource_version(resource_version_of(object))
{}

PENSTOCK_DECL event_verdict event_correlator::decide(event_note const& note, time_point now, wall_time wall)
{
    event_verdict verdict;
    verdict.message = detail::cut(note.message, 1024);
    verdict.first = verdict.last = wall;
    auto const about = detail::event_key(note.about);
    auto const type = note.type == event_type::warning ? "w" : "n";
    auto const family = about + detail::event_key({type, note.reason});
    auto key = family + verdict.message;

    auto& similar = groups_[family];
    if (now - similar.last > options_.window)
        similar.messages.clear();
    similar.last = now;
    similar.messages.insert(verdict.message);
    if (similar.messages.size() >= options_.similar) {
        similar.messages.erase(similar.messages.begin());  // it grows no further
        verdict.message = detail::cut("(combined from similar events): " + verdict.message, 1024);
        key = family;
    }

    auto& before = written_[key];
    verdict.what = before.count == 0 ? event_verdict::kind::create : event_verdict::kind::count;
    if (before.count == 0) {
        before.name = detail::event_name(note.about.name.name, wall);
        before.first = wall;
    }
    verdict.count = ++before.count;
    verdict.name = before.name;
    verdict.first = before.first;

    auto& bucket = objects_[about];
    if (!bucket) {
        rate::token_bucket_options limit;
        limit.burst = options_.burst;
        limit.period = options_.refill;
        bucket.emplace(limit);
    }
    // A token that is not there yet is not waited for, so it must not be taken either.
    auto trial = *bucket;
    if (trial.reserve(now) > now)
        verdict.what = event_verdict::kind::drop;
    else
        *bucket = trial;
    return verdict;
}

PENSTOCK_DECL boost::json::object event_of(event_note const& note, event_verdict const& verdict,
                                           std::string const& component, std::string const& host)
{
    boost::json::object about{{"apiVersion", note.about.api_version},
                              {"kind", note.about.kind},
                              {"name", note.about.name.name},
                              {"uid", note.about.uid}};
    if (!note.about.name.ns.empty())
        about["namespace"] = note.about.name.ns;
    if (!note.about.resource_version.empty())
        about["resourceVersion"] = note.about.resource_version;
    boost::json::object event{{"apiVersion", "v1"}, {"kind", "Event"}};
    event["metadata"] = {{"name", verdict.name}, {"namespace", event_namespace(note.about)}};
    event["involvedObject"] = std::move(about);
    event["reason"] = note.reason;
    event["type"] = note.type == event_type::warning ? "Warning" : "Normal";
    event["source"] = {{"component", component}, {"host", host}};
    event["reportingComponent"] = component;
    event["reportingInstance"] = host;
    event["firstTimestamp"] = format_rfc3339(verdict.first, 0);
    for (auto const& member : event_patch(verdict))
        event[member.key()] = member.value();
    return event;
}

PENSTOCK_DECL boost::json::object event_patch(event_verdict const& verdict)
{
    return {{"message", verdict.message}, {"count", verdict.count}, {"lastTimestamp", format_rfc3339(verdict.last, 0)}};
}

PENSTOCK_DECL std::string event_namespace(involved_object const& about)
{
    return about.name.ns.empty() ? "default" : about.name.ns;
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_IMPL_EVENT_CORRELATOR_IPP
