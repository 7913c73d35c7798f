#include <penstock/http/client.hpp>

#include "raw_peer.hpp"

using namespace penstock;
using namespace penstock::testing;

namespace {

struct fixture : real_loop
{
    http::client client{context.get_executor()};

    result<http::response> send(http::request r, duration limit = 5s)
    {
        return run(client.send(std::move(r), in(limit)));
    }
    result<http::response> get(std::string const& url, duration limit = 5s)
    {
        return send(http::request("GET", url), limit);
    }
};

raw_peer::conversation answers(std::string words)
{
    return [words](tcp::socket& s, int) -> awaitable<void> {
        co_await raw_peer::read_header(s);
        co_await raw_peer::say(s, words);
    };
}

std::string const empty_ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_client, fixture)

BOOST_AUTO_TEST_CASE(a_body_shorter_than_its_length_is_truncated)
{
    raw_peer const peer(*this, answers("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour"));
    auto const answer = get(peer.url());
    BOOST_REQUIRE(!answer);
    BOOST_TEST((answer.error().code == errc::truncated));
    BOOST_TEST(answer.error().detail.find("127.0.0.1:") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_chunked_body_that_stops_is_truncated)
{
    raw_peer const peer(*this, answers("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n"));
    BOOST_TEST((get(peer.url()).error().code == errc::truncated));
}

BOOST_AUTO_TEST_CASE(a_header_that_stops_is_truncated)
{
    raw_peer const peer(*this, answers("HTTP/1.1 200 OK\r\nContent-"));
    BOOST_TEST((get(peer.url()).error().code == errc::truncated));
}

BOOST_AUTO_TEST_CASE(more_bytes_than_the_length_are_not_taken_for_the_next_answer)
{
    raw_peer const peer(*this, [](tcp::socket& s, int) -> awaitable<void> {
        for (int i = 0; i < 2; ++i) {
            auto const header = co_await raw_peer::read_header(s);
            if (header.empty())
                co_return;
            co_await raw_peer::say(s, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabHTTP/1.1 500 No\r\n\r\n");
        }
    });
    BOOST_TEST(get(peer.url()).value().body == "ab");
    BOOST_TEST(get(peer.url()).value().body == "ab");
    BOOST_TEST(peer.connections() == 2);
}

BOOST_AUTO_TEST_CASE(reads_until_the_end_of_the_connection)
{
    raw_peer const peer(*this, answers("HTTP/1.0 200 OK\r\n\r\nall of it"));
    BOOST_TEST(get(peer.url()).value().body == "all of it");
}

BOOST_AUTO_TEST_CASE(passes_over_interim_answers)
{
    raw_peer const peer(*this,
                        answers("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 204 No Content\r\nX: y\r\n\r\n"));
    auto const answer = get(peer.url());
    BOOST_TEST(answer.value().status == 204);
    BOOST_TEST(!answer->fields.contains("Link"));
    BOOST_TEST(answer->fields["x"] == "y");
}

BOOST_AUTO_TEST_CASE(what_is_not_http_is_malformed)
{
    raw_peer const peer(*this, answers("SSH-2.0-OpenSSH_9.2\r\n\r\n"));
    BOOST_TEST((get(peer.url()).error().code == errc::malformed));
}

BOOST_AUTO_TEST_CASE(a_dead_connection_from_the_pool_is_tried_once_more)
{
    raw_peer const peer(*this, [](tcp::socket& s, int number) -> awaitable<void> {
        co_await raw_peer::read_header(s);
        co_await raw_peer::say(s, empty_ok);
        if (number == 1)
            co_await raw_peer::read_header(s);  // takes the second request in, and hangs up
        else
            for (;;) {
                auto const header = co_await raw_peer::read_header(s);
                if (header.empty())
                    co_return;
                co_await raw_peer::say(s, empty_ok);
            }
    });
    BOOST_TEST(get(peer.url()).value().status == 200);
    BOOST_TEST(get(peer.url()).value().status == 200);
    BOOST_TEST(client.statistics().retried == 1U);
    BOOST_TEST(peer.connections() == 2);
    http::request post("POST", peer.url());
    BOOST_TEST(send(std::move(post)).value().status == 200);
    BOOST_TEST(peer.connections() == 2);
}

BOOST_AUTO_TEST_CASE(a_post_that_may_have_arrived_is_not_sent_again)
{
    raw_peer const peer(*this, [](tcp::socket& s, int) -> awaitable<void> {
        co_await raw_peer::read_header(s);
        co_await raw_peer::say(s, empty_ok);
        co_await raw_peer::read_header(s);
    });
    BOOST_TEST(get(peer.url()).value().status == 200);
    http::request post("POST", peer.url());
    auto const answer = send(std::move(post));
    BOOST_TEST((answer.error().code == errc::connection_failed));
    BOOST_TEST(peer.connections() == 1);
}

BOOST_AUTO_TEST_CASE(an_idle_connection_that_was_closed_is_not_used)
{
    raw_peer const peer(*this, answers(empty_ok));  // closes after the answer without saying so
    BOOST_TEST(get(peer.url()).value().status == 200);
    turn(20ms);
    BOOST_TEST(get(peer.url()).value().status == 200);
    BOOST_TEST(client.statistics().reused == 0U);
    BOOST_TEST(client.statistics().retried == 0U);
}

BOOST_AUTO_TEST_CASE(refuses_what_is_too_large_before_reading_it)
{
    http::client_options o;
    o.max_body = 1000;
    o.max_header = 500;
    client = http::client(context.get_executor(), o);
    {
        raw_peer const peer(*this, answers("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n"));
        auto const answer = get(peer.url());
        BOOST_TEST((answer.error().code == errc::too_large));
        BOOST_TEST(answer.error().detail.find("1001") != std::string::npos);
    }
    {
        raw_peer const peer(*this, answers("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n"
                                           + std::string(1001, 'x') + "\r\n0\r\n\r\n"));
        BOOST_TEST((get(peer.url()).error().code == errc::too_large));
    }
    {
        raw_peer const peer(*this, answers("HTTP/1.1 200 OK\r\nX: " + std::string(1000, 'x') + "\r\n\r\n"));
        BOOST_TEST((get(peer.url()).error().code == errc::too_large));
    }
}

BOOST_AUTO_TEST_CASE(takes_an_answer_that_comes_before_the_body_is_sent)
{
    raw_peer const peer(*this, [](tcp::socket& s, int) -> awaitable<void> {
        co_await raw_peer::read_header(s);
        co_await raw_peer::say(s, "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
        std::string waste(1 << 20, '\0');
        error_code ec;
        co_await asio::async_read(s, asio::buffer(waste), asio::redirect_error(asio::use_awaitable, ec));
    });
    http::request r("POST", peer.url());
    r.body.assign(64 << 20, 'x');
    auto const answer = send(std::move(r));
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->status == 413);
}

BOOST_AUTO_TEST_CASE(ends_at_its_deadline_and_says_where)
{
    raw_peer const peer(*this, [](tcp::socket& s, int) -> awaitable<void> {
        co_await raw_peer::read_header(s);
        co_await raw_peer::read_header(s);
    });
    auto const answer = get(peer.url(), 50ms);
    BOOST_TEST((answer.error().code == errc::deadline_exceeded));
    BOOST_TEST(answer.error().detail.find("waiting for the answer") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_stream_that_is_quiet_ends_at_its_deadline)
{
    raw_peer const peer(*this, [](tcp::socket& s, int) -> awaitable<void> {
        co_await raw_peer::read_header(s);
        co_await raw_peer::say(s, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        co_await raw_peer::read_header(s);
    });
    auto const stream = run(client.open(http::request("GET", peer.url()), in(5s)));
    BOOST_REQUIRE(stream);
    BOOST_TEST((*stream)->head().status == 200);
    BOOST_TEST(run((*stream)->read(in(5s))).value() == "one");
    BOOST_TEST((run((*stream)->read(in(30ms))).error().code == errc::deadline_exceeded));
    BOOST_TEST(!run((*stream)->read(in(30ms))));
}

BOOST_AUTO_TEST_CASE(tells_a_refused_connection_and_an_unknown_name)
{
    tcp::acceptor closed(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    auto const port = std::to_string(closed.local_endpoint().port());
    closed.close();
    auto const answer = get("http://127.0.0.1:" + port + "/");
    BOOST_TEST((answer.error().code == errc::connection_failed));
    BOOST_TEST((answer.error().code == condition::retryable));
    BOOST_TEST(answer.error().detail.find("127.0.0.1:" + port + ", connecting") != std::string::npos);
    auto const unknown = get("http://no-such-host.invalid/");
    BOOST_TEST(!unknown);
    BOOST_TEST(unknown.error().detail.find("no-such-host.invalid") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(localhost_needs_no_server_of_names)
{
    raw_peer const peer(*this, answers(empty_ok));
    auto const port = peer.url().substr(peer.url().rfind(':'));
    for (auto const* name : {"localhost", "LocalHost.", "some.name.localhost"})
        BOOST_TEST(get("http://" + std::string(name) + port).has_value(), name);
    BOOST_TEST(!get("http://notlocalhost" + port));
}

BOOST_AUTO_TEST_CASE(refuses_requests_that_cannot_be_sent)
{
    for (auto const* url :
         {"", "/x", "ftp://a/", "http://", "http://u:p@a/", "http://a:99999/", "http://a/\r\nX: y", "http://a b/"})
        BOOST_TEST((get(url).error().code == errc::invalid_argument), url);
    raw_peer const peer(*this, answers(empty_ok));
    http::request r("GET", peer.url());
    r.fields.add("X", "a\r\nHost: evil");
    BOOST_TEST((send(r).error().code == errc::invalid_argument));
    r.fields = {{"X: y\r\nZ", "a"}};
    BOOST_TEST((send(r).error().code == errc::invalid_argument));
    r.fields = {};
    r.method = "GET / HTTP/1.1\r\nX";
    BOOST_TEST((send(r).error().code == errc::invalid_argument));
    BOOST_TEST(peer.connections() == 0);
}

BOOST_AUTO_TEST_CASE(never_shows_a_credential_in_a_failure)
{
    http::request r("GET", "http://127.0.0.1:1/");
    r.fields.add("Authorization", "Bearer sesame\n");
    BOOST_TEST(send(r).error().message().find("sesame") == std::string::npos);
    BOOST_TEST(get("http://user:sesame@127.0.0.1/").error().message().find("sesame") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(cancelling_leaves_nothing_behind)
{
    asio::io_context alone{1};
    tcp::acceptor silent(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));  // the kernel accepts
    http::client c(alone.get_executor());
    asio::cancellation_signal signal;
    std::optional<failure> end;
    http::request r("GET", "http://127.0.0.1:" + std::to_string(silent.local_endpoint().port()) + "/");
    asio::co_spawn(alone, unwinding(c.send(std::move(r), in(1h))),
                   asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e, result<http::response> got) {
                       BOOST_TEST(!e);
                       end = got.error();
                   }));
    alone.run_for(50ms);
    BOOST_TEST(!end);
    signal.emit(asio::cancellation_type::terminal);
    alone.restart();
    alone.run_for(2s);
    BOOST_TEST(alone.stopped());  // no work: no timer of an hour, no read
    BOOST_REQUIRE(end);
    BOOST_TEST((end->code == asio::error::operation_aborted));
    tcp::socket s(context);
    silent.accept(s);
    char bytes[1024];
    error_code ec;
    while (!ec)
        s.read_some(asio::buffer(bytes), ec);
    BOOST_TEST((ec == asio::error::eof || ec == asio::error::connection_reset));
}

BOOST_AUTO_TEST_CASE(a_dropped_stream_closes_its_connection)
{
    bool closed = false;
    raw_peer const peer(*this, [&closed](tcp::socket& s, int) -> awaitable<void> {
        co_await raw_peer::read_header(s);
        co_await raw_peer::say(s, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        co_await raw_peer::read_header(s);
        closed = true;
    });
    {
        auto const stream = run(client.open(http::request("GET", peer.url()), in(5s)));
        BOOST_TEST(run((*stream)->read(in(5s))).value() == "one");
    }
    turn(50ms);
    BOOST_TEST(closed);
}

BOOST_AUTO_TEST_SUITE_END()
