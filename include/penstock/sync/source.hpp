#ifndef PENSTOCK_SYNC_SOURCE_HPP
#define PENSTOCK_SYNC_SOURCE_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/git/reference_choice.hpp>

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::sync {

/** A Flux object as the sync system sees it: what is wanted, what was fetched, what was handled.

    GitRepositories fill all fields; other kinds have no url and no ref.
    @see https://fluxcd.io/flux/components/source/gitrepositories/ */
struct source
{
    std::string kind;
    std::string ns;
    std::string name;
    std::int64_t generation = 0;
    std::uint64_t version = 0;  ///< `metadata.resourceVersion`; 0 where it is not a number.

    std::string url;
    git::reference_spec ref;
    std::string provider;     ///< `spec.provider`; empty means generic.
    std::string secret_name;  ///< `spec.secretRef.name`, in the namespace of the object.
    std::string proxy_secret_name;  ///< `spec.proxySecretRef.name`, there as well.
    bool suspended = false;

    std::string requested_at;  ///< The annotation `reconcile.fluxcd.io/requestedAt`.
    std::string last_handled;  ///< `status.lastHandledReconcileAt`.
    std::string revision;      ///< `status.artifact.revision`.
    std::string not_ready;     ///< Message of the Ready condition while it is False, else empty.
};

/// The key of an object in the queue: `Kind/namespace/name`.
PENSTOCK_DECL std::string make_key(std::string_view kind, std::string_view ns, std::string_view name);

/// The parts of a key; `errc::invalid_argument` unless it has exactly three, none of them empty.
struct key_parts
{
    std::string kind;
    std::string ns;
    std::string name;
};
PENSTOCK_DECL result<key_parts> split_key(std::string_view key);

/** Reads an object as the API server sends it. Fields of unknown shape count as absent, for the server has
    validated them; `errc::malformed` when kind, name or namespace is missing.
    @param kind Used where the object does not name its own, as in lists. */
PENSTOCK_DECL result<source> decode_source(boost::json::object const& object, std::string_view kind);

/** Why this source cannot be polled, in words for people; empty when it can.
    A pinned commit needs no poll; ssh and providers other than GitHub are not spoken yet. */
PENSTOCK_DECL std::string not_polled_because(source const& s);

}  // namespace penstock::sync

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/sync/impl/source.ipp>
#endif

#endif  // PENSTOCK_SYNC_SOURCE_HPP
