#ifndef PENSTOCK_CEL_UTF8_HPP
#define PENSTOCK_CEL_UTF8_HPP
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::cel::utf8 {

/// How many bytes the code point takes that begins with this byte; 1 for what is no beginning.
constexpr std::size_t length(char first) noexcept
{
    auto const b = static_cast<unsigned char>(first);
    return b < 0xC0 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : b < 0xF8 ? 4 : 1;
}

/// The code point at the front of valid UTF-8, which is taken off. Never reads past the end.
constexpr char32_t take(std::string_view& text) noexcept
{
    auto const n = length(text.front()) <= text.size() ? length(text.front()) : 1;
    auto const first = static_cast<unsigned char>(text.front());
    char32_t out = n == 1 ? first : first & (0xFFu >> (n + 1));
    for (std::size_t i = 1; i < n; ++i)
        out = (out << 6) | (static_cast<unsigned char>(text[i]) & 0x3Fu);
    text.remove_prefix(n);
    return out;
}

/// How many code points there are.
constexpr std::size_t count(std::string_view text) noexcept
{
    std::size_t n = 0;
    for (char const c : text)
        n += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
    return n;
}

/// The offset in bytes of the n-th code point; the size when there are not more.
constexpr std::size_t offset(std::string_view text, std::size_t n) noexcept
{
    std::size_t at = 0;
    while (n > 0 && at < text.size()) {
        at += length(text[at]);
        --n;
    }
    return at < text.size() ? at : text.size();
}

inline void append(std::string& out, char32_t c)
{
    auto const put = [&out](char32_t bits) { out.push_back(static_cast<char>(bits)); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0 | (c >> 6));
        put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        put(0xE0 | (c >> 12));
        put(0x80 | ((c >> 6) & 0x3F));
        put(0x80 | (c & 0x3F));
    } else {
        put(0xF0 | (c >> 18));
        put(0x80 | ((c >> 12) & 0x3F));
        put(0x80 | ((c >> 6) & 0x3F));
        put(0x80 | (c & 0x3F));
    }
}

/// A code point that text may hold: no surrogate, not above U+10FFFF.
constexpr bool is_scalar(char32_t c) noexcept
{
    return c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF);
}

/// Well-formed in the sense of the Unicode standard: shortest forms, no surrogates.
constexpr bool valid(std::string_view text) noexcept
{
    while (!text.empty()) {
        auto const first = static_cast<unsigned char>(text.front());
        auto const n = length(text.front());
        if ((first >= 0x80 && first < 0xC2) || first >= 0xF5 || n > text.size())
            return false;
        for (std::size_t i = 1; i < n; ++i)
            if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80)
                return false;
        auto const c = take(text);
        if (!is_scalar(c) || (n == 3 && c < 0x800) || (n == 4 && c < 0x10000))
            return false;
    }
    return true;
}

}  // namespace penstock::cel::utf8

#endif  // PENSTOCK_CEL_UTF8_HPP
