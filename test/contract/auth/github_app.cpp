// What a GitHub App asks for, against the App of the embedded forge, which checks JWTs as GitHub does.
#include <penstock/auth/github_app.hpp>

#include "../../unit/crypto/test_keys.hpp"

#include <penstock/auth/remote_key.hpp>
#include <penstock/embedded/forge_app.hpp>
#include <penstock/testing/loop.hpp>
#include <penstock/testing/scripted_transport.hpp>

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

crypto::rsa_key own_key()
{
    return crypto::rsa_key::from_pem(secret(std::string(test_keys::rsa_pkcs8))).value();
}

/// Holds a key that nobody else has.
struct service
{
    std::shared_ptr<crypto::rsa_key> key = std::make_shared<crypto::rsa_key>(own_key());
    std::shared_ptr<int> asked = std::make_shared<int>(0);

    awaitable<result<std::string>> sign(std::string message, time_point)
    {
        ++*asked;
        co_return key->sign(message);
    }
};

struct fixture : testing::loop
{
    testing::scripted_transport peer{clock};
    embedded::forge_app forge{"12", own_key().public_pem()};

    fixture()
    {
        peer.on([](http::request const&) { return true; },
                [this](http::request const& r) {
                    http::request_head head;
                    head.method = r.method;
                    head.target = r.url.substr(r.url.find("/api/v3"));
                    head.fields = r.fields;
                    head.fields.set("Host", "forge.test");
                    BOOST_TEST(forge.is_for(head.path()));
                    return forge.answer(head, r.body, clock.wall());
                });
    }

    template <auth::jwt_signer Signer>
    auto app(Signer key)
    {
        auth::basic_github_app_options<Signer> o;
        o.id = "12";
        o.keys.push_back(std::move(key));
        o.api_url = "http://forge.test/api/v3";
        return auth::github_app(env, peer, std::move(o));
    }
    auto app() { return app(auth::app_key(secret(std::string(test_keys::rsa_pkcs8)))); }
    time_point soon() { return clock.now() + 20s; }

    static auth::installation_key installation(std::int64_t id)
    {
        auth::installation_key key;
        key.id = id;
        return key;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(contract_auth_github_app, fixture)

BOOST_AUTO_TEST_CASE(mints_with_jwts_that_a_service_for_keys_has_signed)
{
    forge.installations = {7};
    service kms;
    auto a = app(auth::remote_key(kms));
    for (int i = 0; i < 3; ++i) {
        auto const got = run(a.mint(installation(7), soon()));
        BOOST_REQUIRE_MESSAGE(got, got.error().message());
        BOOST_TEST(forge.admits(7, "Bearer " + std::string(got->value.reveal()), clock.wall()));
    }
    BOOST_TEST(*kms.asked == 1);  // the JWT is used again
    BOOST_TEST(forge.refused() == 0);
}

BOOST_AUTO_TEST_CASE(revokes_a_token_and_no_other)
{
    forge.installations = {7};
    auto a = app();
    auto const one = run(a.mint(installation(7), soon())).value();
    auto const two = run(a.mint(installation(7), soon())).value();
    auto const good = [this](auth::token const& t) {
        return forge.admits(7, "Bearer " + std::string(t.value.reveal()), clock.wall());
    };
    BOOST_TEST((good(one) && good(two)));
    BOOST_TEST(run(a.revoke(one.value, soon())).has_value());
    BOOST_TEST(!good(one));
    BOOST_TEST(good(two));
    BOOST_TEST(run(a.revoke(one.value, soon())).has_value());  // it is worth nothing, as was wished
    peer.on("DELETE", "http://forge.test/*", http::response(500), 1);
    auto const failed = run(a.revoke(two.value, soon()));
    BOOST_TEST((failed.error().code == errc::unexpected_status));
    BOOST_TEST(failed.error().detail.find(two.value.reveal()) == std::string::npos);
    BOOST_TEST((run(a.revoke(secret(), soon())).error().code == errc::malformed));
}

BOOST_AUTO_TEST_CASE(lists_installations_page_by_page)
{
    for (std::int64_t id = 1; id <= 250; ++id)
        forge.installations.push_back(id);
    forge.suspended = {250};
    forge.owners["acme"] = 3;
    auto a = app();
    auto const all = run(a.installations(soon()));
    BOOST_REQUIRE_MESSAGE(all, all.error().message());
    BOOST_REQUIRE(all->size() == 250U);
    BOOST_TEST(peer.requests().size() == 3U);
    BOOST_TEST((*all)[2].id == 3);
    BOOST_TEST((*all)[2].owner == "acme");
    BOOST_TEST((*all)[2].owner_type == "Organization");
    BOOST_TEST((*all)[2].permissions.at("contents") == "read");
    BOOST_TEST(!(*all)[2].suspended);
    BOOST_TEST((*all)[249].suspended);
}

BOOST_AUTO_TEST_CASE(follows_no_page_to_another_host)
{
    http::response page(200, "application/json", R"([{"id":1}])");
    page.fields.set("Link", "<http://evil.test/api/v3/app/installations?page=2>; rel=\"next\"");
    peer.on("GET", "http://forge.test/*", page, 1);
    auto a = app();
    BOOST_TEST((run(a.installations(soon())).error().code == errc::malformed));
    BOOST_TEST(peer.requests().size() == 1U);  // no JWT went there
    for (auto const* body : {"{}", "[{}]", "[{\"id\":0}]", "nonsense"}) {
        peer.on("GET", "http://forge.test/*", http::response(200, "application/json", body), 1);
        BOOST_TEST((run(a.installations(soon())).error().code == errc::malformed), body);
    }
    peer.on("GET", "http://forge.test/*", http::response(401, "application/json", "{}"), 2);
    BOOST_TEST((run(a.installations(soon())).error().code == errc::unauthorized));
}

BOOST_AUTO_TEST_SUITE_END()
