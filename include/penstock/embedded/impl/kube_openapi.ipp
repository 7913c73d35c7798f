#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_OPENAPI_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_OPENAPI_IPP
#include <penstock/embedded/kube_discovery.hpp>

#include <penstock/embedded/kube_schema.hpp>

#include <boost/json/array.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace penstock::embedded::kube_discovery {

namespace kube_detail {

inline boost::json::object info()
{
    return {{"title", "Kubernetes"}, {"version", "v1.34.0+penstock"}};
}

/// A field of a protocol buffer with bytes; short ones only.
inline std::string proto_field(int number, std::string const& bytes)
{
    std::string out;
    out += static_cast<char>(static_cast<unsigned>(number) << 3U | 2U);
    out += static_cast<char>(bytes.size());
    return out + bytes;
}

inline boost::json::object query_parameter(char const* name)
{
    return {
        {"name", name}, {"in", "query"}, {"schema", boost::json::object{{"type", "string"}, {"uniqueItems", true}}}};
}

inline boost::json::object path_item(kube_type const& t)
{
    boost::json::object const kind{{"group", t.group}, {"kind", t.kind}, {"version", t.version}};
    boost::json::object patch;
    patch["parameters"] = boost::json::array{query_parameter("dryRun"), query_parameter("fieldManager"),
                                             query_parameter("fieldValidation"), query_parameter("force")};
    patch["x-kubernetes-action"] = "patch";
    patch["x-kubernetes-group-version-kind"] = kind;
    patch["responses"] = boost::json::object{{"200", boost::json::object{{"description", "OK"}}}};
    return {{"patch", std::move(patch)}};
}

/// `io.fluxcd.toolkit.source.v1.GitRepository`: the group turned around.
inline std::string schema_name(kube_type const& t)
{
    std::vector<std::string> parts;
    std::string rest = t.group;
    while (!rest.empty()) {
        auto const dot = rest.find('.');
        parts.insert(parts.begin(), rest.substr(0, dot));
        rest = dot == std::string::npos ? std::string() : rest.substr(dot + 1);
    }
    std::string out;
    for (auto const& p : parts)
        out += p + '.';
    return out + t.version + '.' + t.kind;
}

}  // namespace kube_detail

PENSTOCK_DECL boost::json::object openapi_v2()
{
    return {{"swagger", "2.0"},
            {"info", kube_detail::info()},
            {"paths", boost::json::object()},
            {"definitions", boost::json::object()}};
}

PENSTOCK_DECL std::string openapi_v2_protobuf()
{
    // openapi.v2.Document: swagger = 1, info = 2 (title = 1, version = 2)
    return kube_detail::proto_field(1, "2.0")
           + kube_detail::proto_field(2, kube_detail::proto_field(1, "Kubernetes")
                                             + kube_detail::proto_field(2, "v1.34.0+penstock"));
}

PENSTOCK_DECL boost::json::object openapi_v3_index(kube_registry const& types)
{
    boost::json::object paths;
    for (auto const& [group, versions] : types.groups())
        for (auto const& v : versions) {
            auto const path = group.empty() ? "api/" + v : "apis/" + group + '/' + v;
            paths[path] = boost::json::object{{"serverRelativeURL", "/openapi/v3/" + path}};
        }
    return {{"paths", std::move(paths)}};
}

PENSTOCK_DECL std::optional<boost::json::object> openapi_v3(kube_registry const& types, std::string_view group,
                                                            std::string_view version)
{
    boost::json::object paths;
    boost::json::object schemas;
    for (auto const& t : types.all()) {
        if (t->group != group || t->version != version || t->create_only)
            continue;
        auto const base = (t->group.empty() ? "/api/" : "/apis/" + t->group + '/') + t->version
                          + (t->namespaced ? "/namespaces/{namespace}/" : "/") + t->plural + "/{name}";
        paths[base] = kube_detail::path_item(*t);
        if (!t->schema)
            continue;
        auto schema = t->schema->root();
        schema["x-kubernetes-group-version-kind"] =
            boost::json::array{boost::json::object{{"group", t->group}, {"kind", t->kind}, {"version", t->version}}};
        schemas[kube_detail::schema_name(*t)] = std::move(schema);
    }
    if (paths.empty())
        return std::nullopt;
    boost::json::object o;
    o["openapi"] = "3.0.0";
    o["info"] = kube_detail::info();
    o["paths"] = std::move(paths);
    o["components"] = boost::json::object{{"schemas", std::move(schemas)}};
    return o;
}

}  // namespace penstock::embedded::kube_discovery

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_OPENAPI_IPP
