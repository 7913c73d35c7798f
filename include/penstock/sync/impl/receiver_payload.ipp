#ifndef PENSTOCK_SYNC_IMPL_RECEIVER_PAYLOAD_IPP
#define PENSTOCK_SYNC_IMPL_RECEIVER_PAYLOAD_IPP
#include <penstock/http/fields.hpp>
#include <penstock/sync/receiver_payload.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace penstock::sync {
namespace receiver_detail {

inline failure wrong_shape(std::string_view where)
{
    return {errc::malformed, std::string(where) + " has not its type"};
}

enum class shape : std::uint8_t
{
    string,
    strings,
    object,
};

/// Absent and null pass, as they do in Go.
inline bool fits(boost::json::object const& in, std::string_view key, shape wanted)
{
    auto const* v = in.if_contains(key);
    if (v == nullptr || v->is_null())
        return true;
    switch (wanted) {
    case shape::string: return v->is_string();
    case shape::object: return v->is_object();
    case shape::strings: {
        auto const* a = v->if_array();
        return a != nullptr
               && std::all_of(a->begin(), a->end(), [](auto const& e) { return e.is_string() || e.is_null(); });
    }
    }
    return false;
}

struct shape_rule
{
    receiver_type type;
    std::string_view parent;  // empty: the body itself
    std::string_view key;
    shape wanted;
};

inline constexpr std::array<shape_rule, 12> shape_rules{{
    {receiver_type::dockerhub, "", "push_data", shape::object},
    {receiver_type::dockerhub, "", "repository", shape::object},
    {receiver_type::dockerhub, "push_data", "tag", shape::string},
    {receiver_type::dockerhub, "repository", "repo_url", shape::string},
    {receiver_type::quay, "", "docker_url", shape::string},
    {receiver_type::quay, "", "updated_tags", shape::strings},
    {receiver_type::acr, "", "action", shape::string},
    {receiver_type::acr, "", "target", shape::object},
    {receiver_type::acr, "target", "repository", shape::string},
    {receiver_type::acr, "target", "tag", shape::string},
    {receiver_type::nexus, "", "action", shape::string},
    {receiver_type::nexus, "", "repositoryName", shape::string},
}};

inline std::string_view text_in(boost::json::object const* in, std::string_view key)
{
    auto const* v = in == nullptr ? nullptr : in->if_contains(key);
    auto const* s = v == nullptr ? nullptr : v->if_string();
    return s == nullptr ? std::string_view() : std::string_view(s->data(), s->size());
}

inline boost::json::object const* object_in(boost::json::object const& in, std::string_view key)
{
    auto const* v = in.if_contains(key);
    return v == nullptr ? nullptr : v->if_object();
}

/// Subject and predicate of every event of CDEvents 0.4. @see https://cdevents.dev
inline bool is_cdevent(std::string_view subject_and_predicate)
{
    static constexpr std::array<std::string_view, 45> known{
        "artifact.deleted",    "artifact.downloaded",  "artifact.packaged",    "artifact.published",
        "artifact.signed",     "branch.created",       "branch.deleted",       "build.finished",
        "build.queued",        "build.started",        "change.abandoned",     "change.created",
        "change.merged",       "change.reviewed",      "change.updated",       "environment.created",
        "environment.deleted", "environment.modified", "incident.detected",    "incident.reported",
        "incident.resolved",   "pipelinerun.finished", "pipelinerun.queued",   "pipelinerun.started",
        "repository.created",  "repository.deleted",   "repository.modified",  "service.deployed",
        "service.published",   "service.removed",      "service.rolledback",   "service.upgraded",
        "taskrun.finished",    "taskrun.started",      "testcaserun.finished", "testcaserun.queued",
        "testcaserun.skipped", "testcaserun.started",  "testoutput.published", "testsuiterun.finished",
        "testsuiterun.queued", "testsuiterun.started", "ticket.closed",        "ticket.created",
        "ticket.updated"};
    return !subject_and_predicate.empty()
           && std::find(known.begin(), known.end(), subject_and_predicate) != known.end();
}

inline bool is_version(std::string_view v)
{
    auto const core = v.substr(0, v.find_first_of("-+"));
    return std::count(core.begin(), core.end(), '.') == 2 && !core.starts_with('.') && !core.ends_with('.')
           && core.find("..") == std::string_view::npos
           && core.find_first_not_of("0123456789.") == std::string_view::npos;
}

/// `dev.cdevents.<subject>.<predicate>.<version>`, or `dev.cdeventsx.<tool>-<subject>.<predicate>.<version>`.
inline bool is_cdevent_type(std::string_view type)
{
    bool const custom = type.starts_with("dev.cdeventsx.");
    if (!custom && !type.starts_with("dev.cdevents."))
        return false;
    type.remove_prefix(custom ? 14 : 13);
    auto const first = type.find('.');
    auto const second = first == std::string_view::npos ? first : type.find('.', first + 1);
    if (second == std::string_view::npos || !is_version(type.substr(second + 1)))
        return false;
    if (!custom)
        return is_cdevent(type.substr(0, second));
    auto const dash = type.substr(0, first).find('-');
    return dash != std::string_view::npos && dash > 0 && dash + 1 < first && second > first + 1;
}

inline std::string_view problem_of_cdevent(boost::json::object const& body)
{
    auto const* context = object_in(body, "context");
    auto const* subject = object_in(body, "subject");
    if (context == nullptr || subject == nullptr)
        return "a CDEvent has a context and a subject";
    for (std::string_view const key : {"version", "id", "source", "timestamp"})
        if (text_in(context, key).empty())
            return "the context of a CDEvent has version, id, source, type and timestamp";
    if (!is_cdevent_type(text_in(context, "type")))
        return "context.type is not one of CDEvents 0.4";
    if (text_in(subject, "id").empty() || text_in(subject, "type").empty() || object_in(*subject, "content") == nullptr)
        return "the subject of a CDEvent has id, type and content";
    return {};
}

}  // namespace receiver_detail

PENSTOCK_DECL result<boost::json::value> parse_receiver_body(std::string_view body)
{
    boost::json::parse_options o;
    o.max_depth = 128;
    boost::system::error_code ec;
    auto parsed = boost::json::parse(body, ec, {}, o);
    if (ec)
        return failure(errc::malformed, "the body is not JSON: " + ec.message());
    return parsed;
}

PENSTOCK_DECL result<boost::json::value> check_receiver_payload(receiver_type type, std::string_view body)
{
    auto parsed = parse_receiver_body(body);
    if (!parsed)
        return parsed;
    auto const* object = parsed->if_object();
    if (object == nullptr)
        return failure(errc::malformed, "the body is not a JSON object");
    if (type == receiver_type::cdevents) {
        auto const problem = receiver_detail::problem_of_cdevent(*object);
        return problem.empty() ? parsed : result<boost::json::value>(failure(errc::malformed, std::string(problem)));
    }
    for (auto const& rule : receiver_detail::shape_rules) {
        if (rule.type != type)
            continue;
        auto const* in = rule.parent.empty() ? object : receiver_detail::object_in(*object, rule.parent);
        if (in != nullptr && !receiver_detail::fits(*in, rule.key, rule.wanted))
            return receiver_detail::wrong_shape(rule.key);
    }
    return parsed;
}

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_IMPL_RECEIVER_PAYLOAD_IPP
