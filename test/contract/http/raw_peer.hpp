#ifndef PENSTOCK_TEST_CONTRACT_HTTP_RAW_PEER_HPP
#define PENSTOCK_TEST_CONTRACT_HTTP_RAW_PEER_HPP
#include "served.hpp"

#include <boost/asio/read_until.hpp>

#include <functional>

namespace penstock::testing {

/// A peer that does byte for byte what the test says. `talk` is called for each connection, with its number.
class raw_peer
{
public:
    using conversation = std::function<awaitable<void>(tcp::socket&, int)>;

    raw_peer(real_loop& loop, conversation talk)
        : loop_(loop), acceptor_(loop.context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
          talk_(std::move(talk))
    {
        loop_.attach(accept());
    }
    ~raw_peer()
    {
        error_code ec;
        acceptor_.close(ec);
        loop_.stop_all();
    }

    std::string url(std::string const& target = "/") const
    {
        return "http://127.0.0.1:" + std::to_string(port()) + target;
    }
    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    int connections() const noexcept { return connections_; }

    /// Reads up to the end of a header.
    static awaitable<std::string> read_header(tcp::socket& s)
    {
        std::string got;
        error_code ec;
        co_await asio::async_read_until(s, asio::dynamic_buffer(got), "\r\n\r\n",
                                        asio::redirect_error(asio::use_awaitable, ec));
        co_return got;
    }
    static awaitable<void> say(tcp::socket& s, std::string words)
    {
        error_code ec;
        co_await asio::async_write(s, asio::buffer(words), asio::redirect_error(asio::use_awaitable, ec));
    }
private:
    awaitable<void> accept()
    {
        while (acceptor_.is_open()) {
            tcp::socket s(loop_.context);
            error_code ec;
            co_await acceptor_.async_accept(s, asio::redirect_error(asio::use_awaitable, ec));
            if (ec)
                co_return;
            loop_.attach(converse(std::move(s), ++connections_));
        }
    }
    awaitable<void> converse(tcp::socket s, int number) { co_await talk_(s, number); }

    real_loop& loop_;
    tcp::acceptor acceptor_;
    conversation talk_;
    int connections_ = 0;
};

}  // namespace penstock::testing

#endif  // PENSTOCK_TEST_CONTRACT_HTTP_RAW_PEER_HPP
