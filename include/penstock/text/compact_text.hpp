#ifndef PENSTOCK_TEXT_COMPACT_TEXT_HPP
#define PENSTOCK_TEXT_COMPACT_TEXT_HPP
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace penstock {

/** A text in one pointer, for what is kept in great numbers: an empty one owns nothing, another one a block of eight
    bytes more than it is long. A copy takes no more than it needs; what is assigned to reuses what it has.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class compact_text
{
public:
    compact_text() = default;
    explicit compact_text(std::string_view text) { assign(text); }
    compact_text(compact_text const& other) : compact_text(other.view()) {}
    compact_text(compact_text&& other) noexcept = default;
    compact_text& operator=(compact_text const& other)
    {
        if (this != &other)
            assign(other.view());
        return *this;
    }
    compact_text& operator=(compact_text&& other) noexcept = default;
    ~compact_text() = default;

    /// Valid until the next change.
    std::string_view view() const noexcept
    {
        return block_ == nullptr ? std::string_view() : std::string_view(characters(), size());
    }
    std::size_t size() const noexcept { return block_ == nullptr ? 0 : head().size; }
    bool empty() const noexcept { return size() == 0; }

    /// Forgets the text and keeps the memory.
    void clear() noexcept
    {
        if (block_ != nullptr)
            resize(0);
    }

    /// @param text Must not be a part of this one.
    /// @throw std::length_error beyond 4 GB.
    void assign(std::string_view text)
    {
        clear();
        append(text);
    }

    /// The same.
    void append(std::string_view text)
    {
        if (text.empty())
            return;
        auto const before = size();
        reserve(before + text.size(), before == 0);
        std::memcpy(block_.get() + sizeof(header) + before, text.data(), text.size());
        resize(before + text.size());
    }

    friend bool operator==(compact_text const& a, compact_text const& b) noexcept { return a.view() == b.view(); }
    friend auto operator<=>(compact_text const& a, compact_text const& b) noexcept { return a.view() <=> b.view(); }
private:
    struct header
    {
        std::uint32_t size;
        std::uint32_t capacity;
    };

    header head() const noexcept
    {
        header h{};
        std::memcpy(&h, block_.get(), sizeof h);
        return h;
    }
    char const* characters() const noexcept { return block_.get() + sizeof(header); }
    void resize(std::size_t size) noexcept
    {
        auto h = head();
        h.size = static_cast<std::uint32_t>(size);
        std::memcpy(block_.get(), &h, sizeof h);
    }

    void reserve(std::size_t wanted, bool exactly)
    {
        auto const now = block_ == nullptr ? 0 : std::size_t{head().capacity};
        if (wanted <= now)
            return;
        constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max();
        if (wanted > most)
            throw std::length_error("a text of more than 4 GB");
        auto const capacity = exactly ? wanted : std::min(most, std::max(wanted, now * 2));
        std::unique_ptr<char[]> larger(new char[sizeof(header) + capacity]);
        header const h{static_cast<std::uint32_t>(size()), static_cast<std::uint32_t>(capacity)};
        std::memcpy(larger.get(), &h, sizeof h);
        if (h.size != 0)
            std::memcpy(larger.get() + sizeof h, characters(), h.size);
        block_ = std::move(larger);
    }

    std::unique_ptr<char[]> block_;
};

}  // namespace penstock

#endif  // PENSTOCK_TEXT_COMPACT_TEXT_HPP
