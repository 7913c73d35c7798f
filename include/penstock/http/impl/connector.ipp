#ifndef PENSTOCK_HTTP_IMPL_CONNECTOR_IPP
#define PENSTOCK_HTTP_IMPL_CONNECTOR_IPP
#include <penstock/clock/deadline.hpp>
#include <penstock/clock/gate.hpp>
#include <penstock/clock/steady.hpp>
#include <penstock/clock/task_group.hpp>
#include <penstock/http/eyeballs.hpp>
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

/// Finds out within 45 seconds that a peer has vanished without a word; the system's own time is two hours.
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

inline awaitable<result<std::unique_ptr<wire>>> connect_to_unix(std::string address)
{
    auto const where = unix_endpoint(address);
    if (!where)
        co_return where.error();
    error_code ec;
    asio::local::stream_protocol::socket socket(co_await asio::this_coro::executor);
    co_await socket.async_connect(*where, asio::redirect_error(asio::use_awaitable, ec));
    if (ec == asio::error::operation_aborted)
        co_return failure(ec);
    if (ec)
        co_return failure(errc::connection_failed, ec.message());
    co_return std::make_unique<wire>(std::move(socket));
}

/// Attempts that race to reach one host. Whoever owns it joins `attempts` before it goes.
struct race
{
    race(executor const& ex, endpoints const& found) : plan(found), ended(ex), attempts(ex) {}
    eyeballs plan;
    clock::gate ended;  // an attempt has
    failure last{errc::connection_failed, "no address"};
    bool any_failed = false;
    endpoints silent;  // those that are asked and have not answered
    std::unique_ptr<wire> winner;
    clock::task_group attempts;
};

inline awaitable<void> attempt(race& r, tcp::endpoint where)
{
    r.silent.push_back(where);
    auto made = co_await connect_to(where);
    bool const given_up = !made && made.error().code == asio::error::operation_aborted;
    if (!given_up)
        std::erase(r.silent, where);
    if (!made) {
        r.plan.failed();
        if (!given_up) {
            r.last = made.error();
            r.any_failed = true;
        }
    } else if (!r.winner) {
        r.winner = *std::move(made);
    }
    r.ended.notify();
}

/// What is known of a race that the deadline ended: who did not answer, and the last failure of the others.
inline std::string silence(race const& r)
{
    constexpr std::size_t most = 4;
    std::string out;
    for (std::size_t i = 0; i < std::min(r.silent.size(), most); ++i)
        out.append(out.empty() ? "no answer from " : ", ").append(r.silent[i].address().to_string());
    if (r.silent.size() > most)
        out += " and " + std::to_string(r.silent.size() - most) + " more";
    if (r.any_failed)
        out.append(out.empty() ? "" : "; ").append(r.last.detail);
    return out;
}

inline awaitable<result<void>> attempt_ended(race& r)
{
    if (auto const ec = co_await r.ended.wait())
        co_return failure(ec);
    co_return result<void>();
}

/// Tries the addresses as `eyeballs` says until one is reached. The others are given up and closed.
inline awaitable<result<std::unique_ptr<wire>>> connect_any(endpoints found, time_point deadline)
{
    clock::steady clock;
    race r(co_await asio::this_coro::executor, found);
    failure problem;
    while (!r.winner && !problem.code) {
        auto const step = r.plan.next(clock.now());
        if (step.what == eyeballs::action::give_up) {
            problem = r.last;
        } else if (step.what == eyeballs::action::begin) {
            r.attempts.spawn(attempt(r, r.plan.addresses()[step.address]));
        } else {
            auto work = attempt_ended(r);
            auto const woken = co_await with_deadline(clock, std::min(step.until, deadline), std::move(work));
            if (!woken && woken.error().code != errc::deadline_exceeded)
                problem = woken.error();
            else if (clock.now() >= deadline && !r.winner)
                problem = failure(errc::deadline_exceeded, silence(r));
        }
    }
    r.attempts.cancel();
    co_await r.attempts.join();
    if (!r.winner)
        co_return problem;
    co_return std::move(r.winner);
}

/// Where a name leads: to what was said of it, else to what the system finds.
inline awaitable<result<endpoints>> find_addresses(std::string host, std::string port, client_options const& o)
{
    auto const known = o.hosts.find(host);
    if (known == o.hosts.end())
        co_return co_await resolve(host, port);
    endpoints out;
    for (auto const& text : known->second) {
        error_code ec;
        auto const address = asio::ip::make_address(text, ec);
        if (ec)
            co_return failure(errc::invalid_configuration, "'" + text + "' is no address of " + host);
        out.emplace_back(address, static_cast<std::uint16_t>(std::stoul(port)));
    }
    co_return out;
}

/// `o` and `p` outlive the call.
inline awaitable<result<std::unique_ptr<wire>>> connect(std::string host, std::string port, client_options const& o,
                                                        time_point deadline, progress& p)
{
    clock::steady clock;
    p.doing = "looking the name up";
    auto lookup = find_addresses(host, port, o);
    auto const found = co_await with_deadline(clock, deadline, std::move(lookup));
    if (!found)
        co_return found.error();
    p.doing = "connecting";
    auto any = connect_any(*found, deadline);
    co_return co_await std::move(any);
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
    if (!verify)
        SSL_set_tlsext_host_name(ssl, name.c_str());
    else if (auto const expected = expect_peer(ssl, name); !expected)
        co_return expected.error();
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
