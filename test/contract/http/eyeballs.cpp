#include <penstock/http/client.hpp>

#include "raw_peer.hpp"

#include <filesystem>
#include <iterator>
#include <poll.h>
#include <vector>

using namespace penstock;
using namespace penstock::testing;

namespace {

/// Listens, but its queue is full: whoever connects waits, as for an address that nobody answers from.
class silent_address
{
public:
    silent_address(asio::io_context& context, std::string const& address, std::uint16_t port) : acceptor_(context)
    {
        tcp::endpoint const where(asio::ip::make_address(address), port);
        acceptor_.open(where.protocol());
        acceptor_.set_option(asio::socket_base::reuse_address(true));
        acceptor_.bind(where);
        acceptor_.listen(0);
        for (int i = 0; i < 8; ++i) {
            waiting_.emplace_back(context);
            waiting_.back().open(where.protocol());
            begin_to_connect(waiting_.back(), where);
        }
    }
    /// Those who are inside or wait before the door, as the kernel sees them.
    bool holds(asio::io_context& context) const
    {
        tcp::socket one(context);
        one.open(acceptor_.local_endpoint().protocol());
        begin_to_connect(one, acceptor_.local_endpoint());
        ::pollfd p{one.native_handle(), POLLOUT, 0};
        return ::poll(&p, 1, 100) == 0;
    }
private:
    static void begin_to_connect(tcp::socket& s, tcp::endpoint const& where)
    {
        s.native_non_blocking(true);
        static_cast<void>(::connect(s.native_handle(), where.data(), static_cast<::socklen_t>(where.size())));
    }

    tcp::acceptor acceptor_;
    std::vector<tcp::socket> waiting_;
};

bool has_version_6(asio::io_context& context)
{
    error_code ec;
    tcp::acceptor a(context);
    a.open(tcp::v6(), ec);
    if (!ec)
        a.bind(tcp::endpoint(asio::ip::address_v6::loopback(), 0), ec);
    return !ec;
}

std::ptrdiff_t open_files()
{
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator());
}

struct fixture : served
{
    result<http::response> get_from(std::vector<std::string> addresses, duration limit = 5s)
    {
        http::client_options o;
        o.hosts["host.test"] = std::move(addresses);
        client = http::client(context.get_executor(), o);
        return run(
            client.send(http::request("GET", "http://host.test:" + std::to_string(server.port()) + "/x"), in(limit)));
    }
    std::string const dead = has_version_6(context) ? "::1" : "127.0.0.2";
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_eyeballs_at_work, fixture)

BOOST_AUTO_TEST_CASE(goes_on_at_once_where_nobody_listens)
{
    auto const before = clock::steady::now();
    auto const answer = get_from({dead, "127.0.0.1"});
    BOOST_REQUIRE_MESSAGE(answer, answer.error().message());
    BOOST_TEST(answer->body == "hello /x");
    BOOST_TEST((clock::steady::now() - before < 2s));
    BOOST_TEST(client.statistics().connections == 1U);
}

BOOST_AUTO_TEST_CASE(does_not_wait_for_an_address_that_does_not_answer)
{
    silent_address const silent(context, dead, server.port());
    if (!silent.holds(context)) {
        BOOST_TEST_MESSAGE("skipped: this kernel lets connections in beyond the queue of a socket");
        return;
    }
    auto const files = open_files();
    auto const before = clock::steady::now();
    auto const answer = get_from({dead, "127.0.0.1"}, 20s);
    auto const spent = clock::steady::now() - before;
    BOOST_REQUIRE_MESSAGE(answer, answer.error().message());
    BOOST_TEST(answer->body == "hello /x");
    BOOST_TEST((spent >= 240ms));
    BOOST_TEST((spent < 5s));  // its half of the time would be ten seconds
    client.close_idle();
    turn(50ms);
    BOOST_TEST(open_files() == files);  // the loser is closed as well
}

BOOST_AUTO_TEST_CASE(tells_who_did_not_answer)
{
    silent_address const silent(context, "127.0.0.2", server.port());
    if (!silent.holds(context)) {
        BOOST_TEST_MESSAGE("skipped: this kernel lets connections in beyond the queue of a socket");
        return;
    }
    http::client_options o;
    o.connect_timeout = 300ms;
    o.hosts["host.test"] = {"127.0.0.3", "127.0.0.2"};
    client = http::client(context.get_executor(), o);
    auto const answer =
        run(client.send(http::request("GET", "http://host.test:" + std::to_string(server.port()) + "/x"), in(20s)));
    BOOST_REQUIRE(!answer);
    BOOST_TEST((answer.error().code == errc::deadline_exceeded));
    BOOST_TEST(answer.error().detail.find("no answer from 127.0.0.2; 127.0.0.3: ") != std::string::npos,
               answer.error().detail);
    o.hosts["host.test"] = std::vector<std::string>(9, "127.0.0.2");
    o.connect_timeout = 2s;
    client = http::client(context.get_executor(), o);
    auto const many =
        run(client.send(http::request("GET", "http://host.test:" + std::to_string(server.port()) + "/x"), in(20s)));
    BOOST_TEST(many.error().detail.find("127.0.0.2 and ") != std::string::npos, many.error().detail);
    BOOST_TEST(many.error().detail.ends_with(" more"), many.error().detail);
    BOOST_TEST(many.error().detail.find("no address") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(tells_what_was_wrong_when_none_can_be_reached)
{
    http::client_options o;
    o.hosts["host.test"] = {"127.0.0.2", "127.0.0.3"};
    client = http::client(context.get_executor(), o);
    tcp::acceptor closed(context, tcp::endpoint(asio::ip::address_v4::any(), 0));
    auto const port = closed.local_endpoint().port();
    closed.close();
    auto const answer =
        run(client.send(http::request("GET", "http://host.test:" + std::to_string(port) + "/"), in(5s)));
    BOOST_TEST((answer.error().code == errc::connection_failed));
    BOOST_TEST(answer.error().detail.find("127.0.0.3: ") != std::string::npos, answer.error().detail);
    o.hosts["host.test"] = {"elsewhere"};
    client = http::client(context.get_executor(), o);
    BOOST_TEST((run(client.send(http::request("GET", "http://host.test/"), in(5s))).error().code
                == errc::invalid_configuration));
}

BOOST_AUTO_TEST_SUITE_END()
