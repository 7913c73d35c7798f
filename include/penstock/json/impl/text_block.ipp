#ifndef PENSTOCK_JSON_IMPL_TEXT_BLOCK_IPP
#define PENSTOCK_JSON_IMPL_TEXT_BLOCK_IPP
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

// Which of 64 characters of a JSON text are which: a bit for each, the first the lowest.
namespace penstock::json::detail {

struct text_block
{
    std::uint64_t quote;
    std::uint64_t inside;  // of an odd number of quotes so far, itself included: as if no quote were escaped
    std::uint64_t backslash;
    std::uint64_t colon;
    std::uint64_t bracket;  // []{} and, of what stands in no document outside of strings, "Yy_" and 0x7f
};

inline constexpr std::size_t block_size = 64;
inline constexpr char bracket_bits = 0x26;  // what makes the brackets one character
inline constexpr char any_bracket = 0x7f;

/// Each bit is whether the number of those up to it is odd.
constexpr std::uint64_t odd_so_far(std::uint64_t bits) noexcept
{
    for (unsigned shift = 1; shift < block_size; shift *= 2)
        bits ^= bits << shift;
    return bits;
}

/// Whether the inside of a string is what it stands for: ASCII without escapes and without control characters.
inline bool is_plain(std::string_view text) noexcept
{
    constexpr std::uint64_t ones = 0x0101010101010101U;
    std::uint64_t bad = 0;
    auto const look = [&bad](std::uint64_t w) {
        auto const slash = w ^ (ones * '\\');
        bad |= w | (w - ones * 0x20) | (slash - ones);
    };
    std::uint64_t w = 0;
    while (text.size() >= sizeof w) {
        std::memcpy(&w, text.data(), sizeof w);
        look(w);
        text.remove_prefix(sizeof w);
    }
    w = ones * 'a';
    std::memcpy(&w, text.data(), text.size());
    look(w);
    return (bad & (ones * 0x80)) == 0;
}

constexpr bool is_space(char c) noexcept
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

using block_reader = void (*)(char const* text, std::size_t blocks, text_block* to) noexcept;

/// The same without any help of the machine.
inline void read_blocks_plain(char const* text, std::size_t blocks, text_block* to) noexcept
{
    for (; blocks-- > 0; text += block_size, ++to) {
        text_block b{};
        for (std::size_t i = 0; i < block_size; ++i) {
            auto const c = text[i];
            auto const bit = std::uint64_t{1} << i;
            b.quote |= c == '"' ? bit : 0;
            b.backslash |= c == '\\' ? bit : 0;
            b.colon |= c == ':' ? bit : 0;
            b.bracket |= (c | bracket_bits) == any_bracket ? bit : 0;
        }
        b.inside = odd_so_far(b.quote);
        *to = b;
    }
}

}  // namespace penstock::json::detail

#endif  // PENSTOCK_JSON_IMPL_TEXT_BLOCK_IPP
