#ifndef PENSTOCK_HTTP_IMPL_SERVER_LIMITS_IPP
#define PENSTOCK_HTTP_IMPL_SERVER_LIMITS_IPP
#include <penstock/http/impl/server.ipp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <string>

namespace penstock::http {

/// Closes the connection that is missed least: idle, else the slowest header, else the body that crawls.
inline bool server::impl::make_room()
{
    auto const rank = [this, now = clock::steady::now()](detail::connection const& c) {
        switch (c.at()) {
        case detail::phase::idle: return 0;
        case detail::phase::lingering: return 1;
        case detail::phase::header: return 2;
        case detail::phase::body: return c.rate(now) < static_cast<double>(core_->options.min_rate) ? 3 : 9;
        default: return 9;
        }
    };
    auto victim = open_.end();
    int best = 9;
    for (auto c = open_.begin(); c != open_.end(); ++c) {
        int const r = rank(**c);
        if (r < best || (r == best && r != 9 && (*c)->since() < (*victim)->since())) {
            best = r;
            victim = c;
        }
    }
    if (victim == open_.end())
        return false;
    ++core_->statistics.shed;
    auto const c = *victim;
    open_.erase(victim);
    ++ending_;
    stop(c);
    return true;
}

/// Gives up the slowest body, if it comes more slowly than it must.
inline bool server::impl::make_room_for_exchange()
{
    auto const now = clock::steady::now();
    auto const slowest = std::min_element(open_.begin(), open_.end(),
                                          [now](auto const& a, auto const& b) { return a->rate(now) < b->rate(now); });
    if (slowest == open_.end() || (*slowest)->rate(now) >= static_cast<double>(core_->options.min_rate))
        return false;
    (*slowest)->shed();
    return true;
}

/** Cancels one connection. Outside of the loop Asio posts the cancellation, and refers to memory of the signal; the
    connection, which holds the signal, must outlive what was posted. */
inline void server::impl::stop(std::shared_ptr<detail::connection> const& c)
{
    c->stop();
    asio::post(executor_, [c] {});
}

/// Says 503 without waiting for the request. The kernel sends it; nobody waits for it.
inline void server::impl::refuse(detail::stream_socket& socket)
{
    ++core_->statistics.refused;
    if (core_->tls)
        return;
    response answer(503);
    answer.fields.add("Retry-After",
                      std::to_string(std::chrono::ceil<std::chrono::seconds>(core_->options.retry_after).count()));
    std::string out;
    detail::append_answer_header(out, answer, detail::answer_framing{11, false, std::size_t(0)}, core_->date());
    error_code ec;
    socket.non_blocking(true, ec);
    socket.write_some(asio::buffer(out), ec);
    socket.shutdown(detail::stream_socket::shutdown_send, ec);
}

inline void server::impl::arm_sweep()
{
    if (sweeping_)
        return;
    sweeping_ = true;
    sweeper_.expires_after(std::chrono::duration_cast<asio::steady_timer::duration>(core_->options.sweep));
    sweeper_.async_wait([weak = weak_from_this()](error_code ec) {
        if (auto const self = weak.lock(); self && !ec)
            self->sweep();
    });
}

inline void server::impl::sweep()
{
    sweeping_ = false;
    auto const now = clock::steady::now();
    connections gone;
    for (auto const& c : open_) {
        if (c->due() <= now) {
            ++core_->statistics.timed_out;
            c->time_out();
        } else if (c->streaming() && c->peer_gone()) {
            gone.push_back(c);
        }
    }
    for (auto const& c : gone)
        stop(c);
    if (!open_.empty())
        arm_sweep();
}

inline void server::impl::stop_accepting()
{
    error_code ignored;
    acceptor_.close(ignored);
    file_.remove();
}

inline void server::impl::stop_all()
{
    auto const all = open_;  // stopping one may end it at once
    for (auto const& c : all)
        stop(c);
}

inline awaitable<result<void>> server::impl::all_ended()
{
    while (!open_.empty() || ending_ != 0)
        if (auto const ec = co_await changed_.wait())
            co_return failure(ec);
    changed_.notify();  // somebody else may wait for the same
    co_return result<void>();
}

inline awaitable<void> server::impl::drain(time_point deadline)
{
    auto const self = shared_from_this();
    core_->draining = true;
    stop_accepting();
    auto const all = open_;
    for (auto const& c : all)
        if (c->at() == detail::phase::idle)
            stop(c);
    clock::steady clock;
    auto ended = co_await with_deadline(clock, deadline, all_ended());
    if (ended)
        co_return;
    stop_all();
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    ended = co_await with_deadline(clock, clock.now() + std::chrono::seconds(5), all_ended());
}

inline server_statistics server::impl::statistics() const noexcept
{
    auto s = core_->statistics;
    s.connections = open_.size();
    return s;
}

PENSTOCK_DECL server::server(executor ex, server_options o, handler h)
    : impl_(std::make_shared<impl>(std::move(ex), std::move(o), std::move(h)))
{}

PENSTOCK_DECL server::~server()
{
    if (impl_) {
        impl_->stop_accepting();
        impl_->stop_all();
    }
}

PENSTOCK_DECL result<std::uint16_t> server::listen()
{
    return impl_->listen();
}

PENSTOCK_DECL awaitable<void> server::run()
{
    return impl_->run();
}

PENSTOCK_DECL void server::stop_accepting()
{
    impl_->stop_accepting();
}

PENSTOCK_DECL awaitable<void> server::drain(time_point deadline)
{
    return impl_->drain(deadline);
}

PENSTOCK_DECL std::uint16_t server::port() const noexcept
{
    return impl_->port();
}

PENSTOCK_DECL server_statistics server::statistics() const noexcept
{
    return impl_->statistics();
}

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_IMPL_SERVER_LIMITS_IPP
