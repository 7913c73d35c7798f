#include <penstock/auth/github_app.hpp>

#include "../crypto/test_keys.hpp"

#include <penstock/auth/token_cache.hpp>
#include <penstock/crypto/base64.hpp>
#include <penstock/json/value.hpp>
#include <penstock/testing/loop.hpp>
#include <penstock/testing/recording_log.hpp>
#include <penstock/testing/scripted_transport.hpp>
#include <penstock/time/http_date.hpp>
#include <penstock/time/rfc3339.hpp>

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

/// GitHub's part: takes JWTs of some keys by its own clock, and answers with tokens that are numbered.
struct fixture : testing::loop
{
    testing::scripted_transport peer{clock};
    duration peer_clock{};  // GitHub's minus ours
    std::vector<std::string> good_keys{test_keys::rsa_pkcs8};
    int minted = 0;
    auth::github_app_options options;

    fixture()
    {
        options.id = "12345";
        options.keys.emplace_back(secret(std::string(test_keys::rsa_pkcs8)));
        peer.on([](http::request const&) { return true; }, [this](http::request const& r) { return answer(r); });
    }

    wall_time peer_wall() const { return clock.wall() + peer_clock; }

    bool is_good(std::string_view authorization) const
    {
        if (!authorization.starts_with("Bearer "))
            return false;
        std::string const jwt(authorization.substr(7));
        auto const last = jwt.rfind('.');
        auto const dot = jwt.find('.');
        auto const claims = json::parse(crypto::base64_decode(jwt.substr(dot + 1, last - dot - 1)).value()).value();
        auto const now = std::chrono::floor<std::chrono::seconds>(peer_wall().time_since_epoch()).count();
        auto const iat = json::integer_at(claims, {"iat"}).value();
        auto const exp = json::integer_at(claims, {"exp"}).value();
        if (iat > now || exp <= now || exp > now + 600 || json::text_at(claims, {"iss"}) != "12345")
            return false;
        for (auto const& pem : good_keys) {
            auto const key = crypto::rsa_key::from_pem(secret(pem)).value();
            if (crypto::base64url_encode(key.sign(jwt.substr(0, last)).value()) == jwt.substr(last + 1))
                return true;
        }
        return false;
    }

