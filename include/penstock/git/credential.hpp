#ifndef PENSTOCK_GIT_CREDENTIAL_HPP
#define PENSTOCK_GIT_CREDENTIAL_HPP
#include <penstock/crypto/base64.hpp>
#include <penstock/error/result.hpp>
#include <penstock/text/secret.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::git {

/** How to show a Git server over HTTP who asks, and whom to trust.

    `authorization` goes into each request; certificates belong to the connection, so the caller gives them to the
    `http::tls_options` of the transport that it uses for this credential. */
class credential
{
public:
    credential() = default;  ///< Anonymous, with the authorities of the system.

    static credential basic(std::string_view user, secret const& password)
    {
        credential out;
        std::string pair;
        pair.reserve(user.size() + 1 + password.size());
        pair.append(user).append(":").append(password.reveal());
        auto coded = crypto::base64_encode(pair);
        secret::wipe(pair);
        out.show("Basic ", coded);
        secret::wipe(coded);
        return out;
    }

    static credential bearer(secret const& token)
    {
        credential out;
        out.show("Bearer ", token.reveal());
        return out;
    }

    /// What it is, for people; empty for an anonymous one.
    std::string_view scheme() const noexcept
    {
        auto const value = authorization_.reveal();
        return value.empty() ? "" : value.starts_with("Basic ") ? "user and password" : "bearer token";
    }

    /// The value of the field `Authorization`; empty for an anonymous one.
    secret const& authorization() const noexcept { return authorization_; }

    std::string ca_pem;           ///< Authorities to trust instead of the system's; empty for those.
    std::string certificate_pem;  ///< Client certificate; empty for none.
    secret private_key_pem;
private:
    void show(std::string_view scheme, std::string_view value)
    {
        std::string all;
        all.reserve(scheme.size() + value.size());  // growing would leave copies behind
        authorization_ = secret(std::move(all.append(scheme).append(value)));
    }

    secret authorization_;
};

/// The data of a Kubernetes Secret, decoded from base64.
using secret_keys = std::map<std::string, secret, std::less<>>;

/** Reads a credential from the keys that Flux knows in the Secret of a GitRepository.

    `bearerToken`, or `username` and `password`; `ca.crt`, `tls.crt`, `tls.key` with their older names `caFile`,
    `certFile`, `keyFile`. A Secret that has only authorities or a client certificate is anonymous over HTTP.
    @return `errc::unsupported` for an SSH identity, with what to use instead; `errc::invalid_configuration` for keys
    that contradict each other or lack their other half, and for a GitHub App, which `find_github_app` reads. No detail
    holds a value.
    @see https://fluxcd.io/flux/components/source/gitrepositories/#secret-reference */
inline result<credential> read_credential(secret_keys const& keys)
{
    auto const value = [&keys](std::string_view name, std::string_view older = {}) {
        auto at = keys.find(name);
        if (at == keys.end() && !older.empty())
            at = keys.find(older);
        return at == keys.end() ? secret() : at->second;
    };
    auto const user = value("username");
    auto const password = value("password");
    auto const token = value("bearerToken");
    if (!value("githubAppID").empty() || !value("githubAppPrivateKey").empty())
        return failure(errc::invalid_configuration,
                       "the Secret holds a GitHub App, and spec.provider is not github; set it, or give username and "
                       "password");
    if (!token.empty() && !user.empty())
        return failure(errc::invalid_configuration, "the Secret has both bearerToken and username");
    if (token.empty() && user.empty() && !value("identity").empty())
        return failure(errc::unsupported, "the Secret holds an SSH identity; polls go over HTTPS and need username "
                                          "and password or bearerToken");
    if (token.empty() && user.empty() != password.empty())
        return failure(errc::invalid_configuration, user.empty() ? "the Secret has a password without username"
                                                                 : "the Secret has a username without password");
    if (user.reveal().find(':') != std::string_view::npos)
        return failure(errc::invalid_configuration, "the username in the Secret has a colon");
    for (auto const* one : {&user, &password, &token})
        if (one->reveal().find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos)
            return failure(errc::invalid_configuration, "a value in the Secret ends with or has a line break");
    auto out = !token.empty() ? credential::bearer(token)
               : user.empty() ? credential()
                              : credential::basic(user.reveal(), password);
    out.ca_pem = value("ca.crt", "caFile").reveal();
    out.certificate_pem = value("tls.crt", "certFile").reveal();
    out.private_key_pem = value("tls.key", "keyFile");
    if (out.certificate_pem.empty() != out.private_key_pem.empty())
        return failure(errc::invalid_configuration, "the Secret needs both tls.crt and tls.key, or neither");
    return out;
}

}  // namespace penstock::git

#endif  // PENSTOCK_GIT_CREDENTIAL_HPP
