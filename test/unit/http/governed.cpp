#include <penstock/http/governed.hpp>

#include <penstock/testing/loop.hpp>
#include <penstock/testing/scripted_transport.hpp>

#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

struct fixture : testing::loop
{
    testing::scripted_transport peer{clock};
    using transport = http::governed<decltype(env), testing::scripted_transport>;
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

BOOST_AUTO_TEST_SUITE_END()
