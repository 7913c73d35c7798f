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

/// Eight characters, the first the lowest, whatever the machine. Compilers make one load of it.
inline std::uint64_t word_at(char const* text) noexcept
{
    std::uint64_t made = 0;
    for (unsigned i = 0; i < sizeof made; ++i)
        made |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
    return made;
}

/// For any machine: eight characters at a time.
inline void read_blocks_portable(char const* text, std::size_t blocks, text_block* to) noexcept
{
    constexpr std::uint64_t ones = 0x0101010101010101U;
    // A bit for each of eight characters that are `c`, exactly: no carry goes from one to the next.
    constexpr auto where = [](std::uint64_t w, char c) noexcept {
        constexpr std::uint64_t low = 0x7f * ones;
        auto const other = w ^ (ones * static_cast<unsigned char>(c));
        auto const high = ~(((other & low) + low) | other | low);  // 0x80 where it is
        return (high * 0x0002040810204081U) >> 56;
    };
    for (; blocks-- > 0; text += block_size, ++to) {
        text_block b{};
        for (unsigned i = 0; i < block_size; i += 8) {
            auto const w = word_at(text + i);
            b.quote |= where(w, '"') << i;
            b.backslash |= where(w, '\\') << i;
            b.colon |= where(w, ':') << i;
            b.bracket |= where(w | (ones * bracket_bits), any_bracket) << i;
        }
        b.inside = odd_so_far(b.quote);
        *to = b;
    }
}

}  // namespace penstock::json::detail

#endif  // PENSTOCK_JSON_IMPL_TEXT_BLOCK_IPP
