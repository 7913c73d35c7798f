#ifndef PENSTOCK_EMBEDDED_KUBE_TABLE_HPP
#define PENSTOCK_EMBEDDED_KUBE_TABLE_HPP
#include <penstock/config.hpp>
#include <penstock/embedded/kube_object.hpp>
#include <penstock/embedded/kube_type.hpp>
#include <penstock/time/types.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace penstock::embedded {

/// In which form a client wants objects: as its Accept header says.
enum class kube_form
{
    plain,
    table,     ///< `as=Table;g=meta.k8s.io`: what `kubectl get` prints.
    metadata,  ///< `as=PartialObjectMetadata;g=meta.k8s.io`, or the list of it.
    none,      ///< Nothing that the server has.
};

struct kube_accept
{
    kube_form form = kube_form::plain;
    std::string version = "v1";            ///< Of meta.k8s.io.
    std::string include = "Metadata";      ///< `includeObject`: what a row of a table carries.

    /// An empty header means JSON.
    PENSTOCK_DECL static kube_accept parse(std::string_view header);
};

/// How `kubectl` writes an age: `42s`, `5m`, `3h12m`, `2d`, `1y20d`.
PENSTOCK_DECL std::string human_duration(duration d);

/// Only apiVersion, kind and metadata.
PENSTOCK_DECL boost::json::object partial_metadata(boost::json::object const& object, std::string_view version);

/// A Table of these objects. @param columns Whether it says what its columns are: only the first of a watch does.
PENSTOCK_DECL boost::json::object make_table(kube_type const& type, std::vector<kube_object> const& objects,
                                             kube_accept const& accept, wall_time now, bool columns = true);

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_table.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_TABLE_HPP
