#ifndef PENSTOCK_HTTP_EXCHANGE_HPP
#define PENSTOCK_HTTP_EXCHANGE_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/error/result.hpp>
#include <penstock/http/message.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::http {

/// The header of a request as a server sees it. `target` is the path with its query, as it was sent.
class request_head
{
public:
    std::string method;
    std::string target;
    http::fields fields;
    std::optional<std::uint64_t> content_length;  ///< Absent for a chunked body or none.

    /// The target without its query.
    std::string_view path() const noexcept { return std::string_view(target).substr(0, target.find('?')); }
    /// What follows the first '?', undecoded.
    std::string_view query() const noexcept
    {
        auto const at = target.find('?');
        return at == std::string::npos ? std::string_view() : std::string_view(target).substr(at + 1);
    }
};

/** One request on a server, from its header to the end of its answer.

    The handler decides from the header whether it wants the body; a body that was not read is never taken in:
    the connection is closed after the answer. Exactly one answer is written: `respond`, or `start`, `write`…,
    `finish`. All of it on the server's thread. */
class exchange
{
public:
    virtual ~exchange() = default;

    virtual request_head const& head() const noexcept = 0;
    /// Address of the client, without its port: who is connected (`unix:` for a Unix socket), or whom a trusted
    /// proxy names.
    virtual std::string_view peer() const noexcept = 0;

    /** The next slice of the body, at most 64 KiB; empty at its end. The view lives until the next call.
        Sends `100 Continue` first where the client waits for it.
        @return `errc::truncated`, `errc::deadline_exceeded` (slow client), `errc::malformed`, or
        `errc::too_large` when the server's own limit on bodies is passed. */
    virtual awaitable<result<std::string_view>> read_some() = 0;

    /// The whole body; `errc::too_large` as soon as it is known to be longer than `limit`.
    virtual awaitable<result<std::string>> read_all(std::size_t limit) = 0;

    /** Writes the whole answer, which lives until this ends. Date, Server and Content-Length are set here.
        @return After a body that came too slowly the server answers 408 or 503 in place of this, and says
        `errc::deadline_exceeded` or `errc::unavailable`; so does `start`. */
    virtual awaitable<result<void>> respond(response const& answer) = 0;

    /// Begins an answer of unknown length (chunked); `answer.body` is ignored.
    virtual awaitable<result<void>> start(response answer) = 0;
    /// Sends a piece now; an empty one sends nothing.
    virtual awaitable<result<void>> write(std::string_view piece) = 0;
    /// Ends the answer. An answer that was started and never finished is cut off, so that the peer sees it.
    virtual awaitable<result<void>> finish() = 0;
};

/** Serves one request. An exception, or returning without an answer, becomes a 500 and closes the connection.
    The exchange lives until the handler has returned; it is cancelled when the server stops or the peer goes
    away while an answer is written. */
using handler = std::function<awaitable<void>(exchange&)>;

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_EXCHANGE_HPP
