#ifndef PENSTOCK_HTTP_IMPL_WIRE_IPP
#define PENSTOCK_HTTP_IMPL_WIRE_IPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/clock/unwinding.hpp>
#include <penstock/error/result.hpp>
#include <penstock/text/secret.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <poll.h>
#include <string_view>
#include <utility>

namespace penstock::http::detail {

using tcp = asio::ip::tcp;

/// A connected socket of TCP or of the Unix domain.
using stream_socket = asio::generic::stream_protocol::socket;

/// Bytes that arrived and were not used yet, in one piece. Grows in steps up to what `prepare` is asked for. A token may
/// be among them: memory that is given back has been overwritten.
class byte_buffer
{
public:
    explicit byte_buffer(std::size_t initial) : data_(new char[initial]), capacity_(initial) {}
    ~byte_buffer() { wipe(); }
    byte_buffer(byte_buffer const&) = delete;
    byte_buffer& operator=(byte_buffer const&) = delete;

    std::string_view data() const noexcept { return {data_.get() + begin_, end_ - begin_}; }
    std::size_t size() const noexcept { return end_ - begin_; }
    void consume(std::size_t n) noexcept { begin_ += n; }
    void commit(std::size_t n) noexcept
    {
        end_ += n;
        touched_ = std::max(touched_, end_);
    }

    /// Room behind the bytes: whatever is there, after moving and growing so that `capacity` is the whole size.
    asio::mutable_buffer prepare(std::size_t capacity)
    {
        if (begin_ == end_)
            begin_ = end_ = 0;
        if (capacity > capacity_) {
            std::unique_ptr<char[]> bigger(new char[capacity]);
            std::memcpy(bigger.get(), data_.get() + begin_, size());
            wipe();
            data_ = std::move(bigger);
            capacity_ = capacity;
            end_ -= std::exchange(begin_, 0);
            touched_ = end_;
        } else if (begin_ != 0 && capacity_ - end_ < capacity_ / 2) {
            std::memmove(data_.get(), data_.get() + begin_, size());
            end_ -= std::exchange(begin_, 0);
        }
        return {data_.get() + end_, capacity_ - end_};
    }

    std::size_t capacity() const noexcept { return capacity_; }
    /// Gives memory back that one large body needed. Only when it is empty.
    void shrink(std::size_t capacity)
    {
        if (begin_ == end_ && capacity_ > capacity) {
            wipe();
            data_.reset(new char[capacity]);
            capacity_ = capacity;
            begin_ = end_ = 0;
        }
    }
private:
    void wipe() noexcept { secret::wipe(data_.get(), std::exchange(touched_, 0)); }

    std::unique_ptr<char[]> data_;
    std::size_t capacity_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t touched_ = 0;  // no byte behind was ever written
};

/// A connection, with TLS over it or not.
class wire
{
public:
    using tls_stream = asio::ssl::stream<stream_socket&>;

    explicit wire(stream_socket s) : socket_(std::move(s)) {}
    ~wire()
    {
        // else OpenSSL takes the session for a bad one, and it could not be resumed
        if (tls_)
            SSL_set_shutdown(tls_->native_handle(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    }
    wire(wire const&) = delete;
    wire& operator=(wire const&) = delete;

    stream_socket& socket() noexcept { return socket_; }
    tls_stream* tls() noexcept { return tls_.get(); }
    void start_tls(asio::ssl::context& context) { tls_ = std::make_unique<tls_stream>(socket_, context); }

    /// Reads what is there, at least one byte. `ec` outlives the call.
    awaitable<std::size_t> read_some(asio::mutable_buffer into, error_code& ec)
    {
        asio::cancellation_state const state = co_await asio::this_coro::cancellation_state;
        ec = asio::error::operation_aborted;
        if (cancelled_ || is_cancelled(state))
            co_return 0;
        if (tls_)
            co_return co_await tls_->async_read_some(into, asio::redirect_error(asio::use_awaitable, ec));
        co_return co_await socket_.async_read_some(into, asio::redirect_error(asio::use_awaitable, ec));
    }

    /// Writes all of both. What they point to, and `ec`, outlive the call.
    awaitable<std::size_t> write(std::string_view first, std::string_view second, error_code& ec)
    {
        asio::cancellation_state const state = co_await asio::this_coro::cancellation_state;
        ec = asio::error::operation_aborted;
        if (cancelled_ || is_cancelled(state))
            co_return 0;
        std::array<asio::const_buffer, 2> const pieces{asio::buffer(first), asio::buffer(second)};
        if (tls_)
            co_return co_await asio::async_write(*tls_, pieces, asio::redirect_error(asio::use_awaitable, ec));
        co_return co_await asio::async_write(socket_, pieces, asio::redirect_error(asio::use_awaitable, ec));
    }

    /// Ends what is under way, and everything that would begin before `resume`: what is queued to end well must not
    /// begin another operation that nobody cancels.
    void cancel() noexcept
    {
        error_code ignored;
        cancelled_ = true;
        socket_.cancel(ignored);
    }

    void resume() noexcept { cancelled_ = false; }

    void close() noexcept
    {
        error_code ignored;
        socket_.close(ignored);
    }

    /// Closes so that the peer sees a break and no end.
    void reset() noexcept
    {
        error_code ignored;
        socket_.set_option(asio::socket_base::linger(true, 0), ignored);
        socket_.close(ignored);
    }

    /// Whether the peer has closed its side, or the connection is broken, as far as the kernel knows.
    bool peer_gone() noexcept
    {
        ::pollfd p{socket_.native_handle(), POLLRDHUP, 0};
        return ::poll(&p, 1, 0) > 0;
    }

    /** Whether an answer, or the end, has come before all of a request went out. Under TLS bytes may be tickets for
        sessions, which come after the handshake: there only the end of what the peer sends tells. */
    bool answered() noexcept
    {
        ::pollfd p{socket_.native_handle(), static_cast<short>(tls_ ? POLLRDHUP : POLLIN), 0};
        return ::poll(&p, 1, 0) > 0;
    }

    /// Whether an idle connection may be used again: open, and (in the clear) no byte that nobody asked for.
    bool quiet() noexcept
    {
        ::pollfd p{socket_.native_handle(), static_cast<short>(tls_ ? POLLRDHUP : POLLRDHUP | POLLIN), 0};
        return ::poll(&p, 1, 0) == 0;
    }
private:
    stream_socket socket_;
    std::unique_ptr<tls_stream> tls_;
    bool cancelled_ = false;
};

}  // namespace penstock::http::detail

#endif  // PENSTOCK_HTTP_IMPL_WIRE_IPP
