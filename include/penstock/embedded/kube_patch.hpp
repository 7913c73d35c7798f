#ifndef PENSTOCK_EMBEDDED_KUBE_PATCH_HPP
#define PENSTOCK_EMBEDDED_KUBE_PATCH_HPP
#include <penstock/config.hpp>
#include <penstock/embedded/kube_status.hpp>

#include <boost/json/value.hpp>

namespace penstock::embedded {

/// How a PATCH describes the change: by its content type.
enum class kube_patch_kind
{
    merge,      ///< application/merge-patch+json
    json,       ///< application/json-patch+json
    strategic,  ///< application/strategic-merge-patch+json; not for custom resources
    apply,      ///< application/apply-patch+yaml
};

/// @see RFC 7386
PENSTOCK_DECL void merge_patch(boost::json::value& target, boost::json::value const& patch);

/** Runs all operations or none.
    @return 400 for operations that cannot be understood, 422 where a path or a test does not hold.
    @see RFC 6902 */
PENSTOCK_DECL kube_result<> json_patch(boost::json::value& target, boost::json::value const& operations);

/** Merges as `kubectl` asks for on built-in types: maps by name, lists with a merge key by that key, other lists
    whole, with the directives `$patch`, `$retainKeys` and `$deleteFromPrimitiveList`. */
PENSTOCK_DECL void strategic_patch(boost::json::value& target, boost::json::value const& patch);

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_patch.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_PATCH_HPP
