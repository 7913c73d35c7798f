#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_EVENT_FORM_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_EVENT_FORM_IPP
#include <penstock/embedded/kube_event_form.hpp>

#include <penstock/embedded/kube_object.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace penstock::embedded {

namespace kube_detail {

/// In `v1`, and in `events.k8s.io/v1`.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 7> event_fields{{
    {"count", "deprecatedCount"},
    {"firstTimestamp", "deprecatedFirstTimestamp"},
    {"involvedObject", "regarding"},
    {"lastTimestamp", "deprecatedLastTimestamp"},
    {"message", "note"},
    {"reportingComponent", "reportingController"},
    {"source", "deprecatedSource"},
}};

}  // namespace kube_detail

PENSTOCK_DECL boost::json::object event_in_form(boost::json::object const& event, std::string_view api_version)
{
    bool const to_core = api_version == "v1";
    boost::json::object out;
    for (auto const& [name, value] : event) {
        auto const at = std::find_if(
            kube_detail::event_fields.begin(), kube_detail::event_fields.end(),
            [&, key = std::string_view(name)](auto const& f) { return (to_core ? f.second : f.first) == key; });
        if (at == kube_detail::event_fields.end())
            out[name] = value;
        else
            out[to_core ? at->first : at->second] = value;
    }
    out["apiVersion"] = api_version;
    return out;
}

PENSTOCK_DECL std::string event_selector_path(std::string_view path)
{
    constexpr std::string_view object = "regarding.";
    if (path.starts_with(object))
        return "involvedObject." + std::string(path.substr(object.size()));
    return path == "reportingController" ? "reportingComponent" : std::string(path);
}

PENSTOCK_DECL void check_new_event(boost::json::object const& event, std::vector<kube_cause>& causes)
{
    if (json_text(event, {"apiVersion"}) == "v1")
        return;
    for (auto const* field : {"reportingController", "reportingInstance", "action", "reason", "eventTime"})
        if (json_text(event, {field}).empty())
            causes.push_back({"FieldValueRequired", field, "Required value"});
    auto const type = json_text(event, {"type"});
    if (type != "Normal" && type != "Warning")
        causes.push_back({"FieldValueInvalid", "type", "Invalid value: \"\": has invalid value: " + std::string(type)});
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_EVENT_FORM_IPP
