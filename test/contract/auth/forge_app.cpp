// The App of the embedded forge, which the tests of the sidecar lean on: it must refuse what GitHub refuses.
#include <penstock/embedded/forge_app.hpp>

#include "../../unit/crypto/test_keys.hpp"

#include <penstock/crypto/base64.hpp>
#include <penstock/crypto/jwt.hpp>
#include <penstock/crypto/rsa_key.hpp>
#include <penstock/json/value.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

crypto::rsa_key key_of(char const* pem)
{
    return crypto::rsa_key::from_pem(secret(std::string(pem))).value();
}

struct fixture
{
    fixture() { app.installations = {7, 8}; }

    std::string jwt(duration issued, duration expires, char const* issuer = "12",
                    char const* pem = test_keys::rsa_pkcs8) const
    {
        crypto::jwt_claims claims;
        claims.issuer = issuer;
        claims.issued = now + issued;
        claims.expires = now + expires;
        return std::string(crypto::sign_jwt(key_of(pem), claims).value().reveal());
    }

    http::response ask(std::string const& shown, std::string const& id = "7")
    {
        http::request_head head;
        head.method = "POST";
        head.target = "/api/v3/app/installations/" + id + "/access_tokens";
        head.fields.set("Authorization", "Bearer " + shown);
        return app.answer(head, "", now);
    }

    std::string token(std::string const& id = "7")
    {
        auto const answer = ask(jwt(-60s, 480s), id);
        return std::string(json::text_at(json::parse(answer.body).value(), {"token"}));
    }

    wall_time now{1'800'000'000s};
    embedded::forge_app app{"12", key_of(test_keys::rsa_pkcs8).public_pem()};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(contract_auth_forge_app, fixture)

BOOST_AUTO_TEST_CASE(takes_a_jwt_of_the_app_and_no_other)
{
    BOOST_TEST(ask(jwt(-60s, 480s)).status == 201);
    BOOST_TEST(ask(jwt(0s, 600s)).status == 201);
    BOOST_TEST(ask(jwt(5s, 480s)).status == 401);    // of the future
    BOOST_TEST(ask(jwt(-600s, 0s)).status == 401);   // has run out
    BOOST_TEST(ask(jwt(-60s, 601s)).status == 401);  // lives too long
    BOOST_TEST(ask(jwt(-60s, 480s, "13")).status == 401);
    BOOST_TEST(ask(jwt(-60s, 480s, "12", test_keys::other_rsa)).status == 401);
    BOOST_TEST(ask("").status == 401);
    BOOST_TEST(ask("a.b").status == 401);
    auto turned = jwt(-60s, 480s);
    turned[turned.find('.') + 3] ^= 1;
    BOOST_TEST(ask(turned).status == 401);
    auto const unsigned_one = crypto::base64url_encode(R"({"alg":"none","typ":"JWT"})") + "."
                              + crypto::base64url_encode(R"({"iss":"12","iat":1799999990,"exp":1800000100})") + ".";
    BOOST_TEST(ask(unsigned_one).status == 401);
    BOOST_TEST(app.refused() == 9);
}

BOOST_AUTO_TEST_CASE(leaves_other_paths_to_others)
{
    BOOST_TEST(app.is_for("/api/v3/app/installations/7/access_tokens"));
    BOOST_TEST(app.is_for("/api/v3/users/acme/installation"));
    BOOST_TEST(!app.is_for("/api/v3/users/acme"));
    BOOST_TEST(!app.is_for("/api/v3/repos/acme/fleet"));
    BOOST_TEST(!app.is_for("/acme/fleet.git/info/refs"));
}

BOOST_AUTO_TEST_CASE(gives_tokens_of_its_installations_only)
{
    BOOST_TEST(ask(jwt(-60s, 480s), "9").status == 404);
    BOOST_TEST(ask(jwt(-60s, 480s), "x").status == 404);
    app.suspended = {8};
    BOOST_TEST(ask(jwt(-60s, 480s), "8").status == 403);
    auto const one = token();
    BOOST_TEST(app.admits(7, "Bearer " + one, now));
    BOOST_TEST(app.admits(7, "Basic " + crypto::base64_encode("x-access-token:" + one), now));
    BOOST_TEST(!app.admits(7, "Basic " + crypto::base64_encode("git:" + one), now));
    BOOST_TEST(!app.admits(8, "Bearer " + one, now));
    BOOST_TEST(!app.admits(0, "Bearer " + one, now));
    BOOST_TEST(!app.admits(7, "Bearer " + one.substr(1), now));
    BOOST_TEST(!app.admits(7, "Bearer " + one, now + 1h));
    app.revoke();
    BOOST_TEST(!app.admits(7, "Bearer " + one, now));
}

BOOST_AUTO_TEST_CASE(finds_an_installation_by_its_owner)
{
    app.owners["acme"] = 7;
    http::request_head head;
    head.method = "GET";
    head.target = "/api/v3/users/acme/installation";
    BOOST_TEST(app.answer(head, "", now).status == 401);
    head.fields.set("Authorization", "Bearer " + jwt(-60s, 480s));
    BOOST_TEST(app.answer(head, "", now).body == R"({"id":7})");
    head.target = "/api/v3/users/nobody/installation";
    BOOST_TEST(app.answer(head, "", now).status == 404);
}

BOOST_AUTO_TEST_CASE(does_not_grow_without_bound)
{
    auto const shown = jwt(-60s, 480s);
    auto const first = token();
    for (std::size_t i = 0; i < embedded::forge_app::most_kept; ++i)
        BOOST_REQUIRE(ask(shown).status == 201);
    BOOST_TEST(app.asked().size() == embedded::forge_app::most_kept);
    BOOST_TEST(!app.admits(7, "Bearer " + first, now));
}

BOOST_AUTO_TEST_SUITE_END()
