#include <penstock/http/server.hpp>

#include "certificates.hpp"
#include "served.hpp"

#include <boost/asio/local/stream_protocol.hpp>

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

using namespace penstock;
using namespace penstock::testing;

namespace {

awaitable<void> tell_peer(http::exchange& x)
{
    http::response answer(200, "text/plain", std::string(x.peer()) + ' ' + std::string(x.head().fields["Host"]));
    co_await x.respond(answer);
}

struct fixture : real_loop
{
    fixture()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "penstock-unix-XXXXXX").string();
        BOOST_REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path = pattern + "/s";
    }
    ~fixture()
    {
        stop_all();
        std::error_code ignored;
        std::filesystem::remove_all(std::filesystem::path(path).parent_path(), ignored);
    }

    http::server_options options() const
    {
        http::server_options o;
        o.address = "unix:" + path;
        return o;
    }

    result<http::response> get(http::client_options o = {}, std::string const& url = "http://anything.test/x")
    {
        o.endpoint = "unix:" + path;
        http::client client(context.get_executor(), o);
        auto answer = run(client.send(http::request("GET", url), in(5s)));
        if (answer)
            answer = run(client.send(http::request("GET", url), in(5s)));
        connections = client.statistics().connections;
        return answer;
    }

    unsigned mode() const
    {
        struct ::stat s = {};
        return ::lstat(path.c_str(), &s) == 0 ? s.st_mode & 07777U : 0;
    }

    std::string path;
    std::uint64_t connections = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_unix_sockets, fixture)

BOOST_AUTO_TEST_CASE(serves_and_asks_through_a_path)
{
    auto o = options();
    o.unix_mode = 0600;
    http::server server(context.get_executor(), o, tell_peer);
    BOOST_TEST(server.listen().value() == 0);
    BOOST_TEST(mode() == 0600U);
    attach(server.run());
    auto const answer = get();
    BOOST_REQUIRE_MESSAGE(answer, answer.error().message());
    BOOST_TEST(answer->body == "unix: anything.test");
    BOOST_TEST(connections == 1U);
    server.stop_accepting();
    BOOST_TEST(!std::filesystem::exists(path));
    auto const gone = get();
    BOOST_TEST((gone.error().code == errc::connection_failed));
    BOOST_TEST(gone.error().detail.find(path) != std::string::npos, gone.error().detail);
    stop_all();
}

BOOST_AUTO_TEST_CASE(speaks_tls_through_it_and_verifies_the_name)
{
    authority const ca;
    auto const leaf = ca.issue("DNS:anything.test");
    auto o = options();
    o.certificate_pem = leaf.chain_pem;
    o.private_key_pem = leaf.key();
    http::server server(context.get_executor(), o, tell_peer);
    BOOST_REQUIRE(server.listen());
    attach(server.run());
    http::client_options c;
    c.tls.ca_pem = ca.ca_pem;
    BOOST_TEST(get(c, "https://anything.test/x").value().status == 200);
    BOOST_TEST((get(c, "https://other.test/x").error().code == errc::tls_failed));
    stop_all();
}

BOOST_AUTO_TEST_CASE(a_proxy_in_front_may_be_trusted)
{
    auto o = options();
    o.trusted_proxies = {"unix:"};
    http::server server(context.get_executor(), o, tell_peer);
    BOOST_REQUIRE(server.listen());
    attach(server.run());
    http::client_options c;
    c.endpoint = "unix:" + path;
    http::client client(context.get_executor(), c);
    http::request r("GET", "http://a/");
    r.fields.add("X-Forwarded-For", "9.9.9.9, 1.2.3.4");
    BOOST_TEST(run(client.send(r, in(5s))).value().body == "1.2.3.4 a");
    stop_all();
}

BOOST_AUTO_TEST_CASE(replaces_a_socket_that_nobody_listens_on_and_nothing_else)
{
    {
        asio::local::stream_protocol::acceptor stale(context, asio::local::stream_protocol::endpoint(path));
    }
    BOOST_REQUIRE(std::filesystem::exists(path));
    http::server first(context.get_executor(), options(), tell_peer);
    BOOST_REQUIRE(first.listen());
    http::server second(context.get_executor(), options(), tell_peer);
    auto const refused = second.listen();
    BOOST_REQUIRE(!refused);
    BOOST_TEST((refused.error().code == errc::invalid_configuration));
    BOOST_TEST(refused.error().detail.find("somebody listens") != std::string::npos, refused.error().detail);
    BOOST_TEST(std::filesystem::exists(path));
    first.stop_accepting();
    std::ofstream(path) << "a file";
    BOOST_TEST(!second.listen());
    BOOST_TEST(std::filesystem::file_size(path) == 6U);
}

BOOST_AUTO_TEST_CASE(does_not_take_away_what_somebody_else_has_put_there)
{
    http::server server(context.get_executor(), options(), tell_peer);
    BOOST_REQUIRE(server.listen());
    std::filesystem::rename(path, path + ".old");
    std::ofstream(path) << "a file";
    server.stop_accepting();
    BOOST_TEST(std::filesystem::exists(path));
}

BOOST_AUTO_TEST_CASE(says_which_path_cannot_be_used)
{
    for (std::string const& address :
         {std::string("unix:"), "unix:/" + std::string(200, 'x'), std::string("unix:/no/such/directory/s")}) {
        auto o = options();
        o.address = address;
        http::server server(context.get_executor(), o, tell_peer);
        auto const listening = server.listen();
        BOOST_REQUIRE(!listening);
        BOOST_TEST((listening.error().code == errc::invalid_configuration));
        BOOST_TEST(listening.error().detail.find(address) != std::string::npos, listening.error().detail);
    }
    http::client_options o;
    o.endpoint = "/run/s";
    http::client client(context.get_executor(), o);
    BOOST_TEST(
        (run(client.send(http::request("GET", "http://a/"), in(5s))).error().code == errc::invalid_configuration));
}

BOOST_AUTO_TEST_SUITE_END()
