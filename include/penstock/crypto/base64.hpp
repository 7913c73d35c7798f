#ifndef PENSTOCK_CRYPTO_BASE64_HPP
#define PENSTOCK_CRYPTO_BASE64_HPP
#include <penstock/error/result.hpp>
#include <penstock/text/secret.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace penstock::crypto {

namespace detail {

/// The value of one digit of either alphabet of RFC 4648, or -1.
constexpr int base64_value(char c) noexcept
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    if (c == '/' || c == '_')
        return 63;
    return -1;
}

inline std::string base64_with(std::string_view bytes, std::string_view alphabet, bool padded)
{
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    std::uint32_t bits = 0;
    int held = 0;
    for (char const c : bytes) {
        bits = (bits << 8) | static_cast<unsigned char>(c);
        held += 8;
        while (held >= 6) {
            held -= 6;
            text.push_back(alphabet[(bits >> held) & 63U]);
        }
    }
    if (held != 0)
        text.push_back(alphabet[(bits << (6 - held)) & 63U]);
    while (padded && text.size() % 4 != 0)
        text.push_back('=');
    return text;
}

}  // namespace detail

/// The standard alphabet, padded. @see RFC 4648 section 4
inline std::string base64_encode(std::string_view bytes)
{
    return detail::base64_with(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", true);
}

/// The alphabet for URLs and JWTs, without padding. @see RFC 4648 section 5
inline std::string base64url_encode(std::string_view bytes)
{
    return detail::base64_with(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", false);
}

namespace detail {

/** The digits of a base64 text, without its padding; nothing where the padding is not what it may be: none at all,
    or complete. */
constexpr std::optional<std::string_view> base64_digits(std::string_view text) noexcept
{
    auto const digits = text.substr(0, text.find('='));
    auto const padding = text.substr(digits.size());
    bool const complete =
        padding.empty()
        || (padding.size() <= 2 && text.size() % 4 == 0 && padding.find_first_not_of('=') == std::string_view::npos);
    return complete && digits.size() % 4 != 1 ? std::optional(digits) : std::nullopt;
}

}  // namespace detail

/// Bytes that so many digits stand for.
constexpr std::size_t base64_size(std::size_t digits) noexcept
{
    return digits / 4 * 3 + digits % 4 * 3 / 4;
}

/** Decodes without allocating. Either alphabet, padded or not. Strict otherwise: no white space, padding complete if
    it is there at all, and no bits behind the last byte, so that a value has one spelling in an alphabet.

    @return Whether the text is base64 of exactly `out.size()` bytes; if not, what `out` holds is not defined. */
constexpr bool base64_into(std::string_view text, std::span<char> out) noexcept
{
    auto const digits = detail::base64_digits(text);
    if (!digits || base64_size(digits->size()) != out.size())
        return false;
    std::uint32_t bits = 0;
    int held = 0;
    std::size_t at = 0;
    for (char const c : *digits) {
        int const value = detail::base64_value(c);
        if (value < 0)
            return false;
        bits = ((bits << 6) | static_cast<std::uint32_t>(value)) & 0xffffU;
        held += 6;
        if (held >= 8) {
            held -= 8;
            out[at++] = static_cast<char>((bits >> held) & 255U);
        }
    }
    return (bits & ((1U << held) - 1U)) == 0;
}

/** The same into a string.

    @return The bytes, or `errc::malformed` without the text: it may be a secret. */
inline result<std::string> base64_decode(std::string_view text)
{
    auto const digits = detail::base64_digits(text);
    std::string bytes(digits ? base64_size(digits->size()) : 0, '\0');
    if (!digits || !base64_into(text, bytes)) {
        secret::wipe(bytes);
        return failure(errc::malformed, "base64 text");
    }
    return bytes;
}

}  // namespace penstock::crypto

#endif  // PENSTOCK_CRYPTO_BASE64_HPP
