#ifndef PENSTOCK_HTTP_SERVER_HPP
#define PENSTOCK_HTTP_SERVER_HPP
#include <penstock/config.hpp>
#include <penstock/http/exchange.hpp>
#include <penstock/http/trusted_proxies.hpp>
#include <penstock/text/secret.hpp>
#include <penstock/time/types.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace penstock::http {

struct server_options  // at namespace scope; every field works by default
{
    std::string address = "0.0.0.0";  ///< Numeric, IPv4 or IPv6; or `unix:/PATH`.
    std::uint16_t port = 0;           ///< 0 lets the system choose; `server::port` says what it chose.
    unsigned unix_mode = 0660;        ///< Of the socket file: who may write to it may connect.
    std::string certificate_pem;      ///< Chain, leaf first; without it or its file plain HTTP is served.
    secret private_key_pem;
    std::string client_ca_pem;  ///< Not empty: clients must show a certificate signed by one of these.
    /// Paths of these three, which go before the texts. They are looked at once a second at most, when a client
    /// connects; open connections keep what they began with, and content that cannot be used leaves the old in force.
    std::string certificate_file;
    std::string private_key_file;
    std::string client_ca_file;
    bool client_certificate_required = true;  ///< False: a client without a certificate is let in; a bad one is not.
    /// Proxies in front (CIDRs, addresses, `unix:`) whose header says who the client is; see `trusted_proxies`.
    std::vector<std::string> trusted_proxies;
    forwarded_header forwarded = forwarded_header::x_forwarded_for;
    /// Balancers (CIDRs, addresses, `unix:`) that begin each connection with a header of the PROXY protocol, which must
    /// then be there. From anybody else it is refused.
    std::vector<std::string> proxy_protocol_from;
    std::size_t max_header = 16 * 1024;  ///< Bytes of a request's header; more is a 431.
    std::size_t max_body = 25 * 1024 * 1024;  ///< Bytes of a request's body; more is a 413.
    std::size_t max_connections = 512;  ///< Beyond it idle and slow ones make room; if there are none, 503.
    std::size_t max_exchanges = 256;  ///< Handlers at work at once; beyond it the slowest body below `min_rate` makes
        ///< room after one second; if there is none, 503 with Retry-After.
    std::size_t min_rate = 16 * 1024;  ///< Bytes a second that a body must reach once `body_timeout` is spent.
    duration header_timeout = std::chrono::seconds(10);  ///< From the first byte (or the TCP connection) on.
    duration body_timeout = std::chrono::seconds(30);
    duration write_timeout = std::chrono::seconds(30);  ///< For each write.
    duration idle_timeout = std::chrono::seconds(60);  ///< Between two requests.
    duration linger = std::chrono::seconds(2);  ///< How long to read on after refusing a body.
    std::size_t linger_bytes = 256 * 1024;  ///< And how much of it.
    duration retry_after = std::chrono::seconds(5);  ///< What a 503 tells; whole seconds.
    duration sweep = std::chrono::milliseconds(500);  ///< Grain of all these timeouts.
};

/// What a server has done so far.
struct server_statistics
{
    std::uint64_t accepted = 0;  ///< Connections.
    std::uint64_t requests = 0;  ///< Requests whose header was complete.
    std::uint64_t shed = 0;  ///< Connections closed, and bodies given up, to make room for others.
    std::uint64_t timed_out = 0;  ///< Connections closed because the peer was too slow or idle for too long.
    std::uint64_t refused = 0;  ///< Connections and requests answered with 503.
    std::uint64_t bytes_read = 0;  ///< From clients, TLS removed.
    std::uint64_t resumed = 0;  ///< TLS handshakes that took a session up again.
    std::uint64_t tls_reloads = 0;  ///< Times that new certificates were read from their files.
    std::uint64_t tls_reload_failures = 0;  ///< Times that they had changed and could not be used.
    std::size_t connections = 0;  ///< Open now.
    std::size_t exchanges = 0;  ///< Handlers at work now.
};

/** HTTP/1.0 and 1.1 with keep-alive and pipelining, plain or TLS, over TCP or a Unix socket.

    It answers by itself: 400 what is malformed or could be read in two ways (a request for two servers), 408 slow bodies, 413 and 431 what is too large, 417 unknown
    expectations, 500 after an exception, 501 unknown transfer codings, 503 when it is full. A body is refused from
    its Content-Length, before it is read.
    Handlers run on the executor of the server, any number of them interleaved.
    @par Thread safety
    One thread. Destroy it only after `run` has returned or was never started, or with its loop stopped. */
class server
{
public:
    PENSTOCK_DECL server(executor ex, server_options o, handler h);
    PENSTOCK_DECL ~server();
    server(server&&) noexcept = default;
    server& operator=(server&&) = delete;

    /** Binds and listens; clients may connect from here on.
        A Unix socket's file that is left from before is replaced if nobody listens on it any more; it is taken away
        when the server stops to accept.
        @return The port, 0 for a Unix socket; `errc::invalid_configuration` for an address, a certificate or a list
        of networks that cannot be used. */
    PENSTOCK_DECL result<std::uint16_t> listen();

    /** Accepts and serves until it is drained. Cancelling it cancels every exchange; it returns when all have
        unwound. */
    PENSTOCK_DECL awaitable<void> run();

    /// Lets nobody in any more; what is open goes on.
    PENSTOCK_DECL void stop_accepting();

    /** Stops accepting, closes idle connections and waits for the others; at the deadline they are cancelled.
        Returns when none is left; `run` returns then too. */
    PENSTOCK_DECL awaitable<void> drain(time_point deadline);

    PENSTOCK_DECL std::uint16_t port() const noexcept;
    PENSTOCK_DECL server_statistics statistics() const noexcept;

    class impl;  // public for the pieces of the implementation only
private:
    std::shared_ptr<impl> impl_;
};

}  // namespace penstock::http

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/http/impl/server.ipp>
#endif

#endif  // PENSTOCK_HTTP_SERVER_HPP
