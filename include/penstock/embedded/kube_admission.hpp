#ifndef PENSTOCK_EMBEDDED_KUBE_ADMISSION_HPP
#define PENSTOCK_EMBEDDED_KUBE_ADMISSION_HPP
#include <penstock/config.hpp>
#include <penstock/embedded/kube_status.hpp>
#include <penstock/embedded/kube_type.hpp>

#include <boost/json/object.hpp>

#include <string_view>
#include <vector>

namespace penstock::embedded {

/// What the server does to an object before it keeps it.
namespace kube_admission {

/// Defaults of built-in types: `stringData` of a Secret becomes `data`, a Namespace is Active, ….
PENSTOCK_DECL void translate(kube_type const& type, boost::json::object& object);

/// Everything that is wrong with it: name, labels, finalizers, content by schema, definitions.
PENSTOCK_DECL std::vector<kube_cause> check(kube_type const& type, boost::json::object const& object);

/// RFC 1123: lower case letters, digits, '-' and '.', at most 253.
PENSTOCK_DECL bool is_subdomain(std::string_view name) noexcept;
/// RFC 1123: as above without '.', at most 63.
PENSTOCK_DECL bool is_label(std::string_view name) noexcept;

}  // namespace kube_admission

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_admission.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_ADMISSION_HPP
