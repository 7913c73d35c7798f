#ifndef PENSTOCK_AUTH_EXEC_CREDENTIAL_HPP
#define PENSTOCK_AUTH_EXEC_CREDENTIAL_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/text/secret.hpp>
#include <penstock/time/types.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace penstock::auth {

/// What a credential plug-in answered: a token, a client certificate with its key, or both.
class exec_credential
{
public:
    secret token;
    std::string certificate_pem;
    secret private_key_pem;
    std::optional<wall_time>
        expires;  ///< By our clock, as the plug-in is on this machine; absent: until it is refused.
};

/** The value of `KUBERNETES_EXEC_INFO`: an ExecCredential with what the plug-in is told.

    @param api_version `client.authentication.k8s.io/v1` or `/v1beta1`.
    @param cluster `spec.cluster` as JSON, where the user wants the plug-in to have it; else empty.
    @return `errc::invalid_configuration` for another version, or a cluster that is no JSON object. */
PENSTOCK_DECL result<std::string> exec_info(std::string_view api_version, std::string_view cluster);

/** Reads what a plug-in wrote.

    @param api_version The one that it was asked for; another is refused, as kubectl does.
    @return `errc::malformed` with the place at fault; no detail holds a part of the answer.
    @see https://kubernetes.io/docs/reference/config-api/client-authentication.v1/ */
PENSTOCK_DECL result<exec_credential> read_exec_credential(std::string_view output, std::string_view api_version);

}  // namespace penstock::auth

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/auth/impl/exec_credential.ipp>
#endif

#endif  // PENSTOCK_AUTH_EXEC_CREDENTIAL_HPP
