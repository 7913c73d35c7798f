#include <penstock/http/client.hpp>

#include "certificates.hpp"
#include "raw_peer.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <ostream>

using namespace penstock;
using namespace penstock::testing;

namespace {

using tls_stream = asio::ssl::stream<tcp::socket&>;

authority const& ca()
{
    static authority const a;
    return a;
}

enum class after_start
{
    silent,   ///< Not a byte more.
    dripping  ///< A byte each 50 ms, for ever.
};

/// How an answer gets stuck.
struct stall
{
    char const* name;
    std::string start;       ///< Said at once.
    std::string drop;        ///< Said again and again, when dripping.
    after_start then;
    std::size_t body_bytes;  ///< Of the body in `start`.
};

std::ostream& operator<<(std::ostream& os, stall const& s)
{
    return os << s.name;
}

std::vector<stall> const stalls{
    {"a header that stops", "HTTP/1.1 200 OK\r\nX-Half", "", after_start::silent, 0},
    {"a header that drips", "HTTP/1.1 200 OK\r\nX-Half: ", "x", after_start::dripping, 0},
    {"a body that stops", "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nhalf", "", after_start::silent, 4},
    {"a body that drips", "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nhalf", "x", after_start::dripping, 4},
    {"a chunk that stops", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\nhalf", "", after_start::silent,
     4},
    {"chunks that drip", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", "1\r\nx\r\n",
     after_start::dripping, 4},
    {"a body without a length that drips", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf", "x",
     after_start::dripping, 4},
};

std::vector<stall> const bodies{stalls.begin() + 2, stalls.end()};

/// A peer whose first connection gets stuck, and whose others answer with an empty 200.
class stalling_peer
{
public:
    stalling_peer(real_loop& loop, stall const& how, bool secure)
        : tls_(asio::ssl::context::tls_server), how_(how), secure_(secure),
          peer_(loop, [this](tcp::socket& s, int number) { return talk(s, number); })
    {
        if (!secure)
            return;
        static certificate const issued = ca().issue("IP:127.0.0.1");
        tls_.use_certificate_chain(asio::buffer(issued.chain_pem));
        tls_.use_private_key(asio::buffer(issued.key_pem), asio::ssl::context::pem);
    }

    std::string url() const
    {
        return (secure_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(peer_.port()) + "/";
    }
    int connections() const noexcept { return peer_.connections(); }
    /// Whether the client has hung up on the connection that is stuck.
    bool left() const noexcept { return left_; }
private:
    awaitable<void> talk(tcp::socket& s, int number)
    {
        if (!secure_) {
            co_await answer(s, number);
            co_return;
        }
        tls_stream line(s, tls_);
        error_code ec;
        co_await line.async_handshake(asio::ssl::stream_base::server, asio::redirect_error(asio::use_awaitable, ec));
        if (!ec)
            co_await answer(line, number);
    }

    template <class Stream>
    awaitable<void> answer(Stream& line, int number)
    {
        std::string got;
        error_code ec;
        co_await asio::async_read_until(line, asio::dynamic_buffer(got), "\r\n\r\n",
                                        asio::redirect_error(asio::use_awaitable, ec));
        std::string words = number == 1 ? how_.start : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        clock::steady clock;
        while (!ec) {
            co_await asio::async_write(line, asio::buffer(words), asio::redirect_error(asio::use_awaitable, ec));
            if (number != 1 || how_.then == after_start::silent)
                break;
            if (!ec)
                ec = co_await clock.sleep_until(in(50ms));
            words = how_.drop;
        }
        if (!ec)
            co_await asio::async_read_until(line, asio::dynamic_buffer(got), "never said",
                                            asio::redirect_error(asio::use_awaitable, ec));
        left_ = left_ || (number == 1 && ec && ec != asio::error::operation_aborted);
    }

    asio::ssl::context tls_;
    stall how_;
    bool secure_;
    bool left_ = false;
    raw_peer peer_;
};

struct fixture : real_loop
{
    http::client client = trusting();

    http::client trusting()
    {
        http::client_options o;
        o.tls.ca_pem = ca().ca_pem;
        return http::client(context.get_executor(), o);
    }

    /// The next request is on a connection of its own, and the one that is stuck is closed.
    void is_not_used_again(stalling_peer const& peer)
    {
        auto const next = run(client.send(http::request("GET", peer.url()), in(5s)));
        BOOST_TEST(next.value().status == 200);
        BOOST_TEST(client.statistics().reused == 0U);
        BOOST_TEST(peer.connections() == 2);
        for (int i = 0; i < 1000 && !peer.left(); ++i)
            turn(2ms);
        BOOST_TEST(peer.left());
    }
};

constexpr duration limit = 100ms;
constexpr duration wide = 2s;  // above a deadline: far above a busy machine, far below a drip of thousands of bytes

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_stalls, fixture)

BOOST_DATA_TEST_CASE(a_request_ends_at_its_deadline_while_its_answer_is_stuck,
                     boost::unit_test::data::make(stalls) * boost::unit_test::data::make({false, true}), how, secure)
{
    stalling_peer const peer(*this, how, secure);
    auto const start = clock::steady::now();
    auto const answer = run(client.send(http::request("GET", peer.url()), in(limit)));
    auto const took = clock::steady::now() - start;
    BOOST_REQUIRE(!answer);
    BOOST_TEST((answer.error().code == errc::deadline_exceeded), answer.error().message());
    BOOST_TEST(answer.error().detail.find("127.0.0.1:") != std::string::npos, answer.error().detail);
    BOOST_TEST((took >= limit && took < wide));
    is_not_used_again(peer);
}

BOOST_DATA_TEST_CASE(a_stream_ends_at_its_deadline_while_its_answer_is_stuck,
                     boost::unit_test::data::make(bodies) * boost::unit_test::data::make({false, true}), how, secure)
{
    stalling_peer const peer(*this, how, secure);
    auto const start = clock::steady::now();
    std::size_t bytes = 0;
    failure end;
    auto const deadline = in(limit);
    if (auto const stream = run(client.open(http::request("GET", peer.url()), deadline)); !stream) {
        end = stream.error();
    } else {
        while (!end.code) {
            auto const piece = run((*stream)->read(deadline));
            BOOST_REQUIRE((!piece || !piece->empty()));  // never taken for its end
            if (piece)
                bytes += piece->size();
            else
                end = piece.error();
        }
    }
    auto const took = clock::steady::now() - start;
    BOOST_TEST((end.code == errc::deadline_exceeded), end.message());
    BOOST_TEST(bytes >= how.body_bytes);
    BOOST_TEST((took >= limit && took < wide));
    is_not_used_again(peer);
}

BOOST_AUTO_TEST_SUITE_END()
