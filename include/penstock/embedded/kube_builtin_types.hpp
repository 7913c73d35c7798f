#ifndef PENSTOCK_EMBEDDED_KUBE_BUILTIN_TYPES_HPP
#define PENSTOCK_EMBEDDED_KUBE_BUILTIN_TYPES_HPP
#include <penstock/config.hpp>
#include <penstock/embedded/kube_type.hpp>

#include <memory>
#include <string>
#include <vector>

namespace penstock::embedded {

/// The types that a server without any CustomResourceDefinition has.
namespace kube_builtin_types {

PENSTOCK_DECL std::vector<std::shared_ptr<kube_type const>> all();

/// The column that types have which name none.
PENSTOCK_DECL kube_column age_column();
/// A kind in small letters.
PENSTOCK_DECL std::string singular_of(std::string kind);

}  // namespace kube_builtin_types

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_builtin_lists.ipp>
#include <penstock/embedded/impl/kube_builtin_types.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_BUILTIN_TYPES_HPP
