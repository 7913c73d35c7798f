#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_API_SCALE_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_API_SCALE_IPP
#include <penstock/embedded/kube_api.hpp>

#include <penstock/embedded/impl/kube_api_write.ipp>
#include <penstock/embedded/kube_patch.hpp>
#include <penstock/embedded/kube_path.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace penstock::embedded {

namespace kube_detail {

inline std::optional<std::int64_t> count_at(boost::json::object const& o, std::string const& path)
{
    auto const found = find_path(o, path);
    if (found.empty() || !found.front()->is_int64())
        return std::nullopt;
    return found.front()->get_int64();
}

/// The Scale of an object, as autoscaling/v1 shows it; nothing where the object says no number.
inline std::optional<boost::json::object> scale_of(kube_type const& type, boost::json::object const& o)
{
    auto const wanted = count_at(o, type.scale_replicas);
    if (!wanted)
        return std::nullopt;
    boost::json::object meta;
    for (auto const* own : {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"})
        if (auto const* v = json_member(o, {"metadata", own}))
            meta[own] = *v;
    boost::json::object spec;
    if (*wanted != 0)
        spec["replicas"] = *wanted;
    boost::json::object status{{"replicas", count_at(o, type.scale_status).value_or(0)}};
    if (auto const selector = find_path(o, type.scale_selector);
        !type.scale_selector.empty() && !selector.empty() && selector.front()->is_string())
        status["selector"] = *selector.front();
    return boost::json::object{{"kind", "Scale"},
                               {"apiVersion", "autoscaling/v1"},
                               {"metadata", std::move(meta)},
                               {"spec", std::move(spec)},
                               {"status", std::move(status)}};
}

/// Sets what a path of names like `.spec.replicas` leads to.
inline void set_count(boost::json::object& root, std::string_view path, std::int64_t value)
{
    auto* at = &root;
    path.remove_prefix(path.starts_with('.') ? 1 : 0);
    for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
        at = &json_child(*at, path.substr(0, dot));
        path.remove_prefix(dot + 1);
    }
    (*at)[path] = value;
}

}  // namespace kube_detail

PENSTOCK_DECL kube_result<http::response> kube_api::scale(kube_call const& call, kube_place const& place)
{
    auto const& type = *place.type;
    auto const object = store_->get(type, place.ns, place.name);
    if (!object)
        return object.error();
    auto const current = kube_detail::scale_of(type, **object);
    if (!current) {
        kube_error e;
        e.code = 500;
        e.reason = "InternalError";
        e.message = "Internal error occurred: the spec replicas field \"" + type.scale_replicas + "\" does not exist";
        return e;
    }
    if (call.method == "GET")
        return json_response(200, *current);
    auto body = kube_detail::read_body(call);
    if (!body)
        return body.error();
    auto const kind = kube_detail::patch_kind(call.content_type());
    boost::json::value wanted(*current);
    if (call.method == "PUT")
        wanted = *std::move(body);
    else if (call.method == "PATCH" && kind == kube_patch_kind::merge)
        merge_patch(wanted, *body);
    else if (call.method == "PATCH" && kind == kube_patch_kind::json) {
        if (auto const done = json_patch(wanted, *body); !done)
            return done.error();
    } else if (call.method == "PATCH")
        return kube_errors::unsupported_media_type("application/json-patch+json, application/merge-patch+json");
    else
        return kube_errors::method_not_allowed();
    if (!wanted.is_object())
        return kube_errors::bad_request("the body is not an object");
    auto const replicas = kube_detail::count_at(wanted.get_object(), ".spec.replicas").value_or(0);
    if (replicas < 0)
        return kube_errors::invalid(
            type, place.name,
            {{"FieldValueInvalid", "spec.replicas",
              "Invalid value: " + std::to_string(replicas) + ": should be a non-negative integer"}});
    auto changed = **object;
    kube_detail::set_count(changed, type.scale_replicas, replicas);
    if (auto const version = version_of(wanted.get_object()); !version.empty())
        json_child(changed, "metadata")["resourceVersion"] = version;
    auto const how = kube_detail::write_options(call, place);
    if (!how)
        return how.error();
    auto const done = store_->replace(type, place.ns, place.name, std::move(changed), *how);
    if (!done)
        return done.error();
    return json_response(200, kube_detail::scale_of(type, *done->object).value_or(boost::json::object()));
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_API_SCALE_IPP
