#ifndef PENSTOCK_TEXT_TEXT_LIST_HPP
#define PENSTOCK_TEXT_TEXT_LIST_HPP
#include <penstock/text/compact_text.hpp>

#include <cstddef>
#include <iterator>
#include <string_view>

namespace penstock {

/** Texts in the order in which they came, one behind the other in one block: for the few of each of many objects.

    What is cleared and filled again reuses its memory.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class text_list
{
public:
    /// Valid until the next change, as is what it gives.
    class iterator
    {
    public:
        using value_type = std::string_view;
        using difference_type = std::ptrdiff_t;
        using reference = std::string_view;
        using pointer = void;
        using iterator_category = std::input_iterator_tag;

        iterator() = default;
        std::string_view operator*() const noexcept { return rest_.substr(head_, size_); }
        iterator& operator++() noexcept
        {
            rest_.remove_prefix(head_ + size_);
            read();
            return *this;
        }
        iterator operator++(int) noexcept
        {
            auto const before = *this;
            ++*this;
            return before;
        }
        bool operator==(iterator const& other) const noexcept { return rest_.size() == other.rest_.size(); }
    private:
        friend class text_list;
        explicit iterator(std::string_view rest) : rest_(rest) { read(); }

        void read() noexcept
        {
            size_ = 0;
            head_ = 0;
            for (unsigned shift = 0; head_ < rest_.size(); shift += 7) {
                auto const byte = static_cast<unsigned char>(rest_[head_++]);
                size_ |= static_cast<std::size_t>(byte & 0x7fU) << shift;
                if (byte < 0x80U)
                    return;
            }
        }

        std::string_view rest_;
        std::size_t head_ = 0;  // bytes that say how long the text is, seven bits in each
        std::size_t size_ = 0;
    };

    void push_back(std::string_view text)
    {
        char head[10];
        std::size_t used = 0;
        auto size = text.size();
        for (; size >= 0x80U; size >>= 7U)
            head[used++] = static_cast<char>((size & 0x7fU) | 0x80U);
        head[used++] = static_cast<char>(size);
        packed_.append({head, used});
        packed_.append(text);
    }

    /// Forgets the texts and keeps the memory.
    void clear() noexcept { packed_.clear(); }
    bool empty() const noexcept { return packed_.empty(); }
    /// Counts them.
    std::size_t size() const noexcept { return static_cast<std::size_t>(std::distance(begin(), end())); }
    iterator begin() const noexcept { return iterator(packed_.view()); }
    iterator end() const noexcept { return iterator(); }

    friend bool operator==(text_list const&, text_list const&) = default;
private:
    compact_text packed_;
};

}  // namespace penstock

#endif  // PENSTOCK_TEXT_TEXT_LIST_HPP
