#include <penstock/http/conditional.hpp>

#include <penstock/http/governed.hpp>
#include <penstock/testing/loop.hpp>
#include <penstock/testing/recording_sink.hpp>
#include <penstock/testing/scripted_transport.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace penstock;
using namespace std::chrono_literals;
namespace names = penstock::metrics::names;

namespace {

using world = env::basic_environment<testing::manual_clock, testing::recording_sink>;

/// A forge whose ETags depend on the token, as GitHub's do, and which counts what it does not answer with a 304.
struct forge
{
    std::string body = R"([{"name":"main"}])";
    std::string date;
    std::string vary = "Accept, Authorization, Cookie";
    bool formula = true;
    bool tags = true;
    int counted = 0;
    http::request last;

    http::response operator()(http::request const& r)
    {
        last = r;
        auto const own = formula ? http::github_etag({r.fields["Accept"], r.fields["Authorization"], ""}, vary, body)
                                 : std::to_string(std::hash<std::string>{}(body));
        bool const by_tag = r.fields.contains("If-None-Match");
        bool const fresh = by_tag ? http::opaque_tag(r.fields["If-None-Match"]) == own
                                  : !date.empty() && r.fields["If-Modified-Since"] == date;
        http::response answer(fresh ? 304 : 200);
        if (tags)
            answer.fields.add("ETag", fresh ? '"' + own + '"' : "W/\"" + own + '"');
        if (!date.empty())
            answer.fields.add("Last-Modified", date);
        answer.fields.add("Vary", vary);
        answer.fields.add("X-Request", std::to_string(++asked));
        if (!fresh) {
            ++counted;
            answer.fields.add("Content-Type", "application/json");
            answer.body = body;
        }
        return answer;
    }
    int asked = 0;
};

struct fixture : testing::loop
{
    world env{testing::loop::env.clock(), {}, {}};
    testing::scripted_transport peer{clock};
    forge github;
    using transport = http::conditional<world, testing::scripted_transport>;

    fixture()
    {
        peer.on([](auto const&) { return true; }, [this](http::request const& r) { return github(r); });
    }

    transport make(http::validator_cache_options o = {}) { return transport(env, peer, o); }

    static http::request get(std::string token, std::string path = "/branches")
    {
        http::request r("GET", "https://api.test" + path);
        r.fields.add("Accept", "application/json");
        r.fields.add("Authorization", "Bearer " + token);
        return r;
    }

