#include <penstock/testing/scripted_transport.hpp>

#include <penstock/testing/loop.hpp>

#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace std::chrono_literals;

BOOST_FIXTURE_TEST_SUITE(testing_scripted_transport, testing::loop)

BOOST_AUTO_TEST_CASE(answers_from_its_script_newest_rule_first)
{
    testing::scripted_transport peer(clock);
    peer.on("GET", "http://a/*", http::response(404));
    peer.on("GET", "http://a/x", http::response(200), 1);
    auto const later = clock.now() + 1s;
    BOOST_TEST(run(peer.send(http::request("GET", "http://a/x"), later)).value().status == 200);
    BOOST_TEST(run(peer.send(http::request("GET", "http://a/x"), later)).value().status == 404);
    BOOST_TEST((run(peer.send(http::request("PUT", "http://a/x"), later)).error().code == errc::connection_failed));
    BOOST_TEST(peer.requests().size() == 3U);
    BOOST_TEST(peer.count("GET", "http://a/*") == 2U);
}

BOOST_AUTO_TEST_CASE(streams_what_the_test_pushes)
{
    testing::scripted_transport peer(clock);
    testing::scripted_stream body(context.get_executor());
    peer.stream("GET", "http://a/watch", http::response(200), body);
    auto const stream = run(peer.open(http::request("GET", "http://a/watch"), clock.now() + 1s)).value();
    auto first = start(stream->read(clock.now() + 10s));
    BOOST_TEST(!first.done());
    body.push("one");
    BOOST_TEST(first.get().value() == "one");
    auto second = start(stream->read(clock.now() + 10s));
    advance(10s);
    BOOST_TEST((second.get().error().code == errc::deadline_exceeded));
    body.fail(failure(errc::truncated));
    BOOST_TEST((run(stream->read(clock.now() + 10s)).error().code == errc::truncated));
    BOOST_TEST(!body.dropped());
}

BOOST_AUTO_TEST_CASE(hangs_until_the_deadline_or_the_cancellation)
{
    testing::scripted_transport peer(clock);
    peer.hang("GET", "http://a/");
    auto late = start(peer.send(http::request("GET", "http://a/"), clock.now() + 5s));
    auto cancelled = start(peer.send(http::request("GET", "http://a/"), clock.now() + 50s));
    advance(5s);
    BOOST_TEST((late.get().error().code == errc::deadline_exceeded));
    BOOST_TEST(!cancelled.done());
    cancelled.cancel();
    BOOST_TEST((cancelled.get().error().code == asio::error::operation_aborted));
}

BOOST_AUTO_TEST_CASE(opens_a_fixed_answer_as_a_stream)
{
    testing::scripted_transport peer(clock);
    peer.on("GET", "http://a/", http::response(200, "text/plain", "all"));
    auto const stream = run(peer.open(http::request("GET", "http://a/"), clock.now() + 5s)).value();
    BOOST_TEST(run(stream->read(clock.now() + 1s)).value() == "all");
    BOOST_TEST(run(stream->read(clock.now() + 1s)).value().empty());
}

BOOST_AUTO_TEST_SUITE_END()
