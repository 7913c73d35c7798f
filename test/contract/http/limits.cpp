#include <penstock/http/server.hpp>

#include "raw_peer.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <ostream>
#include <sys/resource.h>
#include <vector>

using namespace penstock;
using namespace penstock::testing;
namespace data = boost::unit_test::data;

namespace {

struct row
{
    char const* what;
    std::string words;
    char const* answer;
};

std::ostream& operator<<(std::ostream& out, row const& r)
{
    return out << r.what;
}

std::vector<row> const refused{
    {"nonsense", "nonsense\r\n\r\n", "HTTP/1.1 400"},
    {"no host", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400"},
    {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "HTTP/1.1 400"},
    {"two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "HTTP/1.1 400"},
    {"length and chunked", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
     "HTTP/1.1 400"},
    {"negative length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400"},
    {"space before colon", "GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n", "HTTP/1.1 400"},
    {"HTTP/2 in the clear", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.1 400"},
    {"unknown coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 501"},
    {"two codings", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "HTTP/1.1 501"},
    {"unknown expectation", "GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", "HTTP/1.1 417"},
    {"long header", "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n", "HTTP/1.1 431"},
    {"long target", "GET /" + std::string(20'000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 431"},
    {"header without end", "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'x'), "HTTP/1.1 431"},
    {"large body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 27262976\r\n\r\n", "HTTP/1.1 413"},
    {"bad chunk", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 400"},
    {"body that stops", "POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nab", ""},
};

/// Answers also when the body cannot be read; `told` is how that ended.
awaitable<void> answers_by_itself(http::exchange& x, failure& told)
{
    auto const body = co_await x.read_all(1000);
    http::response answer(body ? 200 : 422, "text/plain", "mine");
    result<void> ended;
    if (x.head().target == "/start")
        ended = co_await x.start(std::move(answer));
    else
        ended = co_await x.respond(answer);
    if (!ended)
        told = ended.error();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_limits)

BOOST_DATA_TEST_CASE(answers_what_it_refuses_and_closes, data::make(refused), r)
{
    served s(echo);
    auto const said = s.talk(r.words);
    BOOST_TEST(said.starts_with(r.answer), r.what << " got: " << said.substr(0, 40));
    if (!said.empty())
        BOOST_TEST(said.find("Connection: close\r\n") != std::string::npos);
    BOOST_TEST(s.get("/").value().status == 200);  // and serves the next one
}

BOOST_AUTO_TEST_CASE(a_body_of_26_mb_is_refused_without_being_read)
{
    served s(echo);
    http::request r("POST", s.url("/"));
    r.body.assign(26 << 20, 'x');
    auto const answer = s.send(std::move(r));
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->status == 413);
    s.turn(100ms);
    BOOST_TEST(s.server.statistics().bytes_read < 512U * 1024);
    BOOST_TEST(s.server.statistics().exchanges == 0U);
}

BOOST_AUTO_TEST_CASE(a_chunked_body_is_refused_when_it_passes_the_limit)
{
    http::server_options o;
    o.max_body = 100'000;
    served s(echo, o);
    std::string words = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 20; ++i)
        words += "2710\r\n" + std::string(10'000, 'x') + "\r\n";
    auto const said = s.talk(words + "0\r\n\r\n");
    BOOST_TEST(said.starts_with("HTTP/1.1 413"));
}

BOOST_AUTO_TEST_CASE(a_handler_that_does_not_want_the_body_never_gets_it)
{
    served s(hello);
    http::request r("POST", s.url("/"));
    r.body.assign(20 << 20, 'x');
    BOOST_TEST(s.send(std::move(r)).value().status == 200);
    s.turn(100ms);
    BOOST_TEST(s.server.statistics().bytes_read < 512U * 1024);
}

BOOST_AUTO_TEST_CASE(a_header_that_drips_is_shed_at_its_timeout)
{
    http::server_options o;
    o.header_timeout = 100ms;
    served s(hello, o);
    bool closed = false;
    auto const drip = [&]() -> awaitable<result<void>> {
        tcp::socket socket(co_await asio::this_coro::executor);
        error_code ec;
        co_await socket.async_connect(tcp::endpoint(asio::ip::address_v4::loopback(), s.server.port()),
                                      asio::redirect_error(asio::use_awaitable, ec));
        for (int i = 0; i < 200 && !ec; ++i) {
            co_await asio::async_write(socket, asio::buffer("G", 1), asio::redirect_error(asio::use_awaitable, ec));
            if (!ec)
                co_await clock::steady::sleep_until(in(10ms));
        }
        closed = static_cast<bool>(ec);
        co_return result<void>();
    };
    BOOST_TEST(s.run(drip()).has_value());
    BOOST_TEST(closed);
    BOOST_TEST(s.server.statistics().timed_out == 1U);
}

BOOST_AUTO_TEST_CASE(a_body_that_drips_is_answered_408)
{
    http::server_options o;
    o.body_timeout = 100ms;
    served s(echo, o);
    auto const said = s.talk("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc", 1s);
    BOOST_TEST(said.starts_with("HTTP/1.1 408"));
}

BOOST_AUTO_TEST_CASE(a_body_that_drips_is_answered_408_whatever_the_handler_says_then)
{
    http::server_options o;
    o.body_timeout = 100ms;
    failure told;
    served s([&told](http::exchange& x) { return answers_by_itself(x, told); }, o);
    for (std::string const target : {"/respond", "/start"}) {
        told = failure();
        auto const said = s.talk("POST " + target + " HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc", 2s);
        BOOST_TEST(said.starts_with("HTTP/1.1 408"), target << " got: " << said.substr(0, 40));
        BOOST_TEST(said.find("Connection: close\r\n") != std::string::npos);
        BOOST_TEST(said.find("mine") == std::string::npos);
        BOOST_TEST((told.code == errc::deadline_exceeded), target);
    }
    // Of a body that is refused for itself the handler may speak in its own words.
    auto const said = s.talk("POST /respond HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
    BOOST_TEST(said.starts_with("HTTP/1.1 422"), said.substr(0, 40));
}

BOOST_AUTO_TEST_CASE(a_body_that_made_room_is_answered_503_whatever_the_handler_says_then)
{
    http::server_options o;
    o.max_exchanges = 1;
    failure told;
    served s([&told](http::exchange& x) { return answers_by_itself(x, told); }, o);
    tcp::socket slow(s.context);
    slow.connect(tcp::endpoint(asio::ip::address_v4::loopback(), s.server.port()));
    asio::write(slow, asio::buffer(std::string("POST /respond HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")));
    s.turn(1200ms);
    BOOST_TEST(s.get("/respond").value().status == 200);
    s.turn(100ms);
    BOOST_REQUIRE(slow.available() > 0U);
    std::string said(4096, '\0');
    said.resize(slow.read_some(asio::buffer(said)));
    BOOST_TEST(said.starts_with("HTTP/1.1 503"), said.substr(0, 40));
    BOOST_TEST(said.find("Retry-After: 5\r\n") != std::string::npos);
    BOOST_TEST((told.code == errc::unavailable));
    BOOST_TEST(s.server.statistics().exchanges == 0U);
}

BOOST_AUTO_TEST_CASE(an_idle_connection_is_closed)
{
    http::server_options o;
    o.idle_timeout = 50ms;
    served s(hello, o);
    BOOST_REQUIRE(s.get("/"));
    BOOST_TEST(s.server.statistics().connections == 1U);
    s.turn(150ms);
    BOOST_TEST(s.server.statistics().connections == 0U);
    BOOST_REQUIRE(s.get("/"));
    BOOST_TEST(s.client.statistics().retried == 0U);
}

BOOST_AUTO_TEST_CASE(a_thousand_slow_clients_do_not_stop_a_request)
{
    ::rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, 4096);
    ::setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur < 3000) {
        BOOST_TEST_MESSAGE("skipped: not enough file descriptors are allowed");
        return;
    }
    http::server_options o;
    o.max_connections = 200;
    served s(echo, o);
    std::vector<tcp::socket> slow;
    for (int i = 0; i < 1000; ++i) {
        slow.emplace_back(s.context);
        slow.back().connect(tcp::endpoint(asio::ip::address_v4::loopback(), s.server.port()));
        std::string const words = i % 2 == 0 ? "POST / HTTP/1.1\r\nHost: a\r\n"
                                             : "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc";
        asio::write(slow.back(), asio::buffer(words));
        s.turn(0ms);
        s.context.poll();
    }
    BOOST_TEST(s.server.statistics().connections <= 200U);
    s.turn(1100ms);
    http::request r("POST", s.url("/"));
    r.body = "a delivery";
    auto const before = clock::steady::now();
    auto const answer = s.send(std::move(r));
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->body == "a delivery");
    BOOST_TEST((clock::steady::now() - before < 1s));
    BOOST_TEST(s.server.statistics().shed >= 1U);
}

BOOST_AUTO_TEST_CASE(says_503_when_every_connection_is_busy)
{
    http::server_options o;
    o.max_connections = 2;
    served s(
        [](http::exchange& x) -> awaitable<void> {
            co_await clock::steady::sleep_until(in(150ms));
            http::response answer(200);
            co_await x.respond(answer);
        },
        o);
    auto const both = [&]() -> awaitable<result<http::response>> {
        auto ex = co_await asio::this_coro::executor;
        http::request r("GET", s.url("/"));
        for (int i = 0; i < 2; ++i)
            asio::co_spawn(ex, unwinding(s.client.send(r, in(5s))), asio::detached);
        co_await clock::steady::sleep_until(in(50ms));
        co_return co_await s.client.send(r, in(5s));
    };
    auto const answer = s.run(both());
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->status == 503);
    BOOST_TEST(answer->fields["Retry-After"] == "5");
    s.turn(200ms);
    BOOST_TEST(s.get("/").value().status == 200);
}

BOOST_AUTO_TEST_CASE(the_slowest_body_makes_room_when_too_many_handlers_work)
{
    http::server_options o;
    o.max_exchanges = 2;
    served s(echo, o);
    std::vector<tcp::socket> slow;
    for (auto const* body : {"abc", "abcdef"}) {
        slow.emplace_back(s.context);
        slow.back().connect(tcp::endpoint(asio::ip::address_v4::loopback(), s.server.port()));
        asio::write(slow.back(),
                    asio::buffer("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n" + std::string(body)));
        s.turn(20ms);
    }
    BOOST_TEST(s.server.statistics().exchanges == 2U);
    BOOST_TEST(s.get("/").value().status == 503);  // nobody has been slow for a second yet
    s.turn(1200ms);
    http::request r("POST", s.url("/"));
    r.body = "a delivery";
    BOOST_TEST(s.send(std::move(r)).value().body == "a delivery");
    BOOST_TEST(s.server.statistics().shed == 1U);
    s.turn(50ms);
    std::string said(4096, '\0');
    said.resize(slow[0].read_some(asio::buffer(said)));  // the one that had sent less
    BOOST_TEST(said.starts_with("HTTP/1.1 503"));
    BOOST_TEST(said.find("Retry-After: 5\r\n") != std::string::npos);
    BOOST_TEST(slow[1].available() == 0U);
    BOOST_TEST(s.server.statistics().exchanges == 1U);
    asio::write(slow[1], asio::buffer(std::string(94, 'x')));
    s.turn(50ms);
    BOOST_TEST(slow[1].available() > 94U);  // the other one goes on, and is served
    BOOST_TEST(s.server.statistics().exchanges == 0U);
}

BOOST_AUTO_TEST_CASE(says_503_when_too_many_handlers_work)
{
    http::server_options o;
    o.max_exchanges = 0;
    served s(hello, o);
    auto const answer = s.get("/");
    BOOST_TEST(answer.value().status == 503);
    BOOST_TEST(answer->fields.contains("Retry-After"));
}

BOOST_AUTO_TEST_SUITE_END()
