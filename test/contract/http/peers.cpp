#include <penstock/http/server.hpp>

#include "certificates.hpp"
#include "served.hpp"

#include <boost/asio/ssl/stream.hpp>

using namespace penstock;
using namespace penstock::testing;
using namespace std::string_literals;

namespace {

awaitable<void> tell_peer(http::exchange& x)
{
    http::response answer(200, "text/plain", "peer=" + std::string(x.peer()));
    co_await x.respond(answer);
}

http::server_options with_proxies(std::vector<std::string> proxies, std::vector<std::string> balancers = {})
{
    http::server_options o;
    o.trusted_proxies = std::move(proxies);
    o.proxy_protocol_from = std::move(balancers);
    return o;
}

std::string const get = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
std::string const line = "PROXY TCP4 1.2.3.4 10.0.0.1 4096 443\r\n";
std::string const binary = "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x01\x02\x03\x04\x0a\0\0\x01\x10\0\x01\xbb"s;

}  // namespace

BOOST_AUTO_TEST_SUITE(http_peers)

BOOST_AUTO_TEST_CASE(believes_a_trusted_proxy_and_nobody_else)
{
    auto const ask = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 9.9.9.9, 1.2.3.4\r\nForwarded: for=5.6.7.8\r\n"
                     "Connection: close\r\n\r\n"s;
    BOOST_TEST(served(tell_peer).talk(ask).ends_with("peer=127.0.0.1"));
    BOOST_TEST(served(tell_peer, with_proxies({"10.0.0.0/8"})).talk(ask).ends_with("peer=127.0.0.1"));
    BOOST_TEST(served(tell_peer, with_proxies({"127.0.0.0/8"})).talk(ask).ends_with("peer=1.2.3.4"));
    auto o = with_proxies({"127.0.0.1"});
    o.forwarded = http::forwarded_header::forwarded;
    BOOST_TEST(served(tell_peer, o).talk(ask).ends_with("peer=5.6.7.8"));
}

BOOST_AUTO_TEST_CASE(a_client_is_found_for_each_request_of_a_connection)
{
    served s(tell_peer, with_proxies({"127.0.0.1"}));
    auto const said = s.talk("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n"
                             "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 5.6.7.8\r\n\r\n"
                             + get);
    auto const one = said.find("peer=1.2.3.4");
    auto const two = said.find("peer=5.6.7.8");
    BOOST_TEST(one < two);
    BOOST_TEST(two != std::string::npos);
    BOOST_TEST(said.ends_with("peer=127.0.0.1"));
}

BOOST_AUTO_TEST_CASE(takes_the_proxy_protocol_from_a_balancer)
{
    for (auto const& header : {line, binary}) {
        served s(tell_peer, with_proxies({}, {"127.0.0.1"}));
        BOOST_TEST(s.talk(header + get).ends_with("peer=1.2.3.4"));
    }
    served s(tell_peer, with_proxies({"1.2.3.4"}, {"127.0.0.1"}));
    auto const both =
        s.talk(line + "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 5.6.7.8\r\nConnection: close\r\n\r\n");
    BOOST_TEST(both.ends_with("peer=5.6.7.8"));
    BOOST_TEST(s.talk("PROXY UNKNOWN\r\n" + get).ends_with("peer=127.0.0.1"));
}

BOOST_AUTO_TEST_CASE(refuses_a_balancer_that_does_not_say_for_whom)
{
    served s(tell_peer, with_proxies({}, {"127.0.0.0/8"}));
    for (auto const& words : {get, "PROXY TCP4 1.2.3.4\r\n" + get, "PROXY " + std::string(200, 'x')}) {
        auto const said = s.talk(words);
        BOOST_TEST(said.starts_with("HTTP/1.1 400"));
        BOOST_TEST(said.find("PROXY protocol is missing") != std::string::npos);
        BOOST_TEST(said.find("peer=") == std::string::npos);
    }
    BOOST_TEST(s.server.statistics().requests == 0U);
}

BOOST_AUTO_TEST_CASE(refuses_the_proxy_protocol_from_anybody_else)
{
    for (auto const& balancers : {std::vector<std::string>(), std::vector<std::string>{"10.0.0.0/8"}})
        for (auto const& header : {line, binary}) {
            served s(tell_peer, with_proxies({}, balancers));
            auto const said = s.talk(header + get);
            BOOST_TEST(said.starts_with("HTTP/1.1 400"));
            BOOST_TEST(said.find("PROXY protocol is not expected") != std::string::npos, said);
            BOOST_TEST(said.find("peer=") == std::string::npos);
        }
}

BOOST_AUTO_TEST_CASE(a_balancer_that_says_nothing_is_shed)
{
    auto o = with_proxies({}, {"127.0.0.1"});
    o.header_timeout = 50ms;
    served s(tell_peer, o);
    BOOST_TEST(s.talk("PROXY TCP4").empty());
    BOOST_TEST(s.server.statistics().timed_out == 1U);
    BOOST_TEST(s.server.statistics().connections == 0U);
}

BOOST_AUTO_TEST_CASE(tls_begins_behind_the_header_of_a_balancer)
{
    authority const ca;
    auto const leaf = ca.issue("IP:127.0.0.1");
    auto o = with_proxies({}, {"127.0.0.1"});
    o.certificate_pem = leaf.chain_pem;
    o.private_key_pem = leaf.key();
    served s(tell_peer, o);
    auto const ask = [&]() -> awaitable<std::string> {
        asio::ssl::context context(asio::ssl::context::tls_client);
        asio::ssl::stream<tcp::socket> stream(co_await asio::this_coro::executor, context);
        error_code ec;
        co_await stream.next_layer().async_connect(tcp::endpoint(asio::ip::address_v4::loopback(), s.server.port()),
                                                   asio::redirect_error(asio::use_awaitable, ec));
        co_await asio::async_write(stream.next_layer(), asio::buffer(binary),
                                   asio::redirect_error(asio::use_awaitable, ec));
        co_await stream.async_handshake(asio::ssl::stream_base::client, asio::redirect_error(asio::use_awaitable, ec));
        co_await asio::async_write(stream, asio::buffer(get), asio::redirect_error(asio::use_awaitable, ec));
        std::string all;
        co_await asio::async_read(stream, asio::dynamic_buffer(all), asio::redirect_error(asio::use_awaitable, ec));
        co_return all;
    };
    BOOST_TEST(s.run(ask()).ends_with("peer=1.2.3.4"));
}

BOOST_AUTO_TEST_CASE(says_which_list_cannot_be_read)
{
    real_loop loop;
    for (auto const& o : {with_proxies({"10.0.0.0/8", "example.org"}), with_proxies({}, {"example.org"})}) {
        http::server server(loop.context.get_executor(), on_loopback(o), tell_peer);
        auto const listening = server.listen();
        BOOST_REQUIRE(!listening);
        BOOST_TEST((listening.error().code == errc::invalid_configuration));
        BOOST_TEST(listening.error().detail.find("'example.org'") != std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()