    result<http::response> answer(http::request const& r)
    {
        http::response out(401, "application/json", R"({"message":"A JSON web token could not be decoded"})");
        if (is_good(r.fields["Authorization"])) {
            out.status = r.method == "GET" ? 200 : 201;
            out.body = r.method == "GET" ? R"({"id":77})"
                                         : R"({"token":"ghs_s3cret_)" + std::to_string(++minted) + R"(","expires_at":")"
                                               + format_rfc3339(peer_wall() + 1h, 0)
                                               + R"(","repository_selection":"selected","permissions":{}})";
        }
        out.fields.set("Date", format_http_date(peer_wall()));
        return out;
    }

    auto app() { return auth::github_app(env, peer, options); }

    result<auth::token> mint(auth::installation_key key = installation(7))
    {
        auto source = app();
        return run(source.mint(std::move(key), clock.now() + 20s));
    }

    static auth::installation_key installation(std::int64_t id)
    {
        auth::installation_key key;
        key.id = id;
        return key;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(auth_github_app, fixture)

BOOST_AUTO_TEST_CASE(asks_as_github_wants_to_be_asked)
{
    static_assert(auth::token_source<decltype(app())>);
    options.api_url = "https://ghe.example.com/api/v3/";
    auto const got = mint();
    BOOST_REQUIRE_MESSAGE(got, got.error().message());
    BOOST_TEST(got->value.reveal() == "ghs_s3cret_1");
    auto const left = got->expires - clock.now();
    BOOST_TEST((left > 59min + 58s && left <= 60min + 1s));
    auto const& r = peer.requests().back();
    BOOST_TEST(r.method == "POST");
    BOOST_TEST(r.url == "https://ghe.example.com/api/v3/app/installations/7/access_tokens");
    BOOST_TEST(r.fields["Accept"] == "application/vnd.github+json");
    BOOST_TEST(r.fields["X-GitHub-Api-Version"] == "2022-11-28");
    BOOST_TEST(r.body.empty());
}

BOOST_AUTO_TEST_CASE(finds_an_installation_by_its_owner)
{
    auth::installation_key key;
    key.owner = "acme";
    BOOST_REQUIRE(mint(key));
    BOOST_TEST(peer.count("GET", "https://api.github.com/users/acme/installation") == 1U);
    BOOST_TEST(peer.count("POST", "https://api.github.com/app/installations/77/access_tokens") == 1U);
    key.owner = "../../x";
    BOOST_TEST((mint(key).error().code == errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(lives_with_a_clock_that_is_five_minutes_off)
{
    for (auto const off : {5min, -5min}) {
        peer_clock = off;
        auto const before = peer.requests().size();
        auto source = app();
        auto const got = run(source.mint(installation(7), clock.now() + 20s));
        BOOST_REQUIRE_MESSAGE(got, got.error().message());
        auto const left = got->expires - clock.now();
        BOOST_TEST((left > 59min + 57s && left < 60min + 3s));  // by GitHub's clock, not by ours
        auto const used = peer.requests().size() - before;
        BOOST_TEST((used == 1 || used == 2));
        BOOST_REQUIRE(run(source.mint(installation(8), clock.now() + 20s)));
        BOOST_TEST(peer.requests().size() - before == used + 1);  // it has been learned
        BOOST_TEST((source.skew() > off - 2s && source.skew() < off + 2s));
    }
}

BOOST_AUTO_TEST_CASE(signs_once_and_uses_the_jwt_again)
{
    auto source = app();
    for (int i = 0; i < 5; ++i) {
        BOOST_REQUIRE(run(source.mint(installation(i + 1), clock.now() + 20s)));
        advance(1min);
    }
    std::set<std::string> jwts;
    for (auto const& r : peer.requests())
        jwts.emplace(r.fields["Authorization"]);
    BOOST_TEST(jwts.size() == 1U);
    advance(3min);
    BOOST_REQUIRE(run(source.mint(installation(1), clock.now() + 20s)));
    BOOST_TEST(peer.requests().back().fields["Authorization"] != *jwts.begin());
}

BOOST_AUTO_TEST_CASE(goes_over_to_the_next_key_while_keys_are_rotated)
{
    good_keys = {test_keys::other_rsa};
    options.keys.emplace_back(secret(std::string(test_keys::other_rsa)));
    auto source = app();
    BOOST_REQUIRE(run(source.mint(installation(7), clock.now() + 20s)));
    BOOST_TEST(peer.requests().size() == 2U);
    BOOST_REQUIRE(run(source.mint(installation(8), clock.now() + 20s)));
    BOOST_TEST(peer.requests().size() == 3U);  // with the good one first
    good_keys = {"none"};
    good_keys.clear();
    auto const got = run(source.mint(installation(9), clock.now() + 20s));
    BOOST_REQUIRE(!got);
    BOOST_TEST((got.error().code == errc::unauthorized));
    BOOST_TEST(got.error().detail
               == "GitHub App 12345, installation 9: GitHub does not take its JWT (A JSON web token could not be "
                  "decoded); check the App's id, its key and the clock");
    BOOST_TEST(peer.requests().size() == 5U);
}

BOOST_AUTO_TEST_CASE(tries_the_other_key_when_one_cannot_be_read)
{
    options.keys.clear();
    options.keys.emplace_back(secret(std::string("garbage")));
    auto const bad = mint();
    BOOST_REQUIRE(!bad);
    BOOST_TEST((bad.error().code == errc::invalid_configuration));
    BOOST_TEST(bad.error().detail.starts_with("GitHub App 12345: the private key is no PEM"));
    BOOST_TEST(peer.requests().empty());
    options.keys.emplace_back(secret(std::string(test_keys::rsa_pkcs1)));
    BOOST_TEST(mint().has_value());
    options.keys.clear();
    BOOST_TEST(mint().error().detail == "GitHub App 12345 has no private key");
}

BOOST_AUTO_TEST_CASE(never_mixes_tokens_that_may_do_different_things)
{
    auth::token_cache cache(env, context.get_executor(), app());
    auto const get = [&](auth::installation_key key) {
        auto const ok = key.normalize();
        BOOST_REQUIRE(ok);
        return std::string(run(cache.get(key, clock.now() + 20s)).value()->value.reveal());
    };
    auto const all = installation(7);
    auto one = all;
    one.repositories = {"a", "b"};
    auto same = all;
    same.repositories = {"b", "a", "b"};
    auto by_id = all;
    by_id.repository_ids = {1, 2};
    auto reads = all;
    reads.permissions = {{"contents", "read"}};
    auto writes = all;
    writes.permissions = {{"contents", "write"}};
    std::set<std::string> tokens{get(all), get(one), get(by_id), get(reads), get(writes), get(installation(8))};
    BOOST_TEST(tokens.size() == 6U);
    BOOST_TEST(get(same) == get(one));
    BOOST_TEST(get(reads) == "ghs_s3cret_4");
    BOOST_TEST(minted == 6);
    std::vector<std::string> bodies;
    for (auto const& r : peer.requests())
        bodies.push_back(r.body);
    std::vector<std::string> const wanted{"",
                                          R"({"repositories":["a","b"]})",
                                          R"({"repository_ids":[1,2]})",
                                          R"({"permissions":{"contents":"read"}})",
                                          R"({"permissions":{"contents":"write"}})",
                                          ""};
    BOOST_TEST(bodies == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(shows_no_secret_when_it_fails)
{
    env::basic_environment<testing::manual_clock, metrics::none, testing::recording_log> world{clock, {}, {}};
    auto const lines = world.log();
    auth::token_cache cache(world, context.get_executor(), auth::github_app(world, peer, options));
    std::vector<result<http::response>> const answers{
        http::response(201, "application/json", R"({"token":"ghs_s3cret_token","expires_at":"never"})"),
        http::response(201, "application/json", R"({"token":"ghs_s3cret_token)"),
        http::response(201, "application/json", R"({"token":"ghs_s3cret token","expires_at":"2030-01-01T00:00:00Z"})"),
        http::response(500, "application/json", R"({"message":"ghs_s3cret_token"})"),
        http::response(422, "application/json", R"({"message":"token ghs_s3cret_token is bad"})"),
        failure(errc::connection_failed, "api.github.com")};
    for (auto const& one : answers) {
        peer.on("POST", "*", one);
        auto const got = run(cache.get(installation(7), clock.now() + 20s));
        BOOST_REQUIRE(!got);
        BOOST_TEST(got.error().message().find("s3cret") == std::string::npos, got.error().message());
        BOOST_TEST(got.error().message().find("eyJ") == std::string::npos);
        advance(2min);
    }
    BOOST_TEST(lines.lines().size() == answers.size());
    BOOST_TEST(!lines.contains("s3cret"));
    BOOST_TEST(!lines.contains("eyJ"));
    BOOST_TEST(!lines.contains("PRIVATE"));
}

BOOST_AUTO_TEST_SUITE_END()
