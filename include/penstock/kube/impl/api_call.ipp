#ifndef PENSTOCK_KUBE_IMPL_API_CALL_IPP
#define PENSTOCK_KUBE_IMPL_API_CALL_IPP
#include <penstock/kube/api_call.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <string_view>
#include <utility>

namespace penstock::kube {

namespace detail {

/// Appends `key=value`, encoded, unless the value is empty.
inline void append_query(std::string& target, std::string_view key, std::string_view value)
{
    if (value.empty())
        return;
    target += target.find('?') == std::string::npos ? '?' : '&';
    target += key;
    target += '=';
    target += percent_encode(value);
}

/// Whether objects of this kind are nothing but secrets.
inline bool holds_secrets(resource const& what) noexcept
{
    return what.group.empty() && what.plural == "secrets";
}

inline result<api_call> call_on_object(std::string_view method, resource const& what, object_name const& name,
                                       std::string_view subresource = {})
{
    if (name.name.empty())
        return failure(errc::invalid_argument, what.qualified() + ": the object has no name");
    auto path = path_of(what, name.ns, name.name, subresource);
    if (!path)
        return path.error();
    api_call call;
    call.method = method;
    call.target = *std::move(path);
    call.secret = holds_secrets(what);
    call.subject = call.method + ' ' + what.qualified();
    if (!subresource.empty())
        (call.subject += '/') += subresource;
    call.subject += ' ' + (what.namespaced ? name.text() : name.name);
    return call;
}

inline result<api_call> call_on_collection(std::string_view method, std::string_view verb, resource const& what,
                                           std::string const& ns)
{
    auto path = path_of(what, ns);
    if (!path)
        return path.error();
    api_call call;
    call.method = method;
    call.target = *std::move(path);
    call.secret = holds_secrets(what);
    call.subject = std::string(verb) + ' ' + what.qualified();
    if (what.namespaced)
        call.subject += ns.empty() ? " in all namespaces" : " in " + ns;
    return call;
}

inline void set_json(api_call& call, boost::json::value const& body, std::string_view content_type)
{
    call.content_type = content_type;
    call.body = boost::json::serialize(body);
}

inline std::string_view text_of(field_validation v) noexcept
{
    switch (v) {
    case field_validation::ignore: return "Ignore";
    case field_validation::warn: return "Warn";
    case field_validation::strict: return "Strict";
    case field_validation::server_default: break;
    }
    return {};
}

/// For write_options and patch_options.
template <class Options>
void append_write_options(api_call& call, Options const& options)
{
    append_query(call.target, "fieldManager", options.field_manager);
    append_query(call.target, "dryRun", options.dry_run ? "All" : "");
    append_query(call.target, "fieldValidation", text_of(options.validation));
}

inline void append_selectors(api_call& call, list_options const& options)
{
    append_query(call.target, "labelSelector", options.label_selector);
    append_query(call.target, "fieldSelector", options.field_selector);
}

inline std::string_view content_type_of(patch_type type) noexcept
{
    switch (type) {
    case patch_type::json: return "application/json-patch+json";
    case patch_type::apply: return "application/apply-patch+yaml";  // JSON is YAML; older servers know only this
    case patch_type::strategic: return "application/strategic-merge-patch+json";
    case patch_type::merge: break;
    }
    return "application/merge-patch+json";
}

inline std::string_view text_of(propagation p) noexcept
{
    switch (p) {
    case propagation::background: return "Background";
    case propagation::foreground: return "Foreground";
    case propagation::orphan: return "Orphan";
    case propagation::server_default: break;
    }
    return {};
}

}  // namespace detail

PENSTOCK_DECL result<api_call> encode_document(std::string const& path, std::string accept)
{
    if (!path.starts_with('/') || path.find_first_of(" \t\r\n#") != std::string::npos)
        return failure(errc::invalid_argument, "not a path of an API server");
    api_call call;
    call.method = "GET";
    call.target = path;
    call.subject = "GET " + path;
    call.accept = std::move(accept);
    return call;
}

PENSTOCK_DECL result<api_call> encode_get(resource const& what, object_name const& name, std::string const& subresource)
{
    return detail::call_on_object("GET", what, name, subresource);
}

PENSTOCK_DECL result<api_call> encode_list(resource const& what, std::string const& ns, list_options const& options)
{
    auto call = detail::call_on_collection("GET", "LIST", what, ns);
    if (!call)
        return call;
    auto& target = call->target;
    detail::append_selectors(*call, options);
    if (options.limit > 0)
        detail::append_query(target, "limit", std::to_string(options.limit));
    if (!options.continue_token.empty()) {
        detail::append_query(target, "continue", options.continue_token);
        return call;
    }
    detail::append_query(target, "resourceVersion", options.resource_version);
    detail::append_query(target, "resourceVersionMatch", options.resource_version_match);
    return call;
}

PENSTOCK_DECL result<api_call> encode_watch(resource const& what, std::string const& ns, watch_options const& options)
{
    auto call = detail::call_on_collection("GET", "WATCH", what, ns);
    if (!call)
        return call;
    auto& target = call->target;
    target += "?watch=true";
    detail::append_query(target, "allowWatchBookmarks", options.bookmarks ? "true" : "");
    detail::append_query(target, "labelSelector", options.label_selector);
    detail::append_query(target, "fieldSelector", options.field_selector);
    detail::append_query(target, "resourceVersion", options.resource_version);
    if (options.initial_events) {
        detail::append_query(target, "sendInitialEvents", "true");
        detail::append_query(target, "resourceVersionMatch", "NotOlderThan");
    }
    if (options.timeout.count() > 0)
        detail::append_query(target, "timeoutSeconds", std::to_string(options.timeout.count()));
    return call;
}

PENSTOCK_DECL result<api_call> encode_create(resource const& what, std::string const& ns,
                                             boost::json::value const& object, write_options const& options)
{
    if (what.namespaced && ns.empty())
        return failure(errc::invalid_argument, what.qualified() + ": the object needs a namespace");
    auto call = detail::call_on_collection("POST", "CREATE", what, ns);
    if (!call)
        return call;
    detail::append_write_options(*call, options);
    detail::set_json(*call, object, "application/json");
    return call;
}

PENSTOCK_DECL result<api_call> encode_replace(resource const& what, object_name const& name,
                                              boost::json::value const& object, write_options const& options)
{
    auto call = detail::call_on_object("PUT", what, name, options.subresource);
    if (!call)
        return call;
    detail::append_write_options(*call, options);
    detail::set_json(*call, object, "application/json");
    return call;
}

PENSTOCK_DECL result<api_call> encode_patch(resource const& what, object_name const& name, patch_type type,
                                            boost::json::value const& body, patch_options const& options)
{
    auto call = detail::call_on_object("PATCH", what, name, options.subresource);
    if (!call)
        return call;
    if (type == patch_type::apply && options.field_manager.empty())
        return failure(errc::invalid_argument, call->subject + ": an apply needs a field manager");
    detail::append_write_options(*call, options);
    if (type == patch_type::apply && options.force)
        detail::append_query(call->target, "force", "true");
    detail::set_json(*call, body, detail::content_type_of(type));
    return call;
}

namespace detail {

inline boost::json::object body_of(remove_options const& options)
{
    boost::json::object body{{"apiVersion", "v1"}, {"kind", "DeleteOptions"}};
    boost::json::object preconditions;
    if (!options.uid.empty())
        preconditions["uid"] = options.uid;
    if (!options.resource_version.empty())
        preconditions["resourceVersion"] = options.resource_version;
    if (!preconditions.empty())
        body["preconditions"] = std::move(preconditions);
    if (auto const policy = text_of(options.propagation); !policy.empty())
        body["propagationPolicy"] = policy;
    if (options.grace_period)
        body["gracePeriodSeconds"] = options.grace_period->count();
    if (options.dry_run)
        body["dryRun"] = boost::json::array({"All"});
    return body;
}

}  // namespace detail

PENSTOCK_DECL result<api_call> encode_remove(resource const& what, object_name const& name,
                                             remove_options const& options)
{
    auto call = detail::call_on_object("DELETE", what, name);
    if (call)
        detail::set_json(*call, detail::body_of(options), "application/json");
    return call;
}

PENSTOCK_DECL result<api_call> encode_remove_collection(resource const& what, std::string const& ns,
                                                        list_options const& which, remove_options const& options)
{
    if (what.namespaced && ns.empty())
        return failure(errc::invalid_argument, what.qualified() + ": a collection to be removed needs a namespace");
    if (!options.uid.empty())
        return failure(errc::invalid_argument, what.qualified() + ": a uid names one object and not a collection");
    auto call = detail::call_on_collection("DELETE", "DELETE", what, ns);
    if (!call)
        return call;
    detail::append_selectors(*call, which);
    detail::set_json(*call, detail::body_of(options), "application/json");
    return call;
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_IMPL_API_CALL_IPP
