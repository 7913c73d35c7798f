#ifndef PENSTOCK_SYNC_RECEIVER_HPP
#define PENSTOCK_SYNC_RECEIVER_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>

#include <boost/json/object.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::sync {

/// `spec.type` of a Receiver: how a request proves that it may act.
enum class receiver_type : std::uint8_t
{
    unknown,
    generic,
    generic_hmac,
    generic_oidc,
    github,
    gitlab,
    bitbucket,
    harbor,
    dockerhub,
    quay,
    gcr,
    nexus,
    acr,
    cdevents,
};

inline constexpr std::array<std::string_view, 14> receiver_type_names{
    "unknown", "generic",   "generic-hmac", "generic-oidc", "github", "gitlab", "bitbucket",
    "harbor",  "dockerhub", "quay",         "gcr",          "nexus",  "acr",    "cdevents"};

/// As `spec.type` and the metrics write it.
constexpr std::string_view to_string(receiver_type t) noexcept
{
    return receiver_type_names[static_cast<std::size_t>(t)];
}

/// One entry of `spec.resources`.
struct receiver_resource
{
    std::string api_version;  ///< Empty: the default of the kind, where it has one.
    std::string kind;
    std::string name;  ///< `*` means by labels.
    std::string ns;    ///< Empty: the namespace of the Receiver.
    std::optional<std::vector<std::pair<std::string, std::string>>> match_labels;  ///< Sorted by key.
    std::string filter;  ///< CEL; empty when there is none.
};

/** A Receiver of Flux as its handler sees it.
    @see https://fluxcd.io/flux/components/notification/receivers/ */
struct receiver
{
    std::string ns;
    std::string name;
    receiver_type type = receiver_type::unknown;
    std::vector<std::string> events;  ///< Empty: all. Only github, gitlab, bitbucket and cdevents look at it.
    std::vector<receiver_resource> resources;
    std::string resource_filter;  ///< CEL for every resource; empty when there is none.
    std::string secret_name;      ///< `spec.secretRef.name`, in the namespace of the Receiver.
    bool suspended = false;
    bool ready = false;        ///< The Ready condition is True.
    std::string webhook_path;  ///< `status.webhookPath`: what Flux serves it under.
};

/** Reads a Receiver as the API server sends it. Fields of unknown shape count as absent.
    @return `errc::malformed` when name or namespace is missing. */
PENSTOCK_DECL result<receiver> decode_receiver(boost::json::object const& object);

/** The path Flux gives to a Receiver: `/hook/` and the SHA-256 of token, name and namespace put together without
    anything between them. For generic-oidc the token is empty. */
PENSTOCK_DECL std::string receiver_path(std::string_view token, std::string_view name, std::string_view ns);

}  // namespace penstock::sync

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/sync/impl/receiver.ipp>
#endif

#endif  // PENSTOCK_SYNC_RECEIVER_HPP
