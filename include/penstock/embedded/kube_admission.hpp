#ifndef PENSTOCK_EMBEDDED_KUBE_ADMISSION_HPP
#define PENSTOCK_EMBEDDED_KUBE_ADMISSION_HPP
#include <penstock/config.hpp>
#include <penstock/embedded/kube_status.hpp>
#include <penstock/embedded/kube_type.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace penstock::embedded {

/// What the server does to an object before it keeps it.
namespace kube_admission {

/// Defaults of built-in types: `stringData` of a Secret becomes `data`, a Namespace is Active, ….
PENSTOCK_DECL void translate(kube_type const& type, boost::json::object& object);

/// Why it cannot be read as an object of its type at all: a label that is a number, data that is no base64, ….
PENSTOCK_DECL std::string misread(kube_type const& type, boost::json::object const& object);
/// Takes out what the type does not know. @return The paths of these fields.
PENSTOCK_DECL std::vector<std::string> prune(kube_type const& type, boost::json::object& object);
/// Everything that is wrong with it: name, labels, finalizers, content by schema, definitions.
PENSTOCK_DECL std::vector<kube_cause> check(kube_type const& type, boost::json::object const& object);
/// What is wrong with a change: what is immutable, finalizers of an object that is being deleted.
PENSTOCK_DECL std::vector<kube_cause> check_change(kube_type const& type, boost::json::object const& before,
                                                   boost::json::object const& now);

}  // namespace kube_admission

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_admission.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_ADMISSION_HPP
