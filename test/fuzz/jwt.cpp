// What is shown to the App of the embedded forge as a JWT. Oracle: nothing is taken but the one that was signed with
// the App's key here; its signature may be spelled in another alphabet of base64, what it signs may not.
#include "input.hpp"

#include <penstock/crypto/jwt.hpp>
#include <penstock/embedded/forge_app.hpp>

#include "test/unit/crypto/test_keys.hpp"

#include <chrono>
#include <string>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

class bench
{
public:
    bench() : key_(crypto::rsa_key::from_pem(secret(std::string(test_keys::rsa_pkcs8))).value())
    {
        crypto::jwt_claims claims;
        claims.issuer = "12345";
        claims.issued = now - 60s;
        claims.expires = now + 480s;
        good = crypto::sign_jwt(key_, claims).value().reveal();
        app.installations = {7};
    }

    int status(std::string_view shown)
    {
        http::request_head head;
        head.method = "POST";
        head.target = "/api/v3/app/installations/7/access_tokens";
        head.fields.set("Authorization", std::string("Bearer ").append(shown));
        return app.answer(head, "", now).status;
    }

    std::string good;
private:
    wall_time const now{1'800'000'000s};
    crypto::rsa_key key_;
    embedded::forge_app app{"12345", key_.public_pem()};
};

std::string_view signed_part(std::string_view jwt)
{
    return jwt.substr(0, jwt.rfind('.'));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    static bench at;
    static bool const taken = at.status(at.good) == 201;
    fuzz::require(taken, "the good one is taken");
    auto const shown = fuzz::input(data, size).rest();
    auto const status = at.status(shown);
    fuzz::require(status == 401 || status == 201, "it is taken or it is not");
    fuzz::require(status == 401 || signed_part(shown) == signed_part(at.good), "only what was signed is taken");
    return 0;
}
