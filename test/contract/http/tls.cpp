#include <penstock/http/client.hpp>

#include "certificates.hpp"
#include "raw_peer.hpp"

using namespace penstock;
using namespace penstock::testing;

namespace {

http::server_options with(certificate const& c)
{
    http::server_options o;
    o.certificate_pem = c.chain_pem;
    o.private_key_pem = c.key();
    return o;
}

http::client_options trusting(std::string ca_pem)
{
    http::client_options o;
    o.tls.ca_pem = std::move(ca_pem);
    return o;
}

struct secure : served
{
    secure(http::handler h, http::server_options o, http::client_options c)
        : served(std::move(h), std::move(o), std::move(c))
    {}
    std::string url(std::string const& host = "127.0.0.1") const
    {
        return "https://" + host + ':' + std::to_string(server.port()) + "/x";
    }
    result<http::response> get(std::string const& host = "127.0.0.1") { return send(http::request("GET", url(host))); }
};

authority const& ca()
{
    static authority const a;
    return a;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_tls)

BOOST_AUTO_TEST_CASE(speaks_tls_and_reuses_the_connection)
{
    secure s(echo, with(ca().issue("IP:127.0.0.1")), trusting(ca().ca_pem));
    for (std::size_t const size : {0UL, 10UL, 200'000UL, 3'000'000UL}) {
        http::request r("POST", s.url());
        r.body.assign(size, 'x');
        auto const answer = s.send(std::move(r));
        BOOST_REQUIRE_MESSAGE(answer, answer.error().message());
        BOOST_TEST(answer->body.size() == size);
    }
    BOOST_TEST(s.client.statistics().connections == 1U);
}

BOOST_AUTO_TEST_CASE(sends_a_large_body_first_on_a_fresh_connection)
{
    // The server's tickets for sessions come while the body goes out; they are no answer.
    secure s(echo, with(ca().issue("IP:127.0.0.1")), trusting(ca().ca_pem));
    for (int i = 0; i < 3; ++i) {
        http::client fresh(s.context.get_executor(), trusting(ca().ca_pem));
        http::request r("POST", s.url());
        r.body.assign(1'000'000, 'x');
        auto const answer = s.run(fresh.send(std::move(r), in(10s)));
        BOOST_REQUIRE_MESSAGE(answer, answer.error().message());
        BOOST_TEST(answer->body.size() == 1'000'000U);
    }
}

BOOST_AUTO_TEST_CASE(gets_an_answer_that_comes_before_the_whole_body_went_out)
{
    secure s(hello, with(ca().issue("IP:127.0.0.1")), trusting(ca().ca_pem));
    for (std::size_t const size : {20'000'000UL, 30'000'000UL}) {
        http::request r("POST", s.url());
        r.body.assign(size, 'x');
        auto const answer = s.send(std::move(r));
        BOOST_REQUIRE_MESSAGE(answer, answer.error().message());
        BOOST_TEST(answer->status == (size < 25'000'000 ? 200 : 413));
    }
    BOOST_TEST(s.server.statistics().bytes_read < 2'000'000U);
}

BOOST_AUTO_TEST_CASE(takes_a_session_up_again)
{
    secure s(hello, with(ca().issue("IP:127.0.0.1")), trusting(ca().ca_pem));
    BOOST_REQUIRE(s.get());
    s.client.close_idle();
    BOOST_REQUIRE(s.get());
    BOOST_TEST(s.client.statistics().connections == 2U);
    BOOST_TEST(s.client.statistics().resumed == 1U);
}

BOOST_AUTO_TEST_CASE(verifies_names)
{
    secure s(hello, with(ca().issue("DNS:localhost")), trusting(ca().ca_pem));
    BOOST_TEST(s.get("localhost").value().status == 200);  // found without a file of hosts or a server of names
    auto const wrong = s.get("127.0.0.1");
    BOOST_REQUIRE(!wrong);
    BOOST_TEST((wrong.error().code == errc::tls_failed));
    BOOST_TEST(wrong.error().detail.find("another name than '127.0.0.1'") != std::string::npos, wrong.error().detail);
    http::client_options o = trusting(ca().ca_pem);
    o.tls.server_name = "localhost";
    s.client = http::client(s.context.get_executor(), o);
    BOOST_TEST(s.get("127.0.0.1").value().status == 200);
}

BOOST_AUTO_TEST_CASE(refuses_every_certificate_for_a_name_that_none_can_carry)
{
    secure s(hello, with(ca().issue("IP:127.0.0.1")), trusting(ca().ca_pem));
    for (auto const& name : {std::string("fe80::1%eth0"), std::string(300, 'x')}) {
        auto o = trusting(ca().ca_pem);
        o.tls.server_name = name;
        s.client = http::client(s.context.get_executor(), o);
        auto const answer = s.get();
        BOOST_REQUIRE_MESSAGE(!answer, name);
        BOOST_TEST((answer.error().code == errc::tls_failed));
        BOOST_TEST(answer.error().detail.find("no certificate can be for '" + name.substr(0, 12)) != std::string::npos,
                   answer.error().detail);
    }
}

BOOST_AUTO_TEST_CASE(refuses_an_expired_certificate)
{
    secure s(hello, with(ca().issue("IP:127.0.0.1", -1)), trusting(ca().ca_pem));
    auto const answer = s.get();
    BOOST_REQUIRE(!answer);
    BOOST_TEST((answer.error().code == errc::tls_failed));
    BOOST_TEST(answer.error().detail.find("has expired") != std::string::npos, answer.error().detail);
    BOOST_TEST(answer.error().detail.find("127.0.0.1:") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(refuses_an_unknown_authority)
{
    authority const other("somebody else");
    secure s(hello, with(other.issue("IP:127.0.0.1")), trusting(ca().ca_pem));
    auto const answer = s.get();
    BOOST_REQUIRE(!answer);
    BOOST_TEST((answer.error().code == errc::tls_failed));
    BOOST_TEST(answer.error().detail.find("unknown authority") != std::string::npos, answer.error().detail);
    secure t(hello, with(other.issue("IP:127.0.0.1")), {});  // the system's authorities do not know it either
    BOOST_TEST(t.get().error().detail.find("unknown authority") != std::string::npos);
    BOOST_TEST((answer.error().code != condition::retryable));
}

BOOST_AUTO_TEST_CASE(trusts_anybody_only_when_it_is_told_so_by_name)
{
    authority const other;
    http::client_options o = trusting(ca().ca_pem);
    o.tls.insecure_skip_verify = true;
    secure s(hello, with(other.issue("DNS:nobody", -1)), o);
    BOOST_TEST(s.get().value().status == 200);
}

BOOST_AUTO_TEST_CASE(says_that_the_peer_does_not_speak_tls)
{
    real_loop loop;
    raw_peer const peer(loop, [](tcp::socket& s, int) -> awaitable<void> {
        co_await raw_peer::say(s, "HTTP/1.1 400 Bad Request\r\n\r\n");
        co_await raw_peer::read_header(s);
    });
    http::client client(loop.context.get_executor(), trusting(ca().ca_pem));
    http::request r("GET", "https://127.0.0.1:" + std::to_string(peer.port()) + "/");
    auto const answer = loop.run(client.send(std::move(r), in(5s)));
    BOOST_TEST((answer.error().code == errc::tls_failed));
    BOOST_TEST(answer.error().detail.find("does not speak TLS") != std::string::npos, answer.error().detail);
}

BOOST_AUTO_TEST_CASE(shows_and_asks_for_client_certificates)
{
    auto options = with(ca().issue("IP:127.0.0.1"));
    options.client_ca_pem = ca().ca_pem;
    auto const ours = ca().issue("DNS:client");
    auto o = trusting(ca().ca_pem);
    o.tls.certificate_pem = ours.chain_pem;
    o.tls.private_key_pem = ours.key();
    secure s(hello, options, o);
    auto const answer = s.get();
    BOOST_REQUIRE_MESSAGE(answer, answer.error().message());
    secure t(hello, options, trusting(ca().ca_pem));
    auto const refused = t.get();
    BOOST_REQUIRE(!refused);
    BOOST_TEST((refused.error().code == errc::tls_failed), refused.error().message());
}

BOOST_AUTO_TEST_CASE(says_which_pem_cannot_be_read)
{
    secure s(hello, with(ca().issue("IP:127.0.0.1")), trusting("not a PEM"));
    BOOST_TEST((s.get().error().code == errc::invalid_configuration));
    http::server_options broken = on_loopback();
    broken.certificate_pem = "nonsense";
    http::server server(s.context.get_executor(), broken, hello);
    BOOST_TEST((server.listen().error().code == errc::invalid_configuration));
}

BOOST_AUTO_TEST_CASE(a_tls_client_that_never_shakes_hands_is_shed)
{
    auto options = with(ca().issue("IP:127.0.0.1"));
    options.header_timeout = 50ms;
    secure s(hello, options, trusting(ca().ca_pem));
    tcp::socket silent(s.context);
    silent.connect(tcp::endpoint(asio::ip::address_v4::loopback(), s.server.port()));
    s.turn(20ms);
    BOOST_TEST(s.server.statistics().connections == 1U);
    s.turn(100ms);
    BOOST_TEST(s.server.statistics().connections == 0U);
}

BOOST_AUTO_TEST_CASE(a_body_cut_off_without_goodbye_is_truncated)
{
    // An attacker who can end a TCP connection must not be able to shorten a body that runs until the end.
    secure s(
        [](http::exchange& x) -> awaitable<void> {
            http::response head(200);
            co_await x.start(std::move(head));
            co_await x.write("half");
        },
        with(ca().issue("IP:127.0.0.1")), trusting(ca().ca_pem));
    BOOST_TEST((s.get().error().code == errc::truncated));
}

BOOST_AUTO_TEST_SUITE_END()
