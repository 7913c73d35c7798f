#ifndef PENSTOCK_TEXT_HEX_HPP
#define PENSTOCK_TEXT_HEX_HPP
#include <penstock/error/result.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace penstock {

namespace detail {

inline constexpr auto hex_values = [] {
    std::array<signed char, 256> values{};
    values.fill(-1);
    for (signed char i = 0; i < 16; ++i) {
        values[static_cast<unsigned char>("0123456789abcdef"[i])] = i;
        values[static_cast<unsigned char>("0123456789ABCDEF"[i])] = i;
    }
    return values;
}();

/// The value of one hexadecimal digit of either case, or -1.
constexpr int hex_value(char c) noexcept
{
    return hex_values[static_cast<unsigned char>(c)];
}

/// Decodes into exactly `out.size()` bytes. `text` has twice as many digits and nothing else, or nothing comes back.
constexpr std::optional<std::size_t> hex_into(std::string_view text, std::span<char> out) noexcept
{
    if (text.size() != out.size() * 2)
        return std::nullopt;
    for (std::size_t i = 0; i < out.size(); ++i) {
        int const high = hex_value(text[2 * i]);
        int const low = hex_value(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return std::nullopt;
        out[i] = static_cast<char>(high * 16 + low);
    }
    return out.size();
}

}  // namespace detail

/// Two lower-case digits for each byte.
inline std::string to_hex(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (char const c : bytes) {
        auto const byte = static_cast<unsigned char>(c);
        text.push_back(digits[byte >> 4]);
        text.push_back(digits[byte & 15U]);
    }
    return text;
}

/** Decodes digits of either case.

    @return The bytes, or `errc::malformed` for an odd length or another character. The failure does not repeat
    the text: it may be a secret. */
inline result<std::string> from_hex(std::string_view text)
{
    std::string bytes(text.size() / 2, '\0');
    if (!detail::hex_into(text, bytes))
        return failure(errc::malformed, "hexadecimal text");
    return bytes;
}

}  // namespace penstock

#endif  // PENSTOCK_TEXT_HEX_HPP
