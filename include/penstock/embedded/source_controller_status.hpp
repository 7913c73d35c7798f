#ifndef PENSTOCK_EMBEDDED_SOURCE_CONTROLLER_STATUS_HPP
#define PENSTOCK_EMBEDDED_SOURCE_CONTROLLER_STATUS_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/git/reference_choice.hpp>
#include <penstock/kube/object_ref.hpp>
#include <penstock/time/types.hpp>

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/** What Flux's controllers read from their objects and write into `status`, as pure functions. */
namespace penstock::embedded {

/// One object of Flux as its controller sees it.
class flux_object
{
public:
    kube::object_name name;
    std::string kind;
    std::int64_t generation = 0;
    bool suspended = false;
    std::string requested_at;  ///< The annotation `reconcile.fluxcd.io/requestedAt`.
    duration interval = std::chrono::minutes(10);
    duration timeout = std::chrono::seconds(60);
    std::string url;          ///< GitRepository.
    std::string secret_name;  ///< GitRepository, Receiver.
    std::string type;         ///< Receiver.
    git::reference_spec reference;
    std::string revision;  ///< Of the artifact that `status` names; may be empty.
    boost::json::object status;
};

/// Reads what is there; missing and malformed members read as their defaults.
PENSTOCK_DECL flux_object read_flux_object(boost::json::object const& object);

/// The merge patch for a head that was found. The artifact changes only when its revision does.
PENSTOCK_DECL boost::json::object stored_status(flux_object const& of, git::chosen_head const& head, wall_time now);

/// The merge patch for a fetch that failed: `Ready=False`, `FetchFailed=True`, reason `GitOperationFailed`.
PENSTOCK_DECL boost::json::object fetch_failed_status(flux_object const& of, std::string_view why, wall_time now);

/// The merge patch for an object whose work is not done here: handled, nothing else.
PENSTOCK_DECL boost::json::object handled_status(flux_object const& of, wall_time now);

/** The merge patch for a Receiver.
    @param token The key `token` of its Secret; nothing when it is missing: `Ready=False`, `TokenNotFound`. */
PENSTOCK_DECL boost::json::object receiver_status(flux_object const& of, std::optional<std::string_view> token,
                                                  wall_time now);

/// `/hook/` and the SHA-256 of token, name and namespace, one after the other.
PENSTOCK_DECL std::string receiver_path(std::string_view token, kube::object_name const& name);

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/source_controller_status.ipp>
#endif

#endif  // PENSTOCK_EMBEDDED_SOURCE_CONTROLLER_STATUS_HPP
