#ifndef PENSTOCK_CRYPTO_JWT_HPP
#define PENSTOCK_CRYPTO_JWT_HPP
#include <penstock/config.hpp>
#include <penstock/crypto/rsa_key.hpp>
#include <penstock/time/types.hpp>

#include <string>
#include <string_view>

namespace penstock::crypto {

/// Who speaks, and for how long. Times are written as whole seconds, cut off.
struct jwt_claims
{
    std::string issuer;
    wall_time issued;
    wall_time expires;
};

/// Header and claims of a JWT with `iss`, `iat` and `exp`, for RS256: what is to be signed.
PENSTOCK_DECL std::string jwt_message(jwt_claims const& claims);

/// The JWT of a message and its raw signature.
PENSTOCK_DECL secret jwt_of(std::string_view message, std::string_view signature);

/** A JWT with `iss`, `iat` and `exp`, signed with RS256.
    @pre The key holds one.
    @see RFC 7519, RFC 7515 appendix A.2 */
PENSTOCK_DECL result<secret> sign_jwt(rsa_key const& key, jwt_claims const& claims);

}  // namespace penstock::crypto

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/crypto/impl/jwt.ipp>
#endif

#endif  // PENSTOCK_CRYPTO_JWT_HPP
