#include <penstock/http/client.hpp>

#include "certificates.hpp"
#include "raw_peer.hpp"

using namespace penstock;
using namespace penstock::testing;

namespace {

/// Takes CONNECT and carries bytes both ways; remembers the headers it was shown.
class tunnel
{
public:
    explicit tunnel(real_loop& loop, std::string refusal = "")
        : peer(loop, [this, refusal](tcp::socket& s, int) -> awaitable<void> {
              header = co_await raw_peer::read_header(s);
              if (!refusal.empty()) {
                  co_await raw_peer::say(s, refusal);
                  co_return;
              }
              auto const colon = header.find(':');
              auto const port = static_cast<std::uint16_t>(std::stoi(header.substr(colon + 1)));
              auto const near = std::make_shared<tcp::socket>(std::move(s));
              auto const far = std::make_shared<tcp::socket>(near->get_executor());
              error_code ec;
              co_await far->async_connect(tcp::endpoint(asio::ip::address_v4::loopback(), port),
                                          asio::redirect_error(asio::use_awaitable, ec));
              co_await raw_peer::say(*near, "HTTP/1.1 200 Connection established\r\n\r\n");
              auto there = carry(near, far);
              asio::co_spawn(near->get_executor(), carry(far, near), asio::detached);
              co_await std::move(there);
          })
    {}
    std::string header;
    raw_peer peer;
private:
    static awaitable<void> carry(std::shared_ptr<tcp::socket> from, std::shared_ptr<tcp::socket> to)
    {
        std::string bytes(16384, '\0');
        error_code ec;
        while (!ec) {
            auto const n =
                co_await from->async_read_some(asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, ec));
            if (!ec)
                co_await asio::async_write(*to, asio::buffer(bytes.data(), n),
                                           asio::redirect_error(asio::use_awaitable, ec));
        }
        error_code ignored;
        to->shutdown(tcp::socket::shutdown_both, ignored);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(http_proxies)

BOOST_AUTO_TEST_CASE(https_goes_through_a_tunnel_and_is_verified_end_to_end)
{
    authority const ca;
    auto const leaf = ca.issue("DNS:far.test");
    http::server_options so;
    so.certificate_pem = leaf.chain_pem;
    so.private_key_pem = leaf.key();
    served s(hello, so);
    auto const t = std::make_unique<tunnel>(s);
    http::client_options o;
    o.tls.ca_pem = ca.ca_pem;
    o.https_proxy = "http://joe:p%40ss@127.0.0.1:" + std::to_string(t->peer.port());
    http::client client(s.context.get_executor(), o);
    auto const url = "https://far.test:" + std::to_string(s.server.port()) + "/x";
    auto const answer = s.run(client.send(http::request("GET", url), in(5s)));
    BOOST_REQUIRE_MESSAGE(answer, answer.error().message());
    BOOST_TEST(answer->body == "hello /x");
    BOOST_TEST(t->header.starts_with("CONNECT far.test:" + std::to_string(s.server.port()) + " HTTP/1.1\r\n"));
    BOOST_TEST(t->header.find("Proxy-Authorization: Basic am9lOnBAc3M=\r\n") != std::string::npos);
    BOOST_REQUIRE(s.run(client.send(http::request("GET", url), in(5s))));
    BOOST_TEST(client.statistics().connections == 1U);
    client.close_idle();
    s.turn(50ms);
}

BOOST_AUTO_TEST_CASE(a_tunnel_that_is_refused_says_so)
{
    real_loop loop;
    auto const t =
        std::make_unique<tunnel>(loop, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    http::client_options o;
    o.https_proxy = "127.0.0.1:" + std::to_string(t->peer.port());
    http::client client(loop.context.get_executor(), o);
    auto const answer = loop.run(client.send(http::request("GET", "https://far.test/"), in(5s)));
    BOOST_TEST((answer.error().code == errc::connection_failed));
    BOOST_TEST(answer.error().detail.find("status 407") != std::string::npos, answer.error().detail);
}

BOOST_AUTO_TEST_CASE(http_asks_the_proxy_with_the_whole_url)
{
    real_loop loop;
    auto const t = std::make_unique<tunnel>(loop, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    http::client_options o;
    o.http_proxy = "http://127.0.0.1:" + std::to_string(t->peer.port());
    o.no_proxy = "direct.test";
    http::client client(loop.context.get_executor(), o);
    auto const answer = loop.run(client.send(http::request("GET", "http://far.test/a?b"), in(5s)));
    BOOST_TEST(answer.value().body == "ok");
    BOOST_TEST(t->header.starts_with("GET http://far.test/a?b HTTP/1.1\r\nHost: far.test\r\n"));
    t->header.clear();
    served s;
    auto const direct = loop.run(client.send(http::request("GET", "http://127.0.0.1:1/"), in(5s)));
    BOOST_TEST(!direct);
    BOOST_TEST(t->header.empty());
}

BOOST_AUTO_TEST_CASE(a_proxy_that_cannot_be_used_is_a_mistake_in_the_configuration)
{
    real_loop loop;
    for (auto const* proxy : {"https://proxy:1", "socks5://proxy:1", "http://"}) {
        http::client_options o;
        o.http_proxy = proxy;
        http::client client(loop.context.get_executor(), o);
        auto const answer = loop.run(client.send(http::request("GET", "http://far.test/"), in(5s)));
        BOOST_TEST((answer.error().code == errc::invalid_configuration), proxy);
    }
}

BOOST_AUTO_TEST_SUITE_END()
