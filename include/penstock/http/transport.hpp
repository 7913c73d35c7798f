#ifndef PENSTOCK_HTTP_TRANSPORT_HPP
#define PENSTOCK_HTTP_TRANSPORT_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/error/result.hpp>
#include <penstock/http/message.hpp>
#include <penstock/time/types.hpp>

#include <concepts>
#include <memory>
#include <string>

namespace penstock::http {

/** An answer whose body is read while it arrives (a watch). Destroying it drops the connection unless the body
    was read to its end. One thread; it may outlive the transport that opened it only if that says so. */
class incoming
{
public:
    virtual ~incoming() = default;
    /// Status and fields; `body` is empty.
    virtual response const& head() const noexcept = 0;
    /** The next bytes of the body as they arrive; an empty string at its end.
        @param deadline When to give up waiting for the next bytes; the stream is unusable afterwards.
        @return `errc::truncated` when the peer ended before the message did. */
    virtual awaitable<result<std::string>> read(time_point deadline) = 0;
};

/** The lowest seam: bytes to a peer and back. Decorators (retry, quota, bearer) are transports too.

    `send` gives whatever status the peer answered; a failure means that there is no whole answer. It does not
    follow redirects. `open` returns after the header. Both end with `errc::deadline_exceeded` at the deadline
    and with `operation_aborted` when cancelled, and leave no work behind. */
template <class T>
concept transport = requires(T& t, request r, time_point deadline) {
    { t.send(std::move(r), deadline) } -> std::same_as<awaitable<result<response>>>;
    { t.open(std::move(r), deadline) } -> std::same_as<awaitable<result<std::unique_ptr<incoming>>>>;
};

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_TRANSPORT_HPP
