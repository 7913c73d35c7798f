#include <penstock/auth/github_answer.hpp>

#include <penstock/auth/bearer.hpp>
#include <penstock/auth/service_account.hpp>
#include <penstock/auth/static_source.hpp>
#include <penstock/testing/loop.hpp>
#include <penstock/testing/scripted_transport.hpp>
#include <penstock/time/http_date.hpp>
#include <penstock/time/rfc3339.hpp>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

wall_time const noon = wall_time(std::chrono::seconds(1'790'000'000));

http::response with(int status, http::fields fields, std::string body = R"({"message":"because"})")
{
    http::response out(status, "application/json", std::move(body));
    for (auto const& [name, value] : fields)
        out.fields.set(name, value);
    return out;
}

struct row
{
    http::response answer;
    errc code;
    duration retry_after;
    std::string detail;
    friend std::ostream& operator<<(std::ostream& out, row const& r)
    {
        return out << r.answer.status << ' ' << r.detail;
    }
};

auth::installation_key seven()
{
    auth::installation_key key;
    key.id = 7;
    return key;
}

struct grant_row
{
    std::string granted;
    bool fits;
    friend std::ostream& operator<<(std::ostream& out, grant_row const& r) { return out << r.granted; }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(auth_github_answer)

BOOST_DATA_TEST_CASE(says_what_a_refusal_means,
                     data::make(std::vector<row>{
                         {with(401, {}), errc::unauthorized, 0s, "check the App's id, its key and the clock"},
                         {with(403, {}), errc::forbidden, 0s, "suspended, or not allowed (because)"},
                         {with(404, {}), errc::not_found, 0s, "uninstalled, or of another App"},
                         {with(422, {}), errc::invalid_object, 0s, "a repository or a permission was asked for"},
                         {with(429, {{"Retry-After", "17"}}, "<html>slow down"), errc::quota_exhausted, 17s, "quota"},
                         {with(403, {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "1790000100"}}),
                          errc::quota_exhausted, 101s, "quota"},
                         {with(403, {}, R"({"message":"You have exceeded a secondary rate limit"})"),
                          errc::quota_exhausted, 60s, "quota"},
                         {with(500, {}), errc::unavailable, 0s, "HTTP status 500"},
                         {with(503, {{"Retry-After", "30"}}, "<html>"), errc::unavailable, 30s, "HTTP status 503"},
                         {with(302, {}), errc::unexpected_status, 0s, "HTTP status 302"},
                         {with(200, {}), errc::unexpected_status, 0s, "HTTP status 200"},
                         {with(201, {}, "no"), errc::malformed, 0s, "no JSON document"},
                         {with(201, {}, "{}"), errc::malformed, 0s, "no token"},
                         {with(201, {}, R"({"token":"ghs_x"})"), errc::malformed, 0s, "no usable expires_at"},
                     }),
                     one)
{
    auto const got = auth::read_installation_grant(one.answer, seven(), "5", noon);
    BOOST_REQUIRE(!got);
    BOOST_TEST((got.error().code == one.code), got.error().message());
    BOOST_TEST((got.error().retry_after == one.retry_after), got.error().retry_after.count());
    BOOST_TEST(got.error().detail.starts_with("GitHub App 5, installation 7: "));
    BOOST_TEST(got.error().detail.find(one.detail) != std::string::npos, got.error().detail);
}

BOOST_AUTO_TEST_CASE(reads_a_grant_with_a_long_token)
{
    std::string const token = "ghs_12345_" + std::string(510, 'a') + ".b-c_d";
    auto const got = auth::read_installation_grant(
        with(201, {},
             R"({"token":")" + token
                 + R"(","expires_at":"2026-11-21T13:00:00Z","permissions":{"contents":"read","metadata":"read"},
                 "repository_selection":"all","repositories":[{"id":1}]})"),
        seven(), "5", noon);
    BOOST_REQUIRE_MESSAGE(got, got.error().message());
    BOOST_TEST(got->token.reveal() == token);
    BOOST_TEST((got->expires == parse_rfc3339("2026-11-21T13:00:00Z").value()));
    BOOST_TEST(got->permissions.at("contents") == "read");
    BOOST_TEST(got->repository_selection == "all");
}

