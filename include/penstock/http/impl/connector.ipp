#ifndef PENSTOCK_HTTP_IMPL_CONNECTOR_IPP
#define PENSTOCK_HTTP_IMPL_CONNECTOR_IPP
#include <penstock/clock/deadline.hpp>
#include <penstock/clock/steady.hpp>
#include <penstock/http/impl/client_tls.ipp>
#include <penstock/http/impl/destination.ipp>
#include <penstock/http/impl/lookup.ipp>
#include <penstock/http/impl/message_reader.ipp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace penstock::http::detail {

/// What is going on, for the message of a failure.
struct progress
{
    char const* doing = "starting";
};

/// Finds out within a minute that a peer has vanished without a word; the system's own time is two hours.
inline void keep_alive(tcp::socket& socket)
{
    error_code ignored;
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
    int const fd = socket.native_handle();
    constexpr int idle = 30, every = 10, tries = 3, unacknowledged = 30'000;
    ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &every, sizeof every);
    ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &tries, sizeof tries);
    ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged, sizeof unacknowledged);
}

inline awaitable<result<std::unique_ptr<wire>>> connect_to(tcp::endpoint where)
{
    error_code ec;
    tcp::socket socket(co_await asio::this_coro::executor);
    co_await socket.async_connect(where, asio::redirect_error(asio::use_awaitable, ec));
    if (ec == asio::error::operation_aborted)
        co_return failure(ec);
    if (ec)
        co_return failure(errc::connection_failed, where.address().to_string() + ": " + ec.message());
    socket.set_option(tcp::no_delay(true), ec);
    keep_alive(socket);
    co_return std::make_unique<wire>(std::move(socket));
}

/// Tries every address; each gets an equal share of the time that is left.
inline awaitable<result<std::unique_ptr<wire>>> connect(std::string host, std::string port, time_point deadline,
                                                        progress& p)
{
    clock::steady clock;
    p.doing = "looking the name up";
    auto lookup = resolve(host, port);
    auto const found = co_await with_deadline(clock, deadline, std::move(lookup));
    if (!found)
        co_return found.error();
    p.doing = "connecting";
    failure last(errc::connection_failed, "no address");
    for (std::size_t i = 0; i < found->size(); ++i) {
        auto const now = clock.now();
        auto const share = (deadline - now) / static_cast<long>(found->size() - i);
        auto attempt = connect_to((*found)[i]);
        auto made = co_await with_deadline(clock, now + share, std::move(attempt));
        if (made || made.error().code == asio::error::operation_aborted)
            co_return made;
        last = made.error();
        if (clock.now() >= deadline)
            co_return failure(errc::deadline_exceeded, last.detail);
    }
    co_return last;
}

inline awaitable<result<void>> open_tunnel(wire& w, destination const& d)
{
    std::string head = "CONNECT " + d.where() + " HTTP/1.1\r\nHost: " + d.where() + "\r\n";
    if (!d.proxy.authorization.empty())
        head.append("Proxy-Authorization: ").append(d.proxy.authorization.reveal()).append("\r\n");
    head += "\r\n";
    error_code ec;
    co_await w.write(head, std::string_view(), ec);
    secret::wipe(head);
    fields ignored;
    message_reader<false> reader(w);
    reader.begin(nullptr, nullptr, ignored);
    reader.parser().skip(true);
    if (!ec)
        ec = co_await reader.read_header(16 * 1024);
    if (ec == asio::error::operation_aborted)
        co_return failure(ec);
    if (ec || reader.buffered() != 0)
        co_return failure(errc::connection_failed, "the proxy " + d.proxy.host + ": " + ec.message());
    int const status = reader.parser().status();
    if (status / 100 != 2)
        co_return failure(errc::connection_failed,
                          "the proxy " + d.proxy.host + " refused the tunnel with status " + std::to_string(status));
    co_return result<void>();
}

inline awaitable<result<void>> secure(wire& w, std::string name, std::shared_ptr<asio::ssl::context> context,
                                      SSL_SESSION* session, bool verify)
{
    w.start_tls(*context);
    auto* const ssl = w.tls()->native_handle();
    if (verify)
        expect_peer(ssl, name);
    else
        SSL_set_tlsext_host_name(ssl, name.c_str());
    if (session != nullptr)
        SSL_set_session(ssl, session);
    error_code ec;
    co_await w.tls()->async_handshake(asio::ssl::stream_base::client, asio::redirect_error(asio::use_awaitable, ec));
    if (ec == asio::error::operation_aborted)
        co_return failure(ec);
    if (ec)
        co_return failure(errc::tls_failed, explain_handshake(ssl, name, ec));
    co_return result<void>();
}

}  // namespace penstock::http::detail

#endif  // PENSTOCK_HTTP_IMPL_CONNECTOR_IPP
