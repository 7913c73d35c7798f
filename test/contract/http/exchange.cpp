#include <penstock/http/server.hpp>

#include "served.hpp"

using namespace penstock;
using namespace penstock::testing;

BOOST_AUTO_TEST_SUITE(http_exchange)

BOOST_AUTO_TEST_CASE(answers_a_request)
{
    served s;
    auto const answer = s.get("/a?b=c");
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->status == 200);
    BOOST_TEST(answer->body == "hello /a?b=c");
    BOOST_TEST(answer->fields["content-type"] == "text/plain");
    BOOST_TEST(answer->fields["Server"] == "penstock");
    BOOST_TEST(answer->fields["Date"].ends_with(" GMT"));
}

BOOST_AUTO_TEST_CASE(sends_a_body_and_gets_it_back)
{
    served s(echo);
    for (std::size_t const size : {0UL, 1UL, 16'000UL, 70'000UL, 5'000'000UL}) {
        http::request r("POST", s.url("/"));
        r.body.assign(size, 'x');
        for (std::size_t i = 0; i < size; i += 1000)
            r.body[i] = static_cast<char>('a' + i / 1000 % 26);
        auto const sent = r.body;
        auto const answer = s.send(std::move(r));
        BOOST_REQUIRE(answer);
        BOOST_TEST((answer->body == sent));
    }
    BOOST_TEST(s.client.statistics().connections == 1U);
    BOOST_TEST(s.client.statistics().reused == 4U);
    BOOST_TEST(s.server.statistics().accepted == 1U);
}

BOOST_AUTO_TEST_CASE(answers_head_without_a_body_and_keeps_the_connection)
{
    served s;
    http::request r("HEAD", s.url("/x"));
    auto const answer = s.send(std::move(r));
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->body.empty());
    BOOST_TEST(answer->fields["Content-Length"] == "8");
    BOOST_REQUIRE(s.get("/y"));
    BOOST_TEST(s.client.statistics().connections == 1U);
}

BOOST_AUTO_TEST_CASE(a_refusal_behind_a_head_request_has_its_body)
{
    served s;
    auto const said = s.talk("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nG\x01T / HTTP/1.1\r\n\r\n");
    BOOST_TEST(said.starts_with("HTTP/1.1 200 OK\r\n"));
    auto const refusal = said.find("HTTP/1.1 400 Bad Request\r\n");
    BOOST_REQUIRE(refusal != std::string::npos);
    BOOST_TEST(said.ends_with("\r\n\r\nBad Request\n"));
}

BOOST_AUTO_TEST_CASE(answers_pipelined_requests_in_order)
{
    served s;
    auto const said = s.talk("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
                             "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    auto const one = said.find("hello /1");
    auto const two = said.find("hello /2");
    auto const three = said.find("hello /3");
    BOOST_TEST(one < two);
    BOOST_TEST(two < three);
    BOOST_TEST(three != std::string::npos);
}

BOOST_AUTO_TEST_CASE(speaks_http_1_0)
{
    served s;
    auto const closed = s.talk("GET /old HTTP/1.0\r\n\r\n");
    BOOST_TEST(closed.starts_with("HTTP/1.0 200 OK\r\n"));
    BOOST_TEST(closed.find("Connection: close\r\n") != std::string::npos);
    auto const kept = s.talk("GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    BOOST_TEST(kept.find("Connection: keep-alive\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(says_continue_only_when_the_handler_wants_the_body)
{
    served s(echo);
    auto const said =
        s.talk("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\nConnection: close\r\n\r\n");
    BOOST_TEST(said == "HTTP/1.1 100 Continue\r\n\r\n");
    served t(hello);
    auto const refused = t.talk("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    BOOST_TEST(refused.starts_with("HTTP/1.1 200 OK\r\n"));
    BOOST_TEST(refused.find("Connection: close\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(streams_an_answer)
{
    served s([](http::exchange& x) -> awaitable<void> {
        http::response head(200, "text/plain", {});
        co_await x.start(std::move(head));
        for (int i = 0; i < 3; ++i) {
            auto const piece = "piece " + std::to_string(i) + '\n';
            co_await x.write(piece);
        }
        co_await x.finish();
    });
    auto const whole = s.get("/");
    BOOST_REQUIRE(whole);
    BOOST_TEST(whole->body == "piece 0\npiece 1\npiece 2\n");
    auto const read = [&]() -> awaitable<result<std::string>> {
        http::request r("GET", s.url("/"));
        auto stream = co_await s.client.open(std::move(r), in(5s));
        if (!stream)
            co_return stream.error();
        std::string all;
        for (;;) {
            auto const piece = co_await (*stream)->read(in(5s));
            if (!piece)
                co_return piece.error();
            if (piece->empty())
                co_return all;
            all += *piece;
        }
    };
    BOOST_TEST(s.run(read()).value() == "piece 0\npiece 1\npiece 2\n");
    BOOST_TEST(s.client.statistics().connections == 1U);  // given back to the pool at its end
    auto const old = s.talk("GET / HTTP/1.0\r\n\r\n");
    BOOST_TEST(old.ends_with("\r\n\r\npiece 0\npiece 1\npiece 2\n"));
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_cut_off_is_seen_as_truncated)
{
    served s([](http::exchange& x) -> awaitable<void> {
        http::response head(200, "text/plain", {});
        co_await x.start(std::move(head));
        co_await x.write("half");
    });
    auto const answer = s.get("/");
    BOOST_REQUIRE(!answer);
    BOOST_TEST((answer.error().code == errc::truncated));
}

BOOST_AUTO_TEST_CASE(an_exception_and_a_missing_answer_become_500)
{
    served s([](http::exchange& x) -> awaitable<void> {
        if (x.head().path() == "/throw")
            throw std::runtime_error("a bug");
        co_return;
    });
    BOOST_TEST(s.get("/throw").value().status == 500);
    BOOST_TEST(s.get("/nothing").value().status == 500);
}

BOOST_AUTO_TEST_SUITE_END()
