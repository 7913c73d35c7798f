#ifndef PENSTOCK_AUTH_TOKEN_REQUEST_HPP
#define PENSTOCK_AUTH_TOKEN_REQUEST_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/http/message.hpp>
#include <penstock/text/secret.hpp>
#include <penstock/time/types.hpp>

#include <chrono>
#include <compare>
#include <string>
#include <vector>

namespace penstock::auth {

/// Which token of a Kubernetes service account.
class service_account_key
{
public:
    std::string ns, name;
    std::vector<std::string> audiences;                  ///< In this order; empty: the API server itself.
    std::chrono::seconds lifetime = std::chrono::hours(1);  ///< What is asked for, 10 minutes or more. The server may
        ///< give less.

    friend auto operator<=>(service_account_key const&, service_account_key const&) = default;

    /// `errc::invalid_argument` for what the server would not take.
    PENSTOCK_DECL result<void> check() const;
    /// `/api/v1/namespaces/{ns}/serviceaccounts/{name}/token`
    PENSTOCK_DECL std::string path() const;
    /// The TokenRequest that is posted there.
    PENSTOCK_DECL std::string body() const;
};

/// What a TokenRequest was answered with.
class requested_token
{
public:
    secret value;
    wall_time expires{};  ///< By the server's clock.
};

/** Reads the answer to a TokenRequest.
    @return `errc::unauthorized`, `errc::forbidden`, `errc::not_found`, `errc::invalid_object`, `errc::quota_exhausted`
    with `retry_after`, `errc::unavailable`, `errc::unexpected_status`, `errc::malformed`; the detail names the account
    and says what the server said, with credentials hidden. */
PENSTOCK_DECL result<requested_token> read_token_request(http::response const& answer, service_account_key const& asked,
                                                         wall_time wall);

}  // namespace penstock::auth

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/auth/impl/token_request.ipp>
#endif

#endif  // PENSTOCK_AUTH_TOKEN_REQUEST_HPP