    http::response ask(transport& t, http::request r) { return run(t.send(std::move(r), clock.now() + 1s)).value(); }
    double outcome(char const* o) { return env.metrics().value(names::http_validations_total, {o}); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_conditional, fixture)

BOOST_AUTO_TEST_CASE(costs_nothing_while_nothing_changes)
{
    auto t = make();
    for (int n = 0; n < 5; ++n) {
        auto const answer = ask(t, get("one"));
        BOOST_TEST(answer.status == 200);
        BOOST_TEST(answer.body == github.body);
        BOOST_TEST(answer.fields["Content-Type"] == "application/json");
        BOOST_TEST(answer.fields["X-Request"] == std::to_string(n + 1));  // the newest
    }
    BOOST_TEST(github.counted == 1);
    github.body = "[]";
    BOOST_TEST(ask(t, get("one")).body == "[]");
    BOOST_TEST(ask(t, get("one")).body == "[]");
    BOOST_TEST(github.counted == 2);
    BOOST_TEST(outcome("first") == 1);
    BOOST_TEST(outcome("unchanged") == 5);
    BOOST_TEST(outcome("changed") == 1);
}

BOOST_AUTO_TEST_CASE(costs_nothing_after_the_token_has_changed)
{
    auto t = make();
    for (auto const* token : {"one", "two", "three", "three", "one"})
        BOOST_TEST(ask(t, get(token)).body == github.body);
    BOOST_TEST(github.counted == 1);
    github.body = "[]";
    BOOST_TEST(ask(t, get("four")).body == "[]");  // a guess that is wrong costs an answer in full
    BOOST_TEST(github.counted == 2);
}

BOOST_AUTO_TEST_CASE(asks_by_the_date_or_by_the_tag_where_the_formula_does_not_hold)
{
    auto t = make();
    github.formula = false;
    for (auto const* token : {"one", "two"})
        ask(t, get(token));
    BOOST_TEST(github.counted == 1);  // a tag that does not depend on the token
    github.date = "Wed, 18 Nov 2026 10:00:00 GMT";
    github.vary = "";
    for (auto const* token : {"one", "two"})
        ask(t, get(token, "/dated"));
    BOOST_TEST(github.counted == 2);
    BOOST_TEST(!github.last.fields.contains("If-None-Match"));  // it would go before the date
    BOOST_TEST(github.last.fields["If-Modified-Since"] == github.date);
    ask(t, get("two", "/dated"));
    BOOST_TEST(github.last.fields.contains("If-None-Match"));
    github.tags = false;
    for (auto const* token : {"one", "one"})
        ask(t, get(token, "/dates-only"));
    BOOST_TEST(github.counted == 3);
}

BOOST_AUTO_TEST_CASE(gives_nothing_of_one_credential_or_form_to_another)
{
    auto t = make();
    auto other = t.as("installation 2");
    ask(t, get("one"));
    ask(other, get("one"));
    BOOST_TEST(!github.last.fields.contains("If-None-Match"));
    auto diff = get("one");
    diff.fields.set("Accept", "application/vnd.github.diff");
    ask(t, diff);
    BOOST_TEST(!github.last.fields.contains("If-None-Match"));
    ask(t, get("one", "/tags"));
    BOOST_TEST(!github.last.fields.contains("If-None-Match"));
    BOOST_TEST(github.counted == 4);
    BOOST_TEST(t.cache().size() == 4U);
}

BOOST_AUTO_TEST_CASE(leaves_alone_what_it_cannot_keep)
{
    auto t = make();
    auto own = get("one");
    own.fields.add("If-None-Match", "\"mine\"");
    ask(t, own);
    BOOST_TEST(github.last.fields.count("If-None-Match") == 1U);
    auto post = get("one");
    post.method = "POST";
    ask(t, post);
    BOOST_TEST(t.cache().size() == 0U);
    github.vary = "*";
    ask(t, get("one"));
    BOOST_TEST(t.cache().size() == 0U);
    http::response secret(200, "text/plain", "secret");
    secret.fields = {{"ETag", "\"x\""}, {"Cache-Control", "private, no-store"}};
    peer.on("GET", "https://api.test/no-store", secret);
    ask(t, get("one", "/no-store"));
    BOOST_TEST(t.cache().size() == 0U);
}

BOOST_AUTO_TEST_CASE(forgets_what_is_gone_and_keeps_what_failed_for_once)
{
    auto t = make();
    ask(t, get("one"));
    peer.on("GET", "https://api.test/branches", http::response(502), 1);
    BOOST_TEST(ask(t, get("one")).status == 502);
    BOOST_TEST(t.cache().size() == 1U);
    peer.on("GET", "https://api.test/branches", result<http::response>(errc::connection_failed), 1);
    BOOST_TEST((run(t.send(get("one"), clock.now() + 1s)).error().code == errc::connection_failed));
    BOOST_TEST(t.cache().size() == 1U);
    peer.on("GET", "https://api.test/branches", http::response(404), 1);
    BOOST_TEST(ask(t, get("one")).status == 404);
    BOOST_TEST(t.cache().size() == 0U);
    BOOST_TEST(t.cache().bytes() == 0U);
}

BOOST_AUTO_TEST_CASE(keeps_within_its_bounds_and_drops_what_was_used_longest_ago)
{
    auto t = make({.max_entries = 3, .max_bytes = 100'000, .max_body = 50'000});
    for (auto const* path : {"/a", "/b", "/c", "/a", "/d"})
        ask(t, get("one", path));
    BOOST_TEST(t.cache().size() == 3U);
    ask(t, get("one", "/a"));
    BOOST_TEST(github.last.fields.contains("If-None-Match"));
    ask(t, get("one", "/b"));
    BOOST_TEST(!github.last.fields.contains("If-None-Match"));
    github.body.assign(45'000, 'x');
    for (auto const* path : {"/e", "/f", "/g"})
        ask(t, get("one", path));
    BOOST_TEST(t.cache().size() == 2U);
    BOOST_TEST(t.cache().bytes() <= 100'000U);
    github.body.assign(50'001, 'x');
    ask(t, get("one", "/g"));
    BOOST_TEST(t.cache().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_304_counts_as_free_in_the_quota_below)
{
    http::governed below(env, peer);
    http::conditional t(env, below);
    for (int n = 0; n < 3; ++n)
        BOOST_TEST(run(t.send(get("one"), clock.now() + 1s)).value().status == 200);
    BOOST_TEST(env.metrics().value(names::forge_requests_total, {"api.test", "yes"}) == 1);
    BOOST_TEST(env.metrics().value(names::forge_requests_total, {"api.test", "no"}) == 2);
}

BOOST_AUTO_TEST_CASE(hashes_what_github_hashes)
{
    auto const sha = [](std::string const& all) { return crypto::sha256_hex(all); };
    http::etag_inputs const from{"a/b", "Bearer t", "c=d"};
    BOOST_TEST(http::github_etag(from, "Accept, Authorization, Cookie, X-GitHub-OTP", "{}")
               == sha("a/b:Bearer t:c=d:{}"));
    BOOST_TEST(http::github_etag(from, "authorization,ACCEPT", "{}") == sha("a/b:Bearer t:{}"));
    BOOST_TEST(http::github_etag(from, "", "{}") == sha("{}"));
    BOOST_TEST(http::github_etag({"a/b", "", ""}, "Accept, Authorization", "{}") == sha("a/b:{}"));
    for (auto const* tag : {"W/\"x\"", "\"x\"", "x"})
        BOOST_TEST(http::opaque_tag(tag) == "x");
    BOOST_TEST(!http::names_token("Accept-Encoding, X", "Accept"));
    BOOST_TEST(http::names_token(" x ,\tAccept ", "accept"));
}

BOOST_AUTO_TEST_SUITE_END()
