#include "openssl.hpp"

#include <penstock/process/child.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <ostream>

using namespace penstock;
using namespace penstock::testing;
namespace data = boost::unit_test::data;

namespace {

authority const& ca()
{
    static authority const a;
    return a;
}

certificate self_signed()
{
    authority const own("127.0.0.1");
    auto const read = [&](char const* name) {
        std::ifstream in(own.directory() / name);
        return std::string(std::istreambuf_iterator<char>(in), {});
    };
    return {own.ca_pem, read("ca.key")};
}

struct fixture : real_loop
{
    static http::client_options trusting(std::string const& pem)
    {
        http::client_options o;
        o.tls.ca_pem = pem;
        return o;
    }
    result<http::response> get(http::client& c, std::string const& url)
    {
        return run(c.send(http::request("GET", url), in(10s)));
    }
    result<http::response> get(std::string const& url)
    {
        http::client c(context.get_executor(), trusting(ca().ca_pem));
        return get(c, url);
    }
};

struct bad_peer
{
    char const* what;
    certificate (*shown)();
    std::vector<std::string> options;
    std::vector<char const*> says;  ///< Which check failed, and what to do.
};

std::ostream& operator<<(std::ostream& out, bad_peer const& p)
{
    return out << p.what;
}

std::vector<bad_peer> const bad_peers{
    {"expired", [] { return ca().issue("IP:127.0.0.1", -1); }, {}, {"has expired", "renew it"}},
    {"wrong name",
     [] { return ca().issue("DNS:elsewhere.test,IP:192.0.2.1"); },
     {},
     {"another name than '127.0.0.1'", "elsewhere.test, 192.0.2.1", "set the server name"}},
    {"unknown authority",
     [] { return authority("somebody else").issue("IP:127.0.0.1"); },
     {},
     {"unknown authority", "add that authority"}},
    {"self-signed", self_signed, {}, {"is self-signed", "add it to the authorities"}},
    {"TLS 1.1 only",
     [] { return ca().issue("IP:127.0.0.1"); },
     {"-tls1_1", "-cipher", "ALL:@SECLEVEL=0"},
     {"does not speak TLS 1.2 or later", "update it"}},
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(tls_openssl, fixture)

BOOST_DATA_TEST_CASE(is_refused_and_the_message_says_why, data::make(bad_peers), p)
{
    openssl_server const server(ca().directory(), p.shown(), p.options);
    auto const answer = get(server.url());
    BOOST_REQUIRE(!answer);
    BOOST_TEST((answer.error().code == errc::tls_failed), answer.error().message());
    for (auto const* words : p.says)
        BOOST_TEST(answer.error().detail.find(words) != std::string::npos, answer.error().detail);
    BOOST_TEST(answer.error().detail.starts_with("127.0.0.1:"));
    BOOST_TEST_MESSAGE(answer.error().message());
}

BOOST_AUTO_TEST_CASE(a_good_one_is_accepted_in_both_versions)
{
    for (auto const* version : {"-tls1_2", "-tls1_3"}) {
        openssl_server const server(ca().directory(), ca().issue("IP:127.0.0.1,DNS:localhost"), {version});
        for (auto const* host : {"127.0.0.1", "localhost"}) {
            auto const answer = get(server.url(host));
            BOOST_REQUIRE_MESSAGE(answer, answer.error().message());
            BOOST_TEST(answer->status == 200);
            BOOST_TEST(answer->body.find(version[6] == '2' ? "TLSv1.2" : "TLSv1.3") != std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_server_sees_that_a_session_is_taken_up_again)
{
    for (auto const* version : {"-tls1_2", "-tls1_3"}) {
        openssl_server const server(ca().directory(), ca().issue("IP:127.0.0.1"), {version, "-no_ticket"});
        http::client client(context.get_executor(), trusting(ca().ca_pem));
        auto const first = get(client, server.url());
        BOOST_REQUIRE_MESSAGE(first, first.error().message());
        BOOST_TEST(counted(first->body, " server accepts that finished") == 1);
        BOOST_TEST(counted(first->body, " session cache hits") == 0);
        auto const second = get(client, server.url());
        BOOST_REQUIRE(second);
        BOOST_TEST(counted(second->body, " session cache hits") == 1, version);
        BOOST_TEST(second->body.find("Reused, TLSv1") != std::string::npos, version);
        BOOST_TEST(client.statistics().connections == 2U);
        BOOST_TEST(client.statistics().resumed == 1U);
        openssl_server const stateless(ca().directory(), ca().issue("IP:127.0.0.1"), {version});
        BOOST_REQUIRE(get(client, stateless.url()));
        BOOST_TEST(get(client, stateless.url()).value().body.find("Reused, TLSv1") != std::string::npos, version);
        BOOST_TEST(client.statistics().resumed == 2U);
    }
}

BOOST_AUTO_TEST_CASE(shows_its_certificate_to_a_peer_that_asks_for_it)
{
    auto const authorities = (ca().directory() / "ca.pem").string();
    for (auto const* version : {"-tls1_2", "-tls1_3"}) {
        openssl_server const server(ca().directory(), ca().issue("IP:127.0.0.1"),
                                    {version, "-Verify", "1", "-verify_return_error", "-CAfile", authorities});
        auto o = trusting(ca().ca_pem);
        http::client nobody(context.get_executor(), o);
        auto const refused = get(nobody, server.url());
        BOOST_REQUIRE(!refused);
        BOOST_TEST((refused.error().code == errc::tls_failed), refused.error().message());
        BOOST_TEST(refused.error().detail.find("the peer may ask for a client's certificate") != std::string::npos,
                   version << refused.error().detail);

        auto const stranger = authority("somebody else").issue("DNS:client");
        o.tls.certificate_pem = stranger.chain_pem;
        o.tls.private_key_pem = stranger.key();
        http::client strange(context.get_executor(), o);
        auto const unknown = get(strange, server.url());
        BOOST_REQUIRE(!unknown);
        BOOST_TEST((unknown.error().code == errc::tls_failed), unknown.error().message());
        BOOST_TEST(unknown.error().detail.find("does not accept the certificate") != std::string::npos,
                   version << unknown.error().detail);

        auto const ours = ca().issue("DNS:client.test");
        o.tls.certificate_pem = ours.chain_pem;
        o.tls.private_key_pem = ours.key();
        http::client known(context.get_executor(), o);
        auto const answer = get(known, server.url());
        BOOST_REQUIRE_MESSAGE(answer, answer.error().message());
        BOOST_TEST(answer->body.find("DNS:client.test") != std::string::npos, version);
    }
}

BOOST_AUTO_TEST_CASE(our_server_takes_the_sessions_of_openssl_up_again)
{
    auto const leaf = ca().issue("IP:127.0.0.1");
    http::server_options o;
    o.certificate_pem = leaf.chain_pem;
    o.private_key_pem = leaf.key();
    for (std::string const version : {"-tls1_2", "-tls1_3"}) {
        served s(hello, o);
        auto const at = "127.0.0.1:" + std::to_string(s.server.port());
        auto const session = (ca().directory() / ("session" + version)).string();
        for (std::string const& way : {"-sess_out " + session, "-sess_in " + session}) {
            auto const command =
                "printf 'GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n' | openssl s_client "
                "-quiet -connect "
                + at + ' ' + version + ' ' + way + " 2>/dev/null";
            auto const said = s.run(process::run(process::command({"sh", "-c", command}), "", in(10s)));
            BOOST_REQUIRE_MESSAGE(said, said.error().message());
            BOOST_TEST(said->find("hello /") != std::string::npos, *said);
        }
        BOOST_TEST(s.server.statistics().resumed == 1U, version);
    }
}

BOOST_AUTO_TEST_CASE(our_server_asks_openssl_for_a_certificate)
{
    auto const leaf = ca().issue("IP:127.0.0.1");
    http::server_options o;
    o.certificate_pem = leaf.chain_pem;
    o.private_key_pem = leaf.key();
    o.client_ca_pem = ca().ca_pem;
    auto const file = [](char const* name, certificate const& c) {
        auto path = (ca().directory() / name).string();
        std::ofstream(path) << c.chain_pem << c.key_pem;
        return path;
    };
    auto const known = file("known.pem", ca().issue("DNS:client"));
    auto const strange = file("strange.pem", authority("somebody else").issue("DNS:client"));
    served s(hello, o);
    auto const ask = [&](std::string const& options) {
        auto const command =
            "printf 'GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n' | openssl s_client "
            "-quiet -connect 127.0.0.1:"
            + std::to_string(s.server.port()) + ' ' + options + " 2>&1; true";
        return s.run(process::run(process::command({"sh", "-c", command}), "", in(10s))).value();
    };
    BOOST_TEST(ask("-cert " + known).find("hello /") != std::string::npos);
    BOOST_TEST(ask("").find("alert certificate required") != std::string::npos);
    BOOST_TEST(ask("-cert " + strange).find("alert unknown ca") != std::string::npos);
    BOOST_TEST(s.server.statistics().requests == 1U);
}

BOOST_AUTO_TEST_CASE(our_server_refuses_versions_before_1_2)
{
    auto const leaf = ca().issue("IP:127.0.0.1");
    http::server_options o;
    o.certificate_pem = leaf.chain_pem;
    o.private_key_pem = leaf.key();
    served s(hello, o);
    auto const command = "openssl s_client -connect 127.0.0.1:" + std::to_string(s.server.port())
                         + " -tls1_1 -cipher ALL:@SECLEVEL=0 </dev/null 2>&1; true";
    auto const said = s.run(process::run(process::command({"sh", "-c", command}), "", in(10s)));
    BOOST_REQUIRE(said);
    BOOST_TEST(said->find("alert protocol version") != std::string::npos, *said);
    BOOST_TEST(s.server.statistics().requests == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
