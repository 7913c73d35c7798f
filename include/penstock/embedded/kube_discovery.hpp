#ifndef PENSTOCK_EMBEDDED_KUBE_DISCOVERY_HPP
#define PENSTOCK_EMBEDDED_KUBE_DISCOVERY_HPP
#include <penstock/config.hpp>
#include <penstock/embedded/kube_registry.hpp>

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace penstock::embedded {

/// What the server says about its own types.
namespace kube_discovery {

PENSTOCK_DECL boost::json::object version();
PENSTOCK_DECL boost::json::object core_versions();                         ///< /api
PENSTOCK_DECL boost::json::object groups(kube_registry const& types);      ///< /apis
PENSTOCK_DECL std::optional<boost::json::object> group(kube_registry const& types, std::string_view name);
/// `/api/v1` and `/apis/<group>/<version>`; nothing where there are no such types.
PENSTOCK_DECL std::optional<boost::json::object> resources(kube_registry const& types, std::string_view group,
                                                           std::string_view version);
/// The same in one document: `apidiscovery.k8s.io` v2 of /api (`core`) or /apis.
PENSTOCK_DECL boost::json::object aggregated(kube_registry const& types, bool core);
inline constexpr std::string_view aggregated_type =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// /openapi/v2 as JSON: a document without types.
PENSTOCK_DECL boost::json::object openapi_v2();
/// The same as older clients insist on it: a protocol buffer.
PENSTOCK_DECL std::string openapi_v2_protobuf();
inline constexpr std::string_view protobuf_type = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
PENSTOCK_DECL boost::json::object openapi_v3_index(kube_registry const& types);
/// /openapi/v3/…: which types there are, that they take `dryRun` and `fieldValidation`, and the schemas of custom
/// resources.
PENSTOCK_DECL std::optional<boost::json::object> openapi_v3(kube_registry const& types, std::string_view group,
                                                            std::string_view version);

}  // namespace kube_discovery

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_discovery.ipp>
#include <penstock/embedded/impl/kube_openapi.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_DISCOVERY_HPP
