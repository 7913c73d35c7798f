#include <penstock/http/server.hpp>

#include "raw_peer.hpp"

using namespace penstock;
using namespace penstock::testing;

namespace {

http::handler slow(duration d, bool& cancelled)
{
    return [d, &cancelled](http::exchange& x) -> awaitable<void> {
        if (auto const ec = co_await clock::steady::sleep_until(in(d))) {
            cancelled = true;
            co_return;
        }
        http::response answer(200, "text/plain", "late");
        co_await x.respond(answer);
    };
}

awaitable<result<void>> drained(http::server& s, time_point deadline)
{
    co_await s.drain(deadline);
    co_return result<void>();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_drain)

BOOST_AUTO_TEST_CASE(finishes_what_runs_and_closes_what_is_idle)
{
    bool cancelled = false;
    served s(slow(100ms, cancelled));
    result<http::response> answer;
    asio::co_spawn(s.context, unwinding(s.client.send(http::request("GET", s.url("/")), in(5s))),
                   [&](std::exception_ptr, result<http::response> got) { answer = std::move(got); });
    s.turn(30ms);
    auto const before = clock::steady::now();
    BOOST_TEST(s.run(drained(s.server, in(5s))).has_value());
    BOOST_TEST((clock::steady::now() - before < 2s));
    s.turn(20ms);
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->body == "late");
    BOOST_TEST(answer->fields["Connection"] == "close");
    BOOST_TEST(!cancelled);
    BOOST_TEST(s.server.statistics().connections == 0U);
    BOOST_TEST(s.running == 0);  // run has returned
    BOOST_TEST((s.get("/").error().code == errc::connection_failed));
}

BOOST_AUTO_TEST_CASE(cancels_what_runs_beyond_the_deadline)
{
    bool cancelled = false;
    served s(slow(1h, cancelled));
    asio::co_spawn(s.context, unwinding(s.client.send(http::request("GET", s.url("/")), in(5s))), asio::detached);
    s.turn(30ms);
    BOOST_TEST(s.run(drained(s.server, in(50ms))).has_value());
    BOOST_TEST(cancelled);
    BOOST_TEST(s.server.statistics().connections == 0U);
}

BOOST_AUTO_TEST_CASE(closes_idle_connections_at_once)
{
    served s;
    BOOST_REQUIRE(s.get("/"));
    auto const before = clock::steady::now();
    BOOST_TEST(s.run(drained(s.server, in(5s))).has_value());
    BOOST_TEST((clock::steady::now() - before < 1s));
}

BOOST_AUTO_TEST_CASE(cancelling_run_cancels_every_exchange)
{
    bool cancelled = false;
    served s(slow(1h, cancelled));
    asio::co_spawn(s.context, unwinding(s.client.send(http::request("GET", s.url("/")), in(5s))), asio::detached);
    s.turn(30ms);
    s.stop_all();
    BOOST_TEST(cancelled);
}

BOOST_AUTO_TEST_CASE(a_stream_is_cancelled_when_its_reader_goes_away)
{
    bool cancelled = false;
    served s([&](http::exchange& x) -> awaitable<void> {
        http::response head(200);
        co_await x.start(std::move(head));
        co_await x.write("first");
        auto const ec = co_await clock::steady::sleep_until(in(1h));
        cancelled = static_cast<bool>(ec);
    });
    {
        auto const stream = s.run(s.client.open(http::request("GET", s.url("/")), in(5s)));
        BOOST_REQUIRE(stream);
        BOOST_TEST(s.run((*stream)->read(in(5s))).value() == "first");
    }
    s.turn(100ms);
    BOOST_TEST(cancelled);
    BOOST_TEST(s.server.statistics().connections == 0U);
}

BOOST_AUTO_TEST_CASE(a_server_can_be_destroyed_while_it_serves)
{
    bool cancelled = false;
    real_loop loop;
    http::client client(loop.context.get_executor());
    {
        auto s = std::make_unique<http::server>(loop.context.get_executor(), on_loopback(), slow(1h, cancelled));
        auto const port = s->listen();
        BOOST_REQUIRE(port);
        loop.attach(s->run());
        http::request r("GET", "http://127.0.0.1:" + std::to_string(*port) + "/");
        asio::co_spawn(loop.context, unwinding(client.send(std::move(r), in(5s))), asio::detached);
        loop.turn(30ms);
    }
    loop.turn(50ms);
    BOOST_TEST(cancelled);
    BOOST_TEST(loop.running == 0);
}

BOOST_AUTO_TEST_CASE(a_server_that_never_ran_can_be_destroyed)
{
    asio::io_context context;
    http::server s(context.get_executor(), on_loopback(), hello);
    BOOST_TEST(s.listen().has_value());
    http::server_options taken = on_loopback();
    taken.port = s.port();
    http::server t(context.get_executor(), taken, hello);
    BOOST_TEST((t.listen().error().code == errc::invalid_configuration));
}

BOOST_AUTO_TEST_SUITE_END()
