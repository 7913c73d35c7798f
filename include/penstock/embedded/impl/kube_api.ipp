#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_API_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_API_IPP
#include <penstock/embedded/kube_api.hpp>

#include <penstock/embedded/kube_discovery.hpp>

#include <boost/json/serialize.hpp>

#include <optional>
#include <string>
#include <utility>

namespace penstock::embedded {

namespace kube_detail {

/// @param group Whose document it is.
inline http::response or_unknown(std::optional<boost::json::object> const& document, kube_registry const& types,
                                 std::string_view group)
{
    return document ? kube_api::json_response(200, *document)
                    : kube_api::error_response(kube_errors::unknown_path(types, group));
}

inline http::response discovery_document(kube_call const& call, kube_registry const& types, bool core)
{
    auto const accept = call.fields["Accept"];
    // Older forms are asked for in the same header; the newest comes first.
    if (accept.find("g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList") != std::string_view::npos)
        return http::response(200, std::string(kube_discovery::aggregated_type),
                              boost::json::serialize(kube_discovery::aggregated(types, core)));
    return kube_api::json_response(200, core ? kube_discovery::core_versions() : kube_discovery::groups(types));
}

inline http::response openapi_document(kube_call const& call, kube_registry const& types)
{
    auto const& p = call.path;
    if (p.size() == 2 && p[1] == "v2") {
        if (call.fields["Accept"].find("proto-openapi") != std::string_view::npos)
            return http::response(200, std::string(kube_discovery::protobuf_type),
                                  kube_discovery::openapi_v2_protobuf());
        return kube_api::json_response(200, kube_discovery::openapi_v2());
    }
    if (p.size() == 2 && p[1] == "v3")
        return kube_api::json_response(200, kube_discovery::openapi_v3_index(types));
    if (p.size() == 4 && p[1] == "v3" && p[2] == "api")
        return or_unknown(kube_discovery::openapi_v3(types, "", p[3]), types, ".");
    if (p.size() == 5 && p[1] == "v3" && p[2] == "apis")
        return or_unknown(kube_discovery::openapi_v3(types, p[3], p[4]), types, ".");
    return kube_api::error_response(kube_errors::no_such_page());
}

inline std::string warning_text(std::string_view s)
{
    std::string out = "299 - \"";
    for (char const c : s) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out + '"';
}

/// Versions that are on their way out say so in every answer.
inline http::response with_deprecation(kube_type const& type, http::response answer)
{
    if (!type.deprecation.empty())
        answer.fields.add("Warning", warning_text(type.deprecation));
    return answer;
}

/// What permissions call it.
inline std::string_view verb_of(kube_call const& call, kube_place const& place)
{
    bool const one = !place.name.empty();
    if (call.method == "POST")
        return "create";
    if (call.method == "PUT")
        return "update";
    if (call.method == "PATCH")
        return "patch";
    if (call.method == "DELETE")
        return one ? "delete" : "deletecollection";
    return call.flag("watch") ? "watch" : one ? "get" : "list";
}

}  // namespace kube_detail

PENSTOCK_DECL http::response kube_api::json_response(int status, boost::json::object const& body)
{
    return http::response(status, "application/json", boost::json::serialize(body));
}

PENSTOCK_DECL http::response kube_api::error_response(kube_error const& error)
{
    if (error.plain)
        return http::response(error.code, "text/plain; charset=utf-8", error.message + '\n');
    auto out = json_response(error.code, error.to_json());
    if (auto const* after = error.details.if_contains("retryAfterSeconds"); after && after->is_int64())
        out.fields.add("Retry-After", std::to_string(after->get_int64()));
    return out;
}

PENSTOCK_DECL http::response kube_api::documents(kube_call const& call) const
{
    auto const& p = call.path;
    auto const& types = store_->types();
    if (call.method != "GET" && call.method != "HEAD")
        return error_response(kube_errors::method_not_allowed());
    if (p.empty())
        return json_response(200, {{"paths", boost::json::array{"/api", "/apis", "/healthz", "/livez", "/openapi/v2",
                                                                "/openapi/v3", "/readyz", "/version"}}});
    if (p[0] == "healthz" || p[0] == "livez" || p[0] == "readyz")
        return http::response(200, "text/plain; charset=utf-8", "ok");
    if (p[0] == "version")
        return json_response(200, kube_discovery::version());
    if (p[0] == "openapi")
        return kube_detail::openapi_document(call, types);
    if (p[0] == "api" && p.size() == 1)
        return kube_detail::discovery_document(call, types, true);
    if (p[0] == "api" && p.size() == 2)
        return kube_detail::or_unknown(kube_discovery::resources(types, "", p[1]), types, "");
    if (p[0] == "apis" && p.size() == 1)
        return kube_detail::discovery_document(call, types, false);
    if (p[0] == "apis" && p.size() == 2)
        return kube_detail::or_unknown(kube_discovery::group(types, p[1]), types, p[1]);
    if (p[0] == "apis" && p.size() == 3)
        return kube_detail::or_unknown(kube_discovery::resources(types, p[1], p[2]), types, p[1]);
    return error_response(kube_errors::no_such_page());
}

PENSTOCK_DECL auto kube_api::serve(kube_call const& call) -> answer
{
    auto const& p = call.path;
    bool const below = p.size() >= 3 && (p[0] == "api" || (p[0] == "apis" && p.size() >= 4));
    if (!below)
        return documents(call);
    auto const place = kube_place::find(store_->types(), p);
    if (!place)
        return error_response(place.error());
    if (place->subresource == "scale") {
        auto scaled = scale(call, *place);
        return scaled ? answer(*std::move(scaled)) : answer(error_response(scaled.error()));
    }
    if (call.method == "GET")
        return get(call, *place);
    auto done = call.method == "DELETE" ? remove(call, *place) : write(call, *place);
    return kube_detail::with_deprecation(*place->type, done ? *std::move(done) : error_response(done.error()));
}

PENSTOCK_DECL auto kube_api::refuse(kube_call const& call, std::string_view user) -> answer
{
    auto const place = kube_place::find(store_->types(), call.path);
    if (!place)
        return serve(call);
    return error_response(kube_errors::forbidden(*place->type, place->name, user, kube_detail::verb_of(call, *place),
                                                 place->subresource, place->ns));
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_API_IPP
