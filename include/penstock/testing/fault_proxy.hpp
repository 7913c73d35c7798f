#ifndef PENSTOCK_TESTING_FAULT_PROXY_HPP
#define PENSTOCK_TESTING_FAULT_PROXY_HPP
#include <penstock/clock/deadline.hpp>
#include <penstock/clock/steady.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <limits>
#include <list>
#include <memory>
#include <string>
#include <utility>

namespace penstock::testing {

/// What goes wrong on the way back from the peer. The default lets everything through.
struct fault
{
    bool refuse = false;                                            ///< Accepts and hangs up at once.
    bool reset = false;                                             ///< Breaks instead of ending in good order.
    std::size_t cut_after = std::numeric_limits<std::size_t>::max();  ///< Bytes of the answer, then the end.
    duration delay{};                                               ///< Before each piece of the answer.
    std::size_t piece = 16 * 1024;                                  ///< Bytes at a time; 1 tears everything apart.
    bool swallow = false;                                           ///< Answers never arrive; the connection stays.
};

/** Stands between a client and a real server on loopback, and spoils the connections. `next` is taken by each
    new connection, so a test can let the second attempt succeed. Runs on the real clock. One thread. */
class fault_proxy
{
public:
    /// @param port Of the server, on 127.0.0.1.
    fault_proxy(executor ex, std::uint16_t port) : state_(std::make_shared<shared>(std::move(ex), port))
    {
        state_->spawn(accept(state_));
    }
    fault_proxy(fault_proxy const&) = delete;
    ~fault_proxy() { state_->stop(); }

    std::uint16_t port() const { return state_->acceptor.local_endpoint().port(); }
    /// What the connections from now on suffer.
    void set(fault f) { state_->usual = f; }
    /// What only the next one suffers.
    void once(fault f) { state_->queue.push_back(f); }
    int connections() const noexcept { return state_->connections; }

    /// Closes the port and cuts every connection, as when the process of the server ends.
    void down()
    {
        at_ = state_->acceptor.local_endpoint();
        state_->stop();
    }
    /// Opens the same port again, after `down`.
    void up()
    {
        state_->acceptor = tcp::acceptor(state_->ex, at_);
        state_->spawn(accept(state_));
    }
private:
    using tcp = asio::ip::tcp;
    struct shared : std::enable_shared_from_this<shared>
    {
        shared(executor e, std::uint16_t port)
            : ex(e), acceptor(e, tcp::endpoint(asio::ip::address_v4::loopback(), 0)), server(port)
        {}
        void spawn(awaitable<void> work)
        {
            auto const signal = std::make_shared<asio::cancellation_signal>();
            signals.push_back(signal);
            asio::co_spawn(
                ex, unwinding(std::move(work)),
                asio::bind_cancellation_slot(signal->slot(), [self = shared_from_this(), signal](std::exception_ptr) {
                    self->signals.remove(signal);
                }));
        }
        void stop()
        {
            error_code ignored;
            acceptor.close(ignored);
            auto const all = signals;
            for (auto const& s : all)
                s->emit(asio::cancellation_type::terminal);
            asio::post(ex, [all] {});  // outside of the loop the cancellation is posted, and refers to the signal
        }
        executor ex;
        tcp::acceptor acceptor;
        std::uint16_t server;
        std::list<std::shared_ptr<asio::cancellation_signal>> signals;
        std::list<fault> queue;
        fault usual;
        int connections = 0;
    };
    struct pair
    {
        pair(tcp::socket n, executor ex) : near(std::move(n)), far(std::move(ex)) {}
        void end(bool broken)
        {
            error_code ignored;
            if (broken)
                near.set_option(asio::socket_base::linger(true, 0), ignored);
            near.close(ignored);
            far.close(ignored);
        }
        tcp::socket near;
        tcp::socket far;
    };

    static awaitable<void> accept(std::shared_ptr<shared> s)
    {
        for (;;) {
            tcp::socket socket(s->ex);
            error_code ec;
            co_await s->acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, ec));
            if (ec)
                co_return;
            ++s->connections;
            fault f = s->usual;
            if (!s->queue.empty()) {
                f = s->queue.front();
                s->queue.pop_front();
            }
            auto const both = std::make_shared<pair>(std::move(socket), s->ex);
            if (f.refuse) {
                both->end(f.reset);
                continue;
            }
            s->spawn(carry(s, both, f));
        }
    }

    static awaitable<void> carry(std::shared_ptr<shared> s, std::shared_ptr<pair> both, fault f)
    {
        error_code ec;
        co_await both->far.async_connect(tcp::endpoint(asio::ip::address_v4::loopback(), s->server),
                                         asio::redirect_error(asio::use_awaitable, ec));
        if (ec) {
            both->end(true);
            co_return;
        }
        s->spawn(there(both));
        std::string bytes(std::max<std::size_t>(1, f.piece), '\0');
        std::size_t rest = f.cut_after;
        while (rest != 0) {
            auto const n =
                co_await both->far.async_read_some(asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, ec));
            if (ec)
                break;
            if (f.swallow)
                continue;
            if (f.delay > duration::zero())
                ec = co_await clock::steady::sleep_until(clock::steady::now() + f.delay);
            if (ec)
                break;
            auto const part = std::min(n, rest);
            co_await asio::async_write(both->near, asio::buffer(bytes.data(), part),
                                       asio::redirect_error(asio::use_awaitable, ec));
            if (ec)
                break;
            rest -= part;
        }
        both->end(f.reset);
    }

    static awaitable<void> there(std::shared_ptr<pair> both)
    {
        std::string bytes(16 * 1024, '\0');
        error_code ec;
        while (!ec) {
            auto const n =
                co_await both->near.async_read_some(asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, ec));
            if (!ec)
                co_await asio::async_write(both->far, asio::buffer(bytes.data(), n),
                                           asio::redirect_error(asio::use_awaitable, ec));
        }
        error_code ignored;
        both->far.shutdown(tcp::socket::shutdown_send, ignored);
    }

    std::shared_ptr<shared> state_;
    tcp::endpoint at_;  // where it listened, while it is down
};

}  // namespace penstock::testing

#endif  // PENSTOCK_TESTING_FAULT_PROXY_HPP
