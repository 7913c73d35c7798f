#ifndef PENSTOCK_CRYPTO_IMPL_JWT_IPP
#define PENSTOCK_CRYPTO_IMPL_JWT_IPP
#include <penstock/crypto/jwt.hpp>

#include <penstock/crypto/base64.hpp>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <utility>

namespace penstock::crypto {

PENSTOCK_DECL result<secret> sign_jwt(rsa_key const& key, jwt_claims const& claims)
{
    auto const seconds = [](wall_time t) {
        return std::chrono::floor<std::chrono::seconds>(t.time_since_epoch()).count();
    };
    boost::json::object body;
    body["iat"] = seconds(claims.issued);
    body["exp"] = seconds(claims.expires);
    body["iss"] = claims.issuer;
    auto const text =
        base64url_encode(R"({"alg":"RS256","typ":"JWT"})") + "." + base64url_encode(boost::json::serialize(body));
    auto const signature = key.sign(text);
    if (!signature)
        return signature.error();
    auto coded = base64url_encode(*signature);
    std::string whole;
    whole.reserve(text.size() + 1 + coded.size());
    whole.append(text).append(".").append(coded);
    secret::wipe(coded);  // the rest can be guessed
    return secret(std::move(whole));
}

}  // namespace penstock::crypto

#endif  // PENSTOCK_CRYPTO_IMPL_JWT_IPP
