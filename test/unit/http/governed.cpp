#include <penstock/http/governed.hpp>

#include <penstock/testing/loop.hpp>
#include <penstock/testing/recording_sink.hpp>
#include <penstock/testing/scripted_transport.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

using world = env::basic_environment<testing::manual_clock, testing::recording_sink>;

struct fixture : testing::loop
{
    world env{testing::loop::env.clock(), {}, {}};
    testing::scripted_transport peer{clock};
    using transport = http::governed<world, testing::scripted_transport>;
    transport make(http::governed_options o = {}) { return transport(env, peer, std::move(o)); }
    http::request get(std::string path) const { return {"GET", "https://api.test" + path}; }
    std::string in_seconds(duration d) const { return std::to_string((clock.wall() + d).time_since_epoch() / 1s); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_governed, fixture)

BOOST_AUTO_TEST_CASE(passes_answers_through)
{
    peer.on("GET", "https://api.test/*", http::response(404));
    auto t = make();
    BOOST_TEST(run(t.send(get("/x"), clock.now() + 1s)).value().status == 404);
}

BOOST_AUTO_TEST_CASE(an_exhausted_answer_is_a_failure_and_blocks_the_next_call)
{
    http::response refusal(403);
    refusal.fields = {
        {"X-RateLimit-Limit", "60"}, {"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", in_seconds(100s)}};
    peer.on("GET", "https://api.test/*", http::response(200));
    peer.on("GET", "https://api.test/x", refusal, 1);
    auto t = make();
    auto const first = run(t.send(get("/x"), clock.now() + 1s));
    BOOST_TEST((first.error().code == condition::quota_exhausted));
    BOOST_TEST((first.error().retry_after == 101s));
    auto const second = run(t.send(get("/y"), clock.now() + 100s));
    BOOST_TEST((second.error().code == condition::quota_exhausted));
    BOOST_TEST((second.error().retry_after == 101s));
    BOOST_TEST(peer.requests().size() == 1U);  // the second was not even sent
    auto third = start(t.send(get("/y"), clock.now() + 200s));
    advance(100s);
    BOOST_TEST(!third.done());
    advance(1s);
    BOOST_TEST(third.get().value().status == 200);
    BOOST_TEST(run(t.send({"GET", "https://other.test/"}, clock.now() + 1s)).error().message() != "");
}

BOOST_AUTO_TEST_CASE(lets_only_so_many_in_at_once)
{
    peer.on("GET", "https://api.test/*", http::response(200));
    peer.hang("GET", "https://api.test/slow");
    http::governed_options o;
    o.concurrency = 2;
    auto t = make(o);
    auto a = start(t.send(get("/slow"), clock.now() + 10s));
    auto b = start(t.send(get("/slow"), clock.now() + 20s));
    auto c = start(t.send(get("/fast"), clock.now() + 30s));
    auto d = start(t.send(get("/fast"), clock.now() + 5s));
    BOOST_TEST(peer.requests().size() == 2U);
    advance(5s);
    BOOST_TEST((d.get().error().code == errc::deadline_exceeded));
    BOOST_TEST(!c.done());
    advance(5s);
    BOOST_TEST((a.get().error().code == errc::deadline_exceeded));
    BOOST_TEST(c.get().value().status == 200);
    b.cancel();
    BOOST_TEST((b.get().error().code == asio::error::operation_aborted));
    BOOST_TEST(run(t.send(get("/fast"), clock.now() + 5s)).value().status == 200);
}

BOOST_AUTO_TEST_CASE(spaces_writes)
{
    peer.on("POST", "https://api.test/*", http::response(201));
    http::governed_options o;
    o.writes = {.burst = 1, .period = 1s};
    auto t = make(o);
    http::request const r("POST", "https://api.test/x");
    BOOST_TEST(run(t.send(r, clock.now() + 10s)).value().status == 201);
    auto second = start(t.send(r, clock.now() + 10s));
    BOOST_TEST(!second.done());
    advance(1s);
    BOOST_TEST(second.get().value().status == 201);
    auto const third = run(t.send(r, clock.now() + 500ms));
    BOOST_TEST((third.error().code == errc::quota_exhausted));
}

BOOST_AUTO_TEST_CASE(keeps_by_itself_to_what_github_allows_in_a_minute_and_in_an_hour)
{
    struct row
    {
        char const *method, *path;
        bool mutation;
        duration within;
        int most, least;  // the limit; far below it would be a waste
    };
    peer.on("GET", "https://*", http::response(200));
    peer.on("POST", "https://*", http::response(200));
    int host = 0;
    for (auto const& e : {
             row{"GET", "/repos/a/b", false, 1min, 900, 800},
             row{"POST", "/repos/a/b/pulls", false, 1min, 80, 70},
             row{"POST", "/repos/a/b/pulls", false, 1h, 500, 450},
             row{"POST", "/graphql", false, 1min, 900, 800},
             row{"POST", "/graphql", true, 1min, 80, 70},
             row{"POST", "/graphql", true, 1h, 500, 450},
         }) {
        auto t = make();
        http::request r(e.method, "https://forge" + std::to_string(++host) + ".test" + e.path);
        r.mutation = e.mutation;
        auto const end = clock.now() + e.within;
        int sent = 0;
        while (clock.now() < end) {
            auto const answer = run(t.send(r, clock.now() + 1ns));
            if (answer)
                ++sent;
            else
                advance(answer.error().retry_after);
        }
        BOOST_TEST_CONTEXT(e.method << ' ' << e.path << " for " << e.within / 1min << " min")
        {
            BOOST_TEST(sent <= e.most);
            BOOST_TEST(sent >= e.least);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_write_costs_five_points)
{
    peer.on("POST", "https://api.test/*", http::response(201));
    peer.on("GET", "https://api.test/*", http::response(200));
    http::governed_options o;
    o.points = {.burst = 6, .period = 1s};
    auto t = make(o);
    BOOST_TEST(run(t.send({"POST", "https://api.test/x"}, clock.now() + 1ms)).has_value());
    BOOST_TEST(run(t.send(get("/x"), clock.now() + 1ms)).has_value());
    BOOST_TEST((run(t.send(get("/x"), clock.now() + 1ms)).error().retry_after == 1s));
}

BOOST_AUTO_TEST_CASE(tells_what_is_left_to_the_credential_that_has_least)
{
    auto const left = [&](char const* remaining, char const* resource, duration until) {
        http::response answer(200);
        answer.fields = {{"X-RateLimit-Limit", "5000"},
                         {"X-RateLimit-Remaining", remaining},
                         {"X-RateLimit-Resource", resource},
                         {"X-RateLimit-Reset", in_seconds(until)}};
        return answer;
    };
    auto const shown = [&](char const* resource) {
        return env.metrics().value(metrics::names::forge_quota_remaining, {"api.test", resource});
    };
    http::governed_options o;
    o.max_accounts = 2;
    auto t = make(o);
    auto one = t.as(rate::priority::user, "1");
    auto two = t.as(rate::priority::user, "2");
    auto const ask = [&](auto& who, char const* path, http::response const& answer) {
        peer.on("GET", std::string("https://api.test") + path, answer, 1);
        BOOST_TEST(run(who.send(get(path), clock.now() + 1s)).has_value());
    };
    ask(one, "/a", left("7", "core", 100s));
    ask(two, "/b", left("4000", "core", 1000s));
    BOOST_TEST(shown("core") == 7);  // the richer one does not hide it
    ask(two, "/search/code", left("9", "code_search", 60s));
    BOOST_TEST(shown("code_search") == 9);
    BOOST_TEST(shown("core") == 7);
    advance(101s);  // its window has ended
    ask(two, "/c", left("3999", "core", 899s));
    BOOST_TEST(shown("core") == 3999);
    ask(one, "/d", left("5", "core", 100s));
    BOOST_TEST(shown("core") == 5);
    auto three = t.as(rate::priority::user, "3");
    auto four = t.as(rate::priority::user, "4");
    ask(three, "/e", left("800", "core", 100s));
    ask(four, "/f", left("900", "core", 100s));
    BOOST_TEST(shown("core") == 800);  // 1 and 2 have been dropped for them
}

BOOST_AUTO_TEST_CASE(lets_people_go_before_webhooks_and_webhooks_before_polls)
{
    std::vector<std::string> order;
    peer.on([](auto const&) { return true; },
            [&](http::request const& r) {
                order.push_back(r.url.substr(r.url.rfind('/') + 1));
                return http::response(200);
            });
    peer.hang("GET", "https://api.test/slow");
    http::governed_options o;
    o.concurrency = 1;
    auto t = make(o);
    auto polls = t.as(rate::priority::poll);
    auto hooks = t.as(rate::priority::webhook);
    auto const end = clock.now() + 1min;
    auto slow = start(t.send(get("/slow"), clock.now() + 10s));
    auto poll = start(polls.send(get("/poll"), end));
    auto again = start(polls.send(get("/again"), end));
    auto hook = start(hooks.send(get("/hook"), end));
    auto user = start(t.send(get("/user"), end));
    BOOST_TEST(order.empty());
    advance(10s);
    BOOST_TEST(slow.done());
    BOOST_TEST((poll.done() && again.done() && hook.done() && user.done()));
    BOOST_REQUIRE(order.size() == 4U);
    BOOST_TEST(order[0] == "user");
    BOOST_TEST(order[1] == "hook");
}

BOOST_AUTO_TEST_CASE(one_that_leaves_the_line_holds_nobody_up)
{
    peer.on("GET", "https://api.test/*", http::response(200));
    peer.hang("GET", "https://api.test/slow");
    http::governed_options o;
    o.concurrency = 1;
    auto t = make(o);
    auto polls = t.as(rate::priority::poll);
    auto slow = start(t.send(get("/slow"), clock.now() + 10s));
    auto poll = start(polls.send(get("/poll"), clock.now() + 1min));
    auto user = start(t.send(get("/user"), clock.now() + 1min));
    user.cancel();
    BOOST_TEST((user.get().error().code == asio::error::operation_aborted));
    advance(10s);
    BOOST_TEST(poll.get().value().status == 200);
}

BOOST_AUTO_TEST_CASE(keeps_a_share_of_the_quota_for_what_is_more_urgent)
{
    http::response answer(200);
    answer.fields = {
        {"X-RateLimit-Limit", "100"}, {"X-RateLimit-Remaining", "30"}, {"X-RateLimit-Reset", in_seconds(100s)}};
    peer.on("GET", "https://api.test/*", answer);
    http::governed_options o;
    o.reserves["api.test"] = 0.2;  // for other programs
    auto t = make(o);
    auto polls = t.as(rate::priority::poll);
    auto hooks = t.as(rate::priority::webhook);
    BOOST_TEST(run(polls.send(get("/x"), clock.now() + 1s)).has_value());  // nothing is known yet
    auto const refused = run(polls.send(get("/x"), clock.now() + 1s));
    BOOST_TEST((refused.error().code == errc::quota_exhausted));
    BOOST_TEST((refused.error().retry_after == 101s));
    BOOST_TEST(run(hooks.send(get("/x"), clock.now() + 1s)).has_value());
    BOOST_TEST(run(t.send(get("/x"), clock.now() + 1s)).has_value());
}

BOOST_AUTO_TEST_CASE(counts_each_credential_by_itself_whatever_its_token_is)
{
    http::response refusal(403);
    refusal.fields = {
        {"X-RateLimit-Limit", "60"}, {"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", in_seconds(100s)}};
    peer.on("GET", "https://api.test/*", http::response(200));
    peer.on("GET", "https://api.test/x", refusal, 1);
    auto t = make();
    auto one = t.as(rate::priority::user, "installation 1");
    auto two = t.as(rate::priority::user, "installation 2");
    auto r = get("/x");
    r.fields.add("Authorization", "Bearer old");
    BOOST_TEST((run(one.send(r, clock.now() + 1s)).error().code == errc::quota_exhausted));
    r.fields.set("Authorization", "Bearer new");
    BOOST_TEST((run(one.send(r, clock.now() + 1s)).error().code == errc::quota_exhausted));
    BOOST_TEST(run(two.send(r, clock.now() + 1s)).has_value());
    BOOST_TEST(peer.requests().size() == 2U);
}

BOOST_AUTO_TEST_CASE(beyond_the_bound_a_credential_shares_with_its_host_and_with_no_other)
{
    http::response refusal(403);
    refusal.fields = {
        {"X-RateLimit-Limit", "60"}, {"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", in_seconds(100s)}};
    peer.on("GET", "https://*", http::response(200));
    peer.on("GET", "https://b.test/x", refusal, 1);
    peer.hang("GET", "https://a.test/slow");
    http::governed_options o;
    o.max_accounts = 1;
    auto t = make(o);
    auto one = t.as(rate::priority::user, "1");
    auto two = t.as(rate::priority::user, "2");
    auto three = t.as(rate::priority::user, "3");
    auto const soon = clock.now() + 1s;
    auto slow = start(one.send({"GET", "https://a.test/slow"}, clock.now() + 10s));
    BOOST_TEST((run(two.send({"GET", "https://b.test/x"}, soon)).error().code == errc::quota_exhausted));
    BOOST_TEST((run(three.send({"GET", "https://b.test/x"}, soon)).error().code == errc::quota_exhausted));
    BOOST_TEST(peer.requests().size() == 2U);
    BOOST_TEST(run(two.send({"GET", "https://c.test/x"}, soon)).has_value());
    BOOST_TEST(run(two.send({"GET", "https://a.test/x"}, soon)).has_value());
    slow.cancel();
    BOOST_TEST((slow.get().error().code == asio::error::operation_aborted));
    BOOST_TEST(run(two.send({"GET", "https://b.test/x"}, soon)).has_value());  // takes the place of the idle one
}

BOOST_AUTO_TEST_CASE(sends_no_more_at_once_than_are_left)
{
    http::response answer(200);
    answer.fields = {
        {"X-RateLimit-Limit", "60"}, {"X-RateLimit-Remaining", "2"}, {"X-RateLimit-Reset", in_seconds(100s)}};
    peer.on("GET", "https://api.test/*", answer);
    auto t = make();
    BOOST_TEST(run(t.send(get("/x"), clock.now() + 1s)).has_value());
    peer.hang("GET", "https://api.test/slow");
    auto a = start(t.send(get("/slow"), clock.now() + 20s));
    auto b = start(t.send(get("/slow"), clock.now() + 20s));
    auto c = start(t.send(get("/x"), clock.now() + 60s));
    BOOST_TEST(peer.requests().size() == 3U);
    advance(20s);
    BOOST_TEST(c.get().has_value());  // what hung has cost nothing
    BOOST_TEST((a.done() && b.done()));
}

BOOST_AUTO_TEST_CASE(judges_the_head_of_a_stream_too)
{
    http::response refusal(429);
    refusal.fields = {{"Retry-After", "30"}};
    peer.on("GET", "https://api.test/*", refusal);
    auto t = make();
    auto const opened = run(t.open(get("/x"), clock.now() + 1s));
    BOOST_TEST((opened.error().code == errc::quota_exhausted));
    BOOST_TEST((opened.error().retry_after == 30s));
}

BOOST_AUTO_TEST_SUITE_END()
