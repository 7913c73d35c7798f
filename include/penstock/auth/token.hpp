#ifndef PENSTOCK_AUTH_TOKEN_HPP
#define PENSTOCK_AUTH_TOKEN_HPP
#include <penstock/error/result.hpp>
#include <penstock/text/secret.hpp>
#include <penstock/time/types.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace penstock::auth {

/** A credential that runs out: a bearer token, a client certificate, or both.

    Its times are of the monotonic clock of this process. A source turns the peer's time into it with what it knows of
    the peer's clock, so that nobody else has to think of clocks that differ. */
class token
{
public:
    secret value;                 ///< Empty where there is only a certificate.
    std::string certificate_pem;  ///< A client certificate that goes with it; empty as a rule.
    secret private_key_pem;
    time_point issued{};                        ///< When it was asked for.
    time_point expires = time_point::max();     ///< From when on it is worth nothing; `max()` if nobody knows.
    std::uint64_t serial = 0;                   ///< Which token of its cache; never 0 there.
};

/// A token that many use. It never changes; a new one takes its place.
using shared_token = std::shared_ptr<token const>;

inline constexpr std::size_t max_token_size = 16 * 1024;

/** Whether a value can stand in a header field: one byte or more, all visible ASCII, at most 16 KiB. GitHub's tokens
    have about 520 bytes by now, those of Kubernetes 1 to 2 KiB.
    @param whose Begins the detail of the failure: "GitHub's answer". The value is in no detail. */
inline result<void> check_token_value(secret const& value, std::string_view whose)
{
    if (value.empty())
        return failure(errc::malformed, std::string(whose) + " holds no token");
    if (value.size() > max_token_size)
        return failure(errc::too_large, std::string(whose) + " holds a token of more than 16 KiB");
    for (char const c : value.reveal())
        if (c <= 0x20 || c >= 0x7f)  // char is signed or not: what is not ASCII falls out either way
            return failure(errc::malformed, std::string(whose) + " holds a token with a blank or a control character");
    return {};
}

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_TOKEN_HPP
