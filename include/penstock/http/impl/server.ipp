#ifndef PENSTOCK_HTTP_IMPL_SERVER_IPP
#define PENSTOCK_HTTP_IMPL_SERVER_IPP
#include <penstock/http/server.hpp>

#include <penstock/clock/deadline.hpp>
#include <penstock/clock/gate.hpp>
#include <penstock/clock/steady.hpp>
#include <penstock/http/impl/connection_exchange.ipp>
#include <penstock/http/impl/connection_start.ipp>
#include <penstock/http/impl/server_tls.ipp>
#include <penstock/http/impl/socket_file.ipp>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cerrno>
#include <exception>
#include <list>

namespace penstock::http {

class server::impl : public std::enable_shared_from_this<server::impl>
{
public:
    impl(executor ex, server_options o, handler h)
        : executor_(ex), core_(std::make_shared<detail::server_core>(std::move(o), std::move(h))), acceptor_(ex),
          sweeper_(ex), changed_(ex)
    {}

    result<std::uint16_t> listen();
    awaitable<void> run();
    void stop_accepting();
    awaitable<void> drain(time_point deadline);
    void stop_all();
    std::uint16_t port() const noexcept { return port_; }
    server_statistics statistics() const noexcept;
private:
    using connections = std::list<std::shared_ptr<detail::connection>>;

    using acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;

    result<void> prepare();
    result<void> listen_on_tcp();
    result<void> listen_on_unix();
    void admit(detail::stream_socket socket);
    bool make_room();
    bool make_room_for_exchange();
    void stop(std::shared_ptr<detail::connection> const& c);
    void refuse(detail::stream_socket& socket);
    void arm_sweep();
    void sweep();
    awaitable<result<void>> all_ended();

    executor executor_;
    std::shared_ptr<detail::server_core> core_;
    acceptor acceptor_;
    detail::socket_file file_;  // of a Unix socket
    asio::steady_timer sweeper_;
    clock::gate changed_;
    connections open_;
    std::size_t ending_ = 0;  // shed, and not unwound yet
    std::uint16_t port_ = 0;
    bool sweeping_ = false;
};

/// Reads what the options say; nothing is open yet.
inline result<void> server::impl::prepare()
{
    auto const& o = core_->options;
    auto trusted = network_list::make(o.trusted_proxies);
    if (!trusted)
        return failure(trusted.error().code, "trusted proxies: " + trusted.error().detail);
    core_->proxies = trusted_proxies(*std::move(trusted), o.forwarded);
    auto balancers = network_list::make(o.proxy_protocol_from);
    if (!balancers)
        return failure(balancers.error().code, "PROXY protocol: " + balancers.error().detail);
    core_->proxy_protocol_from = *std::move(balancers);
    core_->make_room_for_exchange = [this] { return make_room_for_exchange(); };
    if (!detail::server_certificates::wanted(o))
        return {};
    auto certificates = std::make_unique<detail::server_certificates>(o);
    if (auto const loaded = certificates->load(); !loaded)
        return loaded;
    core_->tls = std::move(certificates);
    return {};
}

inline result<void> server::impl::listen_on_tcp()
{
    auto const& o = core_->options;
    error_code ec;
    auto const address = asio::ip::make_address(o.address, ec);
    if (ec)
        return failure(errc::invalid_configuration,
                       "listen address '" + o.address + "'; write an address of this system, or unix:/PATH");
    detail::tcp::endpoint const where(address, o.port);
    acceptor_.open(where.protocol(), ec);
    if (!ec)
        acceptor_.set_option(asio::socket_base::reuse_address(true), ec);
    if (!ec)
        acceptor_.bind(where, ec);
    if (!ec)
        acceptor_.listen(asio::socket_base::max_listen_connections, ec);
    if (ec)
        return failure(errc::invalid_configuration,
                       "listening on " + o.address + " port " + std::to_string(o.port) + ": " + ec.message());
    port_ = detail::tcp_endpoint(acceptor_.local_endpoint(ec)).port();
    return {};
}

inline result<void> server::impl::listen_on_unix()
{
    auto const& o = core_->options;
    auto const where = detail::unix_endpoint(o.address);
    if (!where)
        return where.error();
    if (auto const free = detail::socket_file::make_room(where->path()); !free)
        return free;
    error_code ec;
    acceptor_.open(where->protocol(), ec);
    if (!ec)
        acceptor_.bind(*where, ec);
    if (!ec && !file_.take(where->path(), o.unix_mode))  // before anybody can connect
        ec = error_code(errno, boost::system::system_category());
    if (!ec)
        acceptor_.listen(asio::socket_base::max_listen_connections, ec);
    if (ec)
        return failure(errc::invalid_configuration, "listening on " + o.address + ": " + ec.message());
    return {};
}

inline result<std::uint16_t> server::impl::listen()
{
    if (auto const ready = prepare(); !ready)
        return ready.error();
    auto const listening = detail::is_unix(core_->options.address) ? listen_on_unix() : listen_on_tcp();
    if (!listening) {
        stop_accepting();
        return listening.error();
    }
    return port_;
}

inline awaitable<void> server::impl::run()
{
    auto const self = shared_from_this();
    error_code ec;
    while (acceptor_.is_open()) {
        asio::cancellation_state const asked = co_await asio::this_coro::cancellation_state;
        if (is_cancelled(asked))
            break;  // also when it came between two operations
        detail::stream_socket socket(executor_);
        co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, ec));
        if (!ec) {
            admit(std::move(socket));
        } else if (ec == asio::error::operation_aborted || !acceptor_.is_open()) {
            break;
        } else {  // out of descriptors, or the client has gone: make room, and do not spin
            make_room();
            co_await clock::steady::sleep_until(clock::steady::now() + std::chrono::milliseconds(50));
        }
    }
    auto const state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        stop_accepting();
        stop_all();
    }
    for (;;) {
        auto const ended = co_await all_ended();
        if (ended)
            break;
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        stop_all();
    }
}

inline void server::impl::admit(detail::stream_socket socket)
{
    ++core_->statistics.accepted;
    error_code ec;
    std::string peer = "unix:";
    if (!file_.taken()) {
        socket.set_option(detail::tcp::no_delay(true), ec);
        auto const endpoint = socket.remote_endpoint(ec);
        if (ec)
            return;
        peer = detail::tcp_endpoint(endpoint).address().to_string();
    }
    if (open_.size() >= core_->options.max_connections && !make_room()) {
        refuse(socket);
        return;
    }
    open_.push_back(std::make_shared<detail::connection>(core_, std::move(socket), std::move(peer)));
    auto const at = std::prev(open_.end());
    auto const c = *at;
    auto const end = [self = shared_from_this(), c](std::exception_ptr) {
        if (self->open_.remove(c) == 0)
            --self->ending_;
        self->changed_.notify();
    };
    asio::co_spawn(executor_, unwinding(c->run()), asio::bind_cancellation_slot(c->signal().slot(), end));
    arm_sweep();
}

}  // namespace penstock::http

#include <penstock/http/impl/server_limits.ipp>

#endif  // PENSTOCK_HTTP_IMPL_SERVER_IPP
