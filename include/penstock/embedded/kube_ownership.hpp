#ifndef PENSTOCK_EMBEDDED_KUBE_OWNERSHIP_HPP
#define PENSTOCK_EMBEDDED_KUBE_OWNERSHIP_HPP
#include <penstock/config.hpp>
#include <penstock/embedded/kube_status.hpp>
#include <penstock/embedded/kube_type.hpp>

#include <boost/json/object.hpp>

#include <string>

namespace penstock::embedded {

/// Who writes, and through what.
struct kube_writer
{
    std::string manager;      ///< `fieldManager`, or the first part of the user agent.
    std::string subresource;  ///< `status` or empty.
    std::string time;         ///< RFC 3339, for the entry in `metadata.managedFields`.
};

/** Notes in `now.metadata.managedFields` who set what, after a write that is not an apply.
    What has changed since `before` belongs to the writer alone; what is gone belongs to nobody. */
PENSTOCK_DECL void record_update(kube_type const& type, kube_writer const& writer, boost::json::object const& before,
                                 boost::json::object& now);

/** Server-side apply: `before` with what `applied` sets, without what this manager applied earlier and no longer
    does and nobody else owns; `managedFields` is brought up to date.

    @param before Empty where the object does not exist yet.
    @param force Take fields over that others own with another value.
    @return 409 with one cause per field in conflict. */
PENSTOCK_DECL kube_result<boost::json::object> apply_fields(kube_type const& type, kube_writer const& writer,
                                                            bool force, boost::json::object const& before,
                                                            boost::json::object const& applied);

/// Which element of a list with keys a configuration names twice, in words; empty: none.
PENSTOCK_DECL std::string duplicate_key(kube_type const& type, boost::json::object const& applied);

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_ownership.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_OWNERSHIP_HPP
