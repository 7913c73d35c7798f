#ifndef PENSTOCK_JSON_IMPL_ESCAPES_IPP
#define PENSTOCK_JSON_IMPL_ESCAPES_IPP
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

// What escapes in strings stand for.
namespace penstock::json::detail {

/// One `\uXXXX` behind its `\u`.
inline std::optional<std::uint32_t> code_unit(std::string_view text) noexcept
{
    if (text.size() < 4)
        return std::nullopt;
    std::uint32_t unit = 0;
    for (char const c : text.substr(0, 4)) {
        char const lower = static_cast<char>(c | 0x20);
        if (c >= '0' && c <= '9')
            unit = unit << 4U | static_cast<std::uint32_t>(c - '0');
        else if (lower >= 'a' && lower <= 'f')
            unit = unit << 4U | static_cast<std::uint32_t>(lower - 'a' + 10);
        else
            return std::nullopt;
    }
    return unit;
}

/// The character of an escape, and how many bytes stand for it behind the backslash; none where it is none.
inline std::optional<std::pair<std::uint32_t, std::size_t>> escaped_character(std::string_view text) noexcept
{
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    if (text.empty())
        return std::nullopt;
    if (auto const at = letters.find(text[0]); at != letters.npos)
        return std::pair(static_cast<std::uint32_t>(meanings[at]), std::size_t{1});
    auto const high = text[0] == 'u' ? code_unit(text.substr(1)) : std::nullopt;
    if (!high || (*high >= 0xdc00U && *high <= 0xdfffU))
        return std::nullopt;
    if (*high < 0xd800U || *high > 0xdbffU)
        return std::pair(*high, std::size_t{5});
    auto const low = text.substr(5, 2) == "\\u" ? code_unit(text.substr(7)) : std::nullopt;
    if (!low || *low < 0xdc00U || *low > 0xdfffU)
        return std::nullopt;
    return std::pair(0x10000U + ((*high & 0x3ffU) << 10U) + (*low & 0x3ffU), std::size_t{11});
}

inline void append_utf8(std::string& to, std::uint32_t c)
{
    auto const put = [&to](std::uint32_t byte) { to.push_back(static_cast<char>(byte)); };
    auto const tail = [&put, c](unsigned shift) { put(0x80U | ((c >> shift) & 0x3fU)); };
    if (c < 0x80U) {
        put(c);
    } else if (c < 0x800U) {
        put(0xc0U | c >> 6U);
        tail(0);
    } else if (c < 0x10000U) {
        put(0xe0U | c >> 12U);
        tail(6);
        tail(0);
    } else {
        put(0xf0U | c >> 18U);
        tail(12);
        tail(6);
        tail(0);
    }
}

}  // namespace penstock::json::detail

#endif  // PENSTOCK_JSON_IMPL_ESCAPES_IPP
