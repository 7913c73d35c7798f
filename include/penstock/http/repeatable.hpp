#ifndef PENSTOCK_HTTP_REPEATABLE_HPP
#define PENSTOCK_HTTP_REPEATABLE_HPP
#include <cstdint>
#include <string_view>

namespace penstock::http {

/// Whether doing it twice has the effect of doing it once. @see RFC 9110 section 9.2.2
constexpr bool is_idempotent(std::string_view method) noexcept
{
    for (std::string_view const m : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"})
        if (method == m)
            return true;
    return false;
}

/// How an exchange ended that got no answer.
struct broken_exchange
{
    bool reused = false;      ///< The connection had served a request before: it may have died while it was idle.
    std::uint64_t sent = 0;   ///< Bytes of the request that the system took.
    std::uint64_t received = 0;  ///< Bytes of an answer.
};

/** Whether the client itself may send a request once more on a new connection.

    Only where an idle connection turned out to be dead, and nothing of an answer came. An idempotent request may
    have been carried out: that does no harm. Any other (POST, PATCH) is repeated only if not one byte of it left this
    system, for a peer that closes after reading may have acted on it, and nobody can know.
    @see RFC 9110 section 9.2.2, RFC 9112 section 9.3.1 */
constexpr bool may_repeat(std::string_view method, broken_exchange const& e) noexcept
{
    return e.reused && e.received == 0 && (e.sent == 0 || is_idempotent(method));
}

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_REPEATABLE_HPP
