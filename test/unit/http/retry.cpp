#include <penstock/http/retry.hpp>

#include <penstock/testing/loop.hpp>
#include <penstock/testing/scripted_transport.hpp>

#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace std::chrono_literals;

BOOST_FIXTURE_TEST_SUITE(http_retry, testing::loop)

BOOST_AUTO_TEST_CASE(repeats_what_is_idempotent_until_it_succeeds)
{
    testing::scripted_transport peer(clock);
    peer.on("GET", "http://a/", http::response(200));
    peer.on("GET", "http://a/", http::response(503), 1);
    peer.on("GET", "http://a/", failure(errc::connection_failed), 1);
    http::retry t(env, peer, {}, 1);
    auto answer = start(t.send(http::request("GET", "http://a/"), clock.now() + 60s));
    BOOST_TEST(!answer.done());
    advance(1s);
    BOOST_TEST(answer.get().value().status == 200);
    BOOST_TEST(peer.requests().size() == 3U);
}

BOOST_AUTO_TEST_CASE(never_repeats_a_post)
{
    testing::scripted_transport peer(clock);
    peer.on("POST", "http://a/", http::response(503));
    http::retry t(env, peer, {}, 1);
    BOOST_TEST(run(t.send(http::request("POST", "http://a/"), clock.now() + 60s)).value().status == 503);
    BOOST_TEST(peer.requests().size() == 1U);
}

BOOST_AUTO_TEST_CASE(gives_up_after_its_attempts_and_before_the_deadline)
{
    testing::scripted_transport peer(clock);
    peer.on("GET", "http://a/", http::response(502));
    http::retry t(env, peer, {.attempts = 3}, 1);
    auto answer = start(t.send(http::request("GET", "http://a/"), clock.now() + 60s));
    advance(10s);
    BOOST_TEST(answer.get().value().status == 502);
    BOOST_TEST(peer.requests().size() == 3U);
    http::response busy(503);
    busy.fields.add("Retry-After", "30");
    peer.on("GET", "http://a/", busy);
    BOOST_TEST(run(t.send(http::request("GET", "http://a/"), clock.now() + 20s)).value().status == 503);
    BOOST_TEST(peer.requests().size() == 4U);
}

BOOST_AUTO_TEST_CASE(does_not_repeat_what_will_never_succeed)
{
    testing::scripted_transport peer(clock);
    peer.on("GET", "http://a/", failure(errc::tls_failed));
    http::retry t(env, peer, {}, 1);
    BOOST_TEST((run(t.send(http::request("GET", "http://a/"), clock.now() + 60s)).error().code == errc::tls_failed));
    BOOST_TEST(peer.requests().size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
