#ifndef PENSTOCK_AUTH_JWT_SIGNER_HPP
#define PENSTOCK_AUTH_JWT_SIGNER_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/error/result.hpp>
#include <penstock/text/secret.hpp>
#include <penstock/time/types.hpp>

#include <concepts>
#include <string>

namespace penstock::auth {

/** Makes the JWTs that show who an App is. `app_key` holds a private key; `remote_key` asks somebody who does.

    `jwt` gets the App's id and what the peer's clock shows, and may give one that it made before; it keeps to the
    deadline and unwinds when cancelled. After `forget` the next one is made anew. Calls may overlap. One thread. */
template <class S>
concept jwt_signer = std::movable<S> && requires(S& s, std::string issuer, wall_time wall, time_point deadline) {
    { s.jwt(issuer, wall, deadline) } -> std::same_as<awaitable<result<secret>>>;
    s.forget();
};

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_JWT_SIGNER_HPP
