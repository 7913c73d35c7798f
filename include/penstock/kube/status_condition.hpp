#ifndef PENSTOCK_KUBE_STATUS_CONDITION_HPP
#define PENSTOCK_KUBE_STATUS_CONDITION_HPP
#include <penstock/kube/object.hpp>
#include <penstock/kube/wait_condition.hpp>
#include <penstock/time/rfc3339.hpp>
#include <penstock/time/types.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/** What a controller says of an object in `status.conditions`, in the words that kstatus, `kubectl wait` and Flux read.
    Pure: everything changes the object in memory, and leaves it as it is where it says that already.
    @see https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md */
namespace penstock::kube {

/// One entry of `status.conditions`.
class status_condition
{
public:
    status_condition() = default;
    status_condition(std::string of_type, std::string says, std::string because, std::string text = {})
        : type(std::move(of_type)), status(std::move(says)), reason(std::move(because)), message(std::move(text))
    {}

    std::string type;
    std::string status;  ///< `True`, `False` or `Unknown`.
    std::string reason;  ///< One word in CamelCase; the API wants one.
    std::string message;  ///< For people; above 32 KiB it is cut off.
};

namespace detail {

inline constexpr std::size_t longest_message = 32768;

inline boost::json::object& object_in(boost::json::object& from, std::string_view key)
{
    auto& member = from[key];
    if (!member.is_object())
        member.emplace_object();
    return member.get_object();
}

inline boost::json::value generation_of(boost::json::object const& object)
{
    auto const* found = member_at(object, {"metadata", "generation"});
    return found != nullptr && found->is_int64() ? *found : boost::json::value();
}

/// Cuts at the end of a character.
inline std::string_view bounded(std::string_view text) noexcept
{
    if (text.size() <= longest_message)
        return text;
    std::size_t end = longest_message;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    return text.substr(0, end);
}

}  // namespace detail

/** Sets a condition, for the generation that the object has. `lastTransitionTime` moves only when the status does; the
    order of the others, and members of theirs that are unknown here, stay. */
inline void set_condition(boost::json::object& object, status_condition const& wanted, wall_time now)
{
    auto& all = detail::object_in(object, "status")["conditions"];
    if (!all.is_array())
        all.emplace_array();
    auto& list = all.get_array();
    auto at = std::find_if(list.begin(), list.end(), [&](boost::json::value const& each) {
        return each.is_object() && text_at(each.get_object(), "type") == wanted.type;
    });
    if (at == list.end())
        at = list.insert(list.end(), boost::json::object{{"type", wanted.type}});
    auto& entry = at->get_object();
    if (text_at(entry, "status") != wanted.status || text_at(entry, "lastTransitionTime").empty())
        entry["lastTransitionTime"] = format_rfc3339(now, 0);
    entry["status"] = wanted.status;
    entry["reason"] = wanted.reason;
    entry["message"] = detail::bounded(wanted.message);
    if (auto generation = detail::generation_of(object); !generation.is_null())
        entry["observedGeneration"] = std::move(generation);
}

/// Takes a condition away; nothing happens where there is none.
inline void remove_condition(boost::json::object& object, std::string_view type)
{
    auto const* there = member_at(object, {"status", "conditions"});
    if (there == nullptr || !there->is_array())
        return;
    auto& list = object["status"].get_object()["conditions"].get_array();
    auto const is_it = [type](boost::json::value const& each) {
        return each.is_object() && text_at(each.get_object(), "type") == type;
    };
    list.erase(std::remove_if(list.begin(), list.end(), is_it), list.end());
}

/// Says that what the object wants now has been looked at to the end, whatever came out.
inline void set_observed_generation(boost::json::object& object)
{
    if (auto generation = detail::generation_of(object); !generation.is_null())
        detail::object_in(object, "status")["observedGeneration"] = std::move(generation);
}

/// It is as it should be: `Ready=True`, and neither `Reconciling` nor `Stalled`.
inline void mark_ready(boost::json::object& object, std::string reason, std::string message, wall_time now)
{
    remove_condition(object, "Reconciling");
    remove_condition(object, "Stalled");
    set_condition(object, {"Ready", "True", std::move(reason), std::move(message)}, now);
    set_observed_generation(object);
}

/// Somebody is at it: `Reconciling=True` and `Ready=Unknown`. `status.observedGeneration` stays behind until it is over.
inline void mark_reconciling(boost::json::object& object, std::string const& reason, std::string const& message,
                             wall_time now)
{
    remove_condition(object, "Stalled");
    set_condition(object, {"Reconciling", "True", reason, message}, now);
    set_condition(object, {"Ready", "Unknown", reason, message}, now);
}

/// It failed and is tried again: `Reconciling=True`, with the reason `ProgressingWithRetry` that Flux gives, and `Ready=False`.
inline void mark_failing(boost::json::object& object, std::string const& reason, std::string const& message,
                         wall_time now)
{
    remove_condition(object, "Stalled");
    set_condition(object, {"Reconciling", "True", "ProgressingWithRetry", message}, now);
    set_condition(object, {"Ready", "False", reason, message}, now);
}

/// It failed, and trying again cannot help: `Stalled=True` and `Ready=False`.
inline void mark_stalled(boost::json::object& object, std::string const& reason, std::string const& message,
                         wall_time now)
{
    remove_condition(object, "Reconciling");
    set_condition(object, {"Stalled", "True", reason, message}, now);
    set_condition(object, {"Ready", "False", reason, message}, now);
    set_observed_generation(object);
}

/// What kstatus makes of an object that says so itself by its conditions.
enum class progress : std::uint8_t
{
    in_progress,
    current,
    failed,
    terminating,
};

/** How far the controller of an object is with it: its conditions first, then its generation, as kstatus reads them.
    An object that says nothing counts as current. */
inline progress progress_of(boost::json::object const& object) noexcept
{
    if (member_at(object, {"metadata", "deletionTimestamp"}) != nullptr)
        return progress::terminating;
    auto const* wanted = member_at(object, {"metadata", "generation"});
    auto const* seen = member_at(object, {"status", "observedGeneration"});
    if (wanted != nullptr && seen != nullptr && *wanted != *seen)
        return progress::in_progress;
    auto const is = [&object](std::string_view type, std::string_view status) {
        auto const* found = condition_of(object, type);
        return found != nullptr && text_at(*found, "status") == status;
    };
    if (is("Reconciling", "True"))
        return progress::in_progress;
    if (is("Stalled", "True"))
        return progress::failed;
    return is("Ready", "False") || is("Ready", "Unknown") ? progress::in_progress : progress::current;
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_STATUS_CONDITION_HPP
