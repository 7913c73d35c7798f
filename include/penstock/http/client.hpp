#ifndef PENSTOCK_HTTP_CLIENT_HPP
#define PENSTOCK_HTTP_CLIENT_HPP
#include <penstock/config.hpp>
#include <penstock/http/tls_options.hpp>
#include <penstock/http/transport.hpp>
#include <penstock/version.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace penstock::http {

struct client_options  // at namespace scope; every field works by default
{
    tls_options tls;
    std::size_t max_header = 64 * 1024;       ///< Bytes of the header of an answer.
    std::size_t max_body = 64 * 1024 * 1024;  ///< Bytes of a whole answer (`send`); `open` has no limit.
    std::string user_agent = "penstock/" PENSTOCK_VERSION;
    /// `unix:/PATH`: every request goes to this Unix socket; the URL's host is only said. No proxy is asked then.
    std::string endpoint;
    /// Addresses of hosts that are not looked up: tried in this order, families in turn.
    std::map<std::string, std::vector<std::string>> hosts;
    /** Asks for gzip and unpacks it. `Content-Encoding` and `Content-Length` of such an answer are taken away. What
        grows beyond `max_body` (`send`) or `max_inflation` times is refused while it arrives: `errc::too_large`. */
    bool accept_gzip = false;
    std::uint64_t max_inflation = 200;  ///< Looked at beyond 1 MiB.
    std::string http_proxy;  ///< `http://[user:password@]host[:port]` for http URLs; empty for none.
    std::string https_proxy;  ///< The same for https URLs, which go through by CONNECT.
    std::string no_proxy;  ///< Comma-separated hosts, suffixes, addresses, CIDRs or `*`.
    bool proxy_loopback = false;  ///< Whether the proxies are for this machine too.
    int max_idle_per_host = 25;
    duration idle_timeout = std::chrono::seconds(90);  ///< An idle connection older than this is not used again.
    duration connect_timeout = std::chrono::seconds(30);  ///< Look-up and all addresses of a host together.
    duration handshake_timeout = std::chrono::seconds(10);  ///< TLS, and CONNECT through a proxy.
};

/// What a client has done so far.
struct client_statistics
{
    std::uint64_t requests = 0;  ///< Calls of `send` and `open`.
    std::uint64_t connections = 0;  ///< Connections that were made.
    std::uint64_t reused = 0;  ///< Requests that found an idle connection.
    std::uint64_t retried = 0;  ///< Requests repeated because the idle connection turned out to be dead.
    std::uint64_t resumed = 0;  ///< TLS handshakes that took a session up again.
    std::uint64_t tls_reloads = 0;  ///< Times that new certificates were read from their files.
    std::uint64_t tls_reload_failures = 0;  ///< Times that they had changed and could not be used.
};

/** HTTP/1.1 over TCP, TLS or a Unix socket, with idle connections kept per origin.

    All addresses of a host are tried as `eyeballs` says.

    Failures: `errc::invalid_argument` (URL, method or field that cannot be sent), `errc::connection_failed`,
    `errc::tls_failed` (the detail says which check), `errc::malformed`, `errc::too_large`, `errc::truncated`,
    `errc::deadline_exceeded`. The detail names the host and what was going on, never a secret.
    A request that failed on a reused connection before any byte of its answer came is sent once more on a new
    one if `may_repeat` says so: if it is idempotent, or not one byte of it had left. Redirects are not followed.
    A stream from `open` may outlive the client.
    @par Thread safety
    One thread. Copies share one pool. */
class client
{
public:
    PENSTOCK_DECL explicit client(executor ex, client_options o = client_options());

    PENSTOCK_DECL awaitable<result<response>> send(request r, time_point deadline);
    PENSTOCK_DECL awaitable<result<std::unique_ptr<incoming>>> open(request r, time_point deadline);

    /// Closes the connections that are idle now.
    PENSTOCK_DECL void close_idle();
    PENSTOCK_DECL client_statistics statistics() const noexcept;

    class impl;  // public for the pieces of the implementation only
private:
    std::shared_ptr<impl> impl_;
};
static_assert(transport<client>);

}  // namespace penstock::http

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/http/impl/client.ipp>
#endif

#endif  // PENSTOCK_HTTP_CLIENT_HPP
