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

BOOST_AUTO_TEST_CASE(reads_how_long_it_is_asked_to_wait)
{
    auto const now = parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", {}).value();
    auto const asked = [now](std::string_view value) { return http::retry_after(value, now).value_or(duration(-1)); };
    BOOST_TEST((asked("0") == 0s));
    BOOST_TEST((asked("120") == 120s));
    BOOST_TEST((asked("Sun, 06 Nov 1994 08:50:37 GMT") == 60s));
    BOOST_TEST((asked("Sunday, 06-Nov-94 08:49:47 GMT") == 10s));
    BOOST_TEST((asked("Sun Nov  6 08:49:38 1994") == 1s));
    BOOST_TEST((asked("Sun, 06 Nov 1994 08:00:00 GMT") == 0s));  // in the past
    BOOST_TEST((asked("99999999999999999999") == 24h * 365));
    BOOST_TEST((asked("Fri, 31 Dec 2060 23:59:59 GMT") == 24h * 365));
    BOOST_TEST((asked("Fri, 31 Dec 2100 23:59:59 GMT") == duration(-1)));  // a century ahead
    for (auto const* nonsense : {"", "soon", "-5", "1.5", "12 seconds", "Sun, 06 Nov 1994"})
        BOOST_TEST((asked(nonsense) == duration(-1)), nonsense);
}

BOOST_AUTO_TEST_CASE(waits_until_the_date_that_it_is_told)
{
    testing::scripted_transport peer(clock);
    peer.on("GET", "http://a/", http::response(200));
    http::response busy(503);
    busy.fields.add("Retry-After", format_http_date(clock.wall() + 30s));
    peer.on("GET", "http://a/", busy, 1);
    http::retry t(env, peer, {}, 1);
    auto answer = start(t.send(http::request("GET", "http://a/"), clock.now() + 60s));
    advance(28s);
    BOOST_TEST(!answer.done());
    advance(4s);
    BOOST_TEST(answer.get().value().status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
