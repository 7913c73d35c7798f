#ifndef PENSTOCK_HTTP_IMPL_SERVER_IPP
#define PENSTOCK_HTTP_IMPL_SERVER_IPP
#include <penstock/http/server.hpp>

#include <penstock/clock/deadline.hpp>
#include <penstock/clock/gate.hpp>
#include <penstock/clock/steady.hpp>
#include <penstock/http/impl/connection_exchange.ipp>
#include <penstock/http/impl/server_tls.ipp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/steady_timer.hpp>

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

    void admit(detail::tcp::socket socket);
    bool make_room();
    void stop(std::shared_ptr<detail::connection> const& c);
    void refuse(detail::tcp::socket& socket);
    void arm_sweep();
    void sweep();
    awaitable<result<void>> all_ended();

    executor executor_;
    std::shared_ptr<detail::server_core> core_;
    asio::ip::tcp::acceptor acceptor_;
    asio::steady_timer sweeper_;
    clock::gate changed_;
    connections open_;
    std::size_t ending_ = 0;  // shed, and not unwound yet
    std::uint16_t port_ = 0;
    bool sweeping_ = false;
};

inline result<std::uint16_t> server::impl::listen()
{
    auto const& o = core_->options;
    error_code ec;
    auto const address = asio::ip::make_address(o.address, ec);
    if (ec)
        return failure(errc::invalid_configuration, "listen address '" + o.address + "'");
    if (!o.certificate_pem.empty()) {
        auto context = detail::make_server_context(o);
        if (!context)
            return context.error();
        core_->tls = *std::move(context);
    }
    detail::tcp::endpoint const where(address, o.port);
    acceptor_.open(where.protocol(), ec);
    if (!ec)
        acceptor_.set_option(asio::socket_base::reuse_address(true), ec);
    if (!ec)
        acceptor_.bind(where, ec);
    if (!ec)
        acceptor_.listen(asio::socket_base::max_listen_connections, ec);
    if (ec) {
        error_code ignored;
        acceptor_.close(ignored);
        return failure(errc::invalid_configuration,
                       "listening on " + o.address + " port " + std::to_string(o.port) + ": " + ec.message());
    }
    port_ = acceptor_.local_endpoint(ec).port();
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
        detail::tcp::socket socket(executor_);
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

inline void server::impl::admit(detail::tcp::socket socket)
{
    ++core_->statistics.accepted;
    error_code ec;
    socket.set_option(detail::tcp::no_delay(true), ec);
    auto const endpoint = socket.remote_endpoint(ec);
    if (ec)
        return;
    if (open_.size() >= core_->options.max_connections && !make_room()) {
        refuse(socket);
        return;
    }
    open_.push_back(std::make_shared<detail::connection>(core_, std::move(socket), endpoint.address().to_string()));
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
