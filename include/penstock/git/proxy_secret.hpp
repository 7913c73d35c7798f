#ifndef PENSTOCK_GIT_PROXY_SECRET_HPP
#define PENSTOCK_GIT_PROXY_SECRET_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/git/credential.hpp>
#include <penstock/text/secret.hpp>

namespace penstock::git {

/** Reads a proxy from the keys that Flux knows in the Secret of `spec.proxySecretRef`: `address`, and perhaps
    `username` and `password`.

    @return `http://[user:password@]host[:port]`, as `http::client_options` takes it. `errc::unsupported` for a proxy
    that is spoken to in another way (SOCKS5, https), `errc::invalid_configuration` for what is no address. No detail
    holds a value.
    @see https://fluxcd.io/flux/components/source/gitrepositories/#proxy-secret-reference */
PENSTOCK_DECL result<secret> read_proxy(secret_keys const& keys);

}  // namespace penstock::git

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/git/impl/proxy_secret.ipp>
#endif

#endif  // PENSTOCK_GIT_PROXY_SECRET_HPP
