#ifndef PENSTOCK_TEXT_UTF8_HPP
#define PENSTOCK_TEXT_UTF8_HPP
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace penstock {

/// Bytes of the well-formed character at the front of `s`; 0 when there is none.
/// @see https://www.unicode.org/versions/Unicode15.0.0/ch03.pdf table 3-7
constexpr std::size_t utf8_length(std::string_view s) noexcept
{
    auto const byte = [&](std::size_t n) { return n < s.size() ? static_cast<std::uint8_t>(s[n]) : std::uint8_t{0}; };
    auto const tail = [&](std::size_t n) { return (byte(n) & 0xc0U) == 0x80U; };
    auto const lead = byte(0);
    if (lead < 0x80U)
        return 1;
    if (lead >= 0xc2U && lead <= 0xdfU)
        return tail(1) ? 2 : 0;
    if (lead >= 0xe0U && lead <= 0xefU) {
        bool const overlong = lead == 0xe0U && byte(1) < 0xa0U;
        bool const surrogate = lead == 0xedU && byte(1) > 0x9fU;
        return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (lead >= 0xf0U && lead <= 0xf4U) {
        bool const overlong = lead == 0xf0U && byte(1) < 0x90U;
        bool const beyond = lead == 0xf4U && byte(1) > 0x8fU;
        return tail(1) && tail(2) && tail(3) && !overlong && !beyond ? 4 : 0;
    }
    return 0;
}

/** The text as valid UTF-8: each byte that fits nowhere becomes U+FFFD. What is longer than `limit` bytes is cut
    between two characters, and an ellipsis says so. Logs and labels hold what peers sent, and one bad byte would
    make a whole page unreadable. */
inline std::string valid_utf8(std::string_view s, std::size_t limit = 8192)
{
    std::string out;
    out.reserve(s.size() < limit ? s.size() : limit);
    while (!s.empty()) {
        auto const n = utf8_length(s);
        auto const piece = n == 0 ? std::string_view("\xef\xbf\xbd") : s.substr(0, n);
        if (out.size() + piece.size() > limit) {
            out += "\xe2\x80\xa6";
            break;
        }
        out += piece;
        s.remove_prefix(n == 0 ? 1 : n);
    }
    return out;
}

}  // namespace penstock

#endif  // PENSTOCK_TEXT_UTF8_HPP
