#ifndef PENSTOCK_CRYPTO_IMPL_JWT_IPP
#define PENSTOCK_CRYPTO_IMPL_JWT_IPP
#include <penstock/crypto/jwt.hpp>

#include <penstock/crypto/base64.hpp>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <utility>

namespace penstock::crypto {

PENSTOCK_DECL std::string jwt_message(jwt_claims const& claims)
{
    auto const seconds = [](wall_time t) {
        return std::chrono::floor<std::chrono::seconds>(t.time_since_epoch()).count();
    };
    boost::json::object body;
    body["iat"] = seconds(claims.issued);
    body["exp"] = seconds(claims.expires);
    body["iss"] = claims.issuer;
    return base64url_encode(R"({"alg":"RS256","typ":"JWT"})") + "." + base64url_encode(boost::json::serialize(body));
}

PENSTOCK_DECL secret jwt_of(std::string_view message, std::string_view signature)
{
    auto coded = base64url_encode(signature);
    std::string whole;
    whole.reserve(message.size() + 1 + coded.size());
    whole.append(message).append(".").append(coded);
    secret::wipe(coded);  // the rest can be guessed
    return secret(std::move(whole));
}

PENSTOCK_DECL result<secret> sign_jwt(rsa_key const& key, jwt_claims const& claims)
{
    auto const message = jwt_message(claims);
    auto signature = key.sign(message);
    if (!signature)
        return signature.error();
    auto out = jwt_of(message, *signature);
    secret::wipe(*signature);
    return out;
}

}  // namespace penstock::crypto

#endif  // PENSTOCK_CRYPTO_IMPL_JWT_IPP
