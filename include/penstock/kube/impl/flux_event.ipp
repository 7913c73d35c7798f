#ifndef PENSTOCK_KUBE_IMPL_FLUX_EVENT_IPP
#define PENSTOCK_KUBE_IMPL_FLUX_EVENT_IPP
#include <penstock/kube/flux_event.hpp>

#include <penstock/time/rfc3339.hpp>

#include <cstddef>
#include <string_view>

namespace penstock::kube {

namespace detail {

inline constexpr std::size_t longest_flux_message = 39000;

/// At most so many bytes, and no part of a character.
inline std::string_view flux_message(std::string_view text)
{
    if (text.size() <= longest_flux_message)
        return text;
    auto size = longest_flux_message;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80U)
        --size;
    return text.substr(0, size);
}

}  // namespace detail

PENSTOCK_DECL boost::json::object flux_event_body(flux_event const& event, std::string const& controller,
                                                  std::string const& instance, wall_time at)
{
    auto const& about = event.note.about;
    boost::json::object object{{"kind", about.kind}, {"name", about.name.name}};
    auto const set = [&object](char const* name, std::string const& value) {
        if (!value.empty())
            object[name] = value;
    };
    set("namespace", about.name.ns);
    set("uid", about.uid);
    set("apiVersion", about.api_version);
    set("resourceVersion", about.resource_version);
    boost::json::object body;
    body["involvedObject"] = std::move(object);
    body["severity"] = event.note.type == event_type::warning ? "error" : "info";
    body["timestamp"] = format_rfc3339(at, 0);
    body["message"] = detail::flux_message(event.note.message);
    body["reason"] = event.note.reason;
    auto const slash = about.api_version.find('/');
    auto const group = slash == std::string::npos ? std::string() : about.api_version.substr(0, slash);
    boost::json::object metadata;
    for (auto const& [key, value] : event.metadata)
        metadata[key.find('/') == std::string::npos && !group.empty() ? group + '/' + key : key] = value;
    if (!metadata.empty())
        body["metadata"] = std::move(metadata);
    body["reportingController"] = controller;
    if (!instance.empty())
        body["reportingInstance"] = instance;
    return body;
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_IMPL_FLUX_EVENT_IPP
