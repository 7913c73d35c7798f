#ifndef PENSTOCK_JSON_IMPL_TEXT_OUTLINE_IPP
#define PENSTOCK_JSON_IMPL_TEXT_OUTLINE_IPP
#include <penstock/json/impl/text_block.ipp>

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>

namespace penstock::json::detail {

/// Where strings, brackets and colons of a JSON text are, found block by block on the way through it. Forward only.
class text_outline
{
public:
    struct block
    {
        std::uint64_t quote;    // begins or ends a string
        std::uint64_t bracket;  // outside of strings
        std::uint64_t mark;     // a bracket or a colon, outside of strings
    };

    /// @param reader Not null.
    text_outline(std::string_view text, block_reader reader) noexcept : text_(text), read_(reader) {}

    /// Whether something was met that only a parser can judge: an escape in a key or outside of strings.
    bool odd() const noexcept { return odd_; }
    /// Whether there was a backslash outside of strings.
    bool stray() const noexcept { return stray_; }

    std::size_t blocks() const noexcept { return (text_.size() + block_size - 1) / block_size; }

    /// @param n Below `blocks()`, and never less than the time before.
    block const& at(std::size_t n) noexcept
    {
        while (n >= end_) [[unlikely]]
            advance();
        return window_[n - begin_];
    }

    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    /// The first quote of a string that stands at `from` or later.
    std::size_t quote(std::size_t from) noexcept
    {
        auto n = from / block_size;
        auto keep = ~std::uint64_t{0} << (from % block_size);
        for (auto const end = blocks(); n < end; ++n, keep = ~std::uint64_t{0})
            if (auto const found = at(n).quote & keep; found != 0)
                return n * block_size + static_cast<std::size_t>(std::countr_zero(found));
        return none;
    }
private:
    static constexpr std::size_t window_size = 64;

    void advance() noexcept
    {
        begin_ = end_;
        auto const count = std::min(window_size, blocks() - begin_);
        std::array<text_block, window_size> seen;
        auto const whole = std::min(count, text_.size() / block_size - begin_);
        read_(text_.data() + begin_ * block_size, whole, seen.data());
        if (whole < count) {
            std::array<char, block_size> rest;
            rest.fill(' ');
            auto const from = (begin_ + whole) * block_size;
            std::copy(text_.begin() + static_cast<std::ptrdiff_t>(from), text_.end(), rest.begin());
            read_(rest.data(), 1, &seen[whole]);
        }
        for (std::size_t i = 0; i < count; ++i)
            window_[i] = outside_of_strings(seen[i], begin_ + i);
        end_ = begin_ + count;
    }

    block outside_of_strings(text_block const& b, std::size_t n) noexcept
    {
        auto quote = b.quote;
        auto inside = b.inside;  // from the first quote of each string to the last character of it
        if ((b.backslash | escaped_) != 0) [[unlikely]] {
            quote &= ~escapes(b.backslash);
            inside = odd_so_far(quote);
        }
        inside ^= inside_;
        inside_ = 0 - (inside >> 63);
        if ((b.backslash | (pending_ ? 1U : 0U)) != 0) [[unlikely]]
            look_at_escapes(b.backslash, inside, quote, n);
        return {quote, b.bracket & ~inside, (b.bracket | b.colon) & ~inside};
    }

    /// What a backslash stands before that is none of another's.
    std::uint64_t escapes(std::uint64_t backslash) noexcept
    {
        constexpr std::uint64_t even = 0x5555555555555555U;
        backslash &= ~escaped_;
        auto const follows = backslash << 1 | escaped_;
        auto const odd_starts = backslash & ~even & ~follows;
        auto const carried = odd_starts + backslash;
        escaped_ = carried < odd_starts ? 1 : 0;
        return (even ^ (carried << 1)) & follows;
    }

    /// Finds the ends of strings with escapes in them, and what stands behind.
    void look_at_escapes(std::uint64_t backslash, std::uint64_t inside, std::uint64_t quote, std::size_t n) noexcept
    {
        stray_ = stray_ || (backslash & ~inside) != 0;
        odd_ = odd_ || stray_;
        while (pending_ || backslash != 0) {
            if (!pending_)
                quote &= ~std::uint64_t{0} << std::countr_zero(backslash);
            pending_ = quote == 0;
            if (pending_)
                return;
            auto const end = std::countr_zero(quote);
            auto const behind = text_.find_first_not_of(" \t\r\n", n * block_size + static_cast<std::size_t>(end) + 1);
            odd_ = odd_ || (behind != std::string_view::npos && text_[behind] == ':');
            quote &= quote - 1;
            backslash &= end == 63 ? 0 : ~std::uint64_t{0} << (end + 1);
        }
    }

    std::string_view text_;
    block_reader read_;
    std::size_t begin_ = 0;  // of the window
    std::size_t end_ = 0;
    std::uint64_t inside_ = 0;   // all ones where a string goes on in the next block
    std::uint64_t escaped_ = 0;  // 1 where the first character of the next block is
    bool pending_ = false;       // a string with an escape in it goes on there
    bool odd_ = false;
    bool stray_ = false;
    std::array<block, window_size> window_;
};

}  // namespace penstock::json::detail

#endif  // PENSTOCK_JSON_IMPL_TEXT_OUTLINE_IPP
