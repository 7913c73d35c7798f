#ifndef PENSTOCK_EMBEDDED_KUBE_METADATA_RULES_HPP
#define PENSTOCK_EMBEDDED_KUBE_METADATA_RULES_HPP
#include <penstock/config.hpp>
#include <penstock/embedded/kube_status.hpp>
#include <penstock/embedded/kube_type.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace penstock::embedded {

/// The form of what stands in `metadata`, whatever the type.
namespace kube_metadata_rules {

PENSTOCK_DECL void check(kube_type const& type, boost::json::object const& object, std::vector<kube_cause>& causes);
/// What an update may not do: a finalizer more on an object that is being deleted.
PENSTOCK_DECL void check_change(boost::json::object const& before, boost::json::object const& now,
                                std::vector<kube_cause>& causes);
/// What is allowed and yet told: finalizers without a domain.
PENSTOCK_DECL std::vector<std::string> warnings(boost::json::object const& object);

/// RFC 1123: lower case letters, digits, '-' and '.', at most 253.
PENSTOCK_DECL bool is_subdomain(std::string_view name) noexcept;
/// RFC 1123: as above without '.', at most 63.
PENSTOCK_DECL bool is_label(std::string_view name) noexcept;
/// `name` or `example.com/name`: keys of labels and annotations, and finalizers.
PENSTOCK_DECL bool is_qualified_name(std::string_view name) noexcept;
/// Empty, or as the name part of a qualified name.
PENSTOCK_DECL bool is_label_value(std::string_view value) noexcept;

}  // namespace kube_metadata_rules

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_metadata_rules.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_METADATA_RULES_HPP