BOOST_DATA_TEST_CASE(refuses_a_grant_that_may_do_more_than_was_asked,
                     data::make(std::vector<grant_row>{
                         {R"("permissions":{"contents":"read"},"repository_selection":"selected")", true},
                         {R"("permissions":{"contents":"read","metadata":"read"})", true},
                         {R"("permissions":{}, "repository_selection":"selected")", true},
                         {R"("permissions":{"contents":"write"})", false},
                         {R"("permissions":{"contents":"superuser"})", false},
                         {R"("permissions":{"contents":"read","issues":"read"})", false},
                         {R"("permissions":{"contents":"read"},"repository_selection":"all")", false},
                     }),
                     one)
{
    auto key = seven();
    key.repositories = {"a"};
    key.permissions = {{"contents", "read"}};
    auto const got = auth::read_installation_grant(
        with(201, {}, R"({"token":"ghs_s3cret","expires_at":"2026-11-21T13:00:00Z",)" + one.granted + "}"), key, "5",
        noon);
    BOOST_TEST(got.has_value() == one.fits);
    if (!got)
        BOOST_TEST(got.error().detail.find("s3cret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(refuses_keys_that_github_would_not_take)
{
    auto const bad = [](auto&& change) {
        auto key = seven();
        change(key);
        return key.normalize().has_error();
    };
    BOOST_TEST(!bad([](auto&) {}));
    BOOST_TEST(bad([](auto& k) { k.id = 0; }));
    BOOST_TEST(bad([](auto& k) { k.id = -1; }));
    BOOST_TEST(bad([](auto& k) { k.owner = "acme"; }));
    BOOST_TEST(bad([](auto& k) { k.repositories = {"acme/fleet"}; }));
    BOOST_TEST(bad([](auto& k) { k.permissions = {{"contents", "all"}}; }));
    BOOST_TEST(bad([](auto& k) {
        k.repositories = {"a"};
        k.repository_ids = {1};
    }));
    BOOST_TEST(bad([](auto& k) {
        for (int i = 0; i < 501; ++i)
            k.repository_ids.push_back(i);
    }));
}

BOOST_AUTO_TEST_CASE(knows_where_the_api_of_a_host_is)
{
    BOOST_TEST(auth::github_api_url("github.com") == "https://api.github.com");
    BOOST_TEST(auth::github_api_url("octo.ghe.com") == "https://api.octo.ghe.com");
    BOOST_TEST(auth::github_api_url("git.example.com") == "https://git.example.com/api/v3");
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

auth::service_account_key robot()
{
    auth::service_account_key key;
    key.ns = "apps";
    key.name = "robot";
    key.audiences = {"vault"};
    return key;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(auth_service_account, testing::loop)

BOOST_AUTO_TEST_CASE(asks_for_a_token_and_reads_when_it_expires_by_the_servers_clock)
{
    testing::scripted_transport peer(clock);
    auth::service_account source(env, peer, "https://k8s.test/");
    static_assert(auth::token_source<decltype(source)>);
    auto const theirs = clock.wall() - 5min;
    auto answer = with(201, {{"Date", format_http_date(theirs)}},
                       R"({"kind":"TokenRequest","status":{"token":"sa-1","expirationTimestamp":")"
                           + format_rfc3339(theirs + 1h, 0) + "\"}}");
    peer.on("POST", "https://k8s.test/api/v1/namespaces/apps/serviceaccounts/robot/token", answer);
    auto const got = run(source.mint(robot(), clock.now() + 20s));
    BOOST_REQUIRE_MESSAGE(got, got.error().message());
    BOOST_TEST(got->value.reveal() == "sa-1");
    auto const left = got->expires - clock.now();
    BOOST_TEST((left > 59min + 57s && left < 60min + 3s));
    BOOST_TEST(
        peer.requests().front().body
        == R"({"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":["vault"],"expirationSeconds":3600}})");
}

BOOST_AUTO_TEST_CASE(speaks_to_the_server_with_a_token_of_its_own)
{
    testing::scripted_transport peer(clock);
    peer.on("POST", "*", with(503, {}));
    auth::token_cache own(env, context.get_executor(), auth::static_source(secret("me")));
    auth::bearer<decltype(own), testing::scripted_transport, decltype(env)> api(env, own, {}, "https://k8s.test", peer);
    auth::service_account source(env, api, "https://k8s.test");
    BOOST_TEST((run(source.mint(robot(), clock.now() + 20s)).error().code == errc::unavailable));
    BOOST_TEST(peer.requests().front().fields["Authorization"] == "Bearer me");
}

BOOST_AUTO_TEST_CASE(refuses_what_the_server_would_not_take)
{
    auto short_lived = robot();
    short_lived.lifetime = 599s;
    auto outside = robot();
    outside.name = "../../secrets";
    for (auto const& key : {short_lived, outside})
        BOOST_TEST((key.check().error().code == errc::invalid_argument));
    BOOST_TEST(robot().check().has_value());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_DATA_TEST_CASE(auth_token_request_says_what_a_refusal_means,
                     data::make(std::vector<row>{
                         {with(401, {}), errc::unauthorized, 0s, "our own credential"},
                         {with(403, {}), errc::forbidden, 0s, "serviceaccounts/token (because)"},
                         {with(404, {}), errc::not_found, 0s, "does not exist"},
                         {with(422, {}), errc::invalid_object, 0s, "refuses"},
                         {with(429, {{"Retry-After", "3"}}), errc::quota_exhausted, 3s, "too many"},
                         {with(503, {{"Retry-After", "2"}}), errc::unavailable, 2s, "503"},
                         {with(302, {}), errc::unexpected_status, 0s, "302"},
                         {with(201, {}, "x"), errc::malformed, 0s, "no TokenRequest"},
                         {with(201, {}, R"({"kind":"TokenRequest","status":{}})"), errc::malformed, 0s, "no token"},
                         {with(201, {}, R"({"kind":"TokenRequest","status":{"token":"s3cret"}})"), errc::malformed, 0s,
                          "expirationTimestamp"},
                     }),
                     one)
{
    auto const got = auth::read_token_request(one.answer, robot(), noon);
    BOOST_REQUIRE(!got);
    BOOST_TEST((got.error().code == one.code), got.error().message());
    BOOST_TEST((got.error().retry_after == one.retry_after));
    BOOST_TEST(got.error().detail.find(one.detail) != std::string::npos, got.error().detail);
    BOOST_TEST(got.error().detail.find("s3cret") == std::string::npos);
}
