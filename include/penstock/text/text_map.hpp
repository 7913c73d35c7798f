#ifndef PENSTOCK_TEXT_TEXT_MAP_HPP
#define PENSTOCK_TEXT_TEXT_MAP_HPP
#include <penstock/text/text_list.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace penstock {

/** Texts by their names, in one block: for the labels of each of many objects. Made once, looked at often: filled with
    `add`, then brought into order by `settle`; equal are those that hold the same, in whatever order it came.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class text_map
{
public:
    /// Gives names and texts in the order of the names. Valid until the next change, as is what it gives.
    class iterator
    {
    public:
        using value_type = std::pair<std::string_view, std::string_view>;
        using difference_type = std::ptrdiff_t;
        using reference = value_type;
        using pointer = void;
        using iterator_category = std::input_iterator_tag;

        iterator() = default;
        value_type operator*() const noexcept
        {
            auto const text = std::next(at_);
            return {*at_, *text};
        }
        iterator& operator++() noexcept
        {
            std::advance(at_, 2);
            return *this;
        }
        iterator operator++(int) noexcept
        {
            auto const before = *this;
            ++*this;
            return before;
        }
        bool operator==(iterator const&) const = default;
    private:
        friend class text_map;
        explicit iterator(text_list::iterator at) : at_(at) {}
        text_list::iterator at_;
    };

    /// Of a name that comes twice the last text counts.
    void add(std::string_view name, std::string_view text)
    {
        add_name(name);
        add_text(text);
    }

    /// The same in two steps, for who has one of them at a time.
    void add_name(std::string_view name) { texts_.push_back(name); }
    void add_text(std::string_view text) { texts_.push_back(text); }

    /// To be called once everything has been added. Allocates only where it came in another order.
    void settle()
    {
        std::optional<std::string_view> before;
        for (auto const& [name, text] : *this) {
            if (before && *before >= name)
                return sort();
            before = name;
        }
    }

    /// The text of a name, or nothing. Valid until the next change.
    std::optional<std::string_view> find(std::string_view name) const noexcept
    {
        for (auto const& [key, text] : *this)
            if (key == name)
                return text;
        return std::nullopt;
    }

    /// Forgets everything and keeps the memory.
    void clear() noexcept { texts_.clear(); }
    bool empty() const noexcept { return texts_.empty(); }
    /// Counts them.
    std::size_t size() const noexcept { return texts_.size() / 2; }
    iterator begin() const noexcept { return iterator(texts_.begin()); }
    iterator end() const noexcept { return iterator(texts_.end()); }

    /// Of those that are settled.
    friend bool operator==(text_map const&, text_map const&) = default;
private:
    void sort()
    {
        std::map<std::string, std::string> all;
        for (auto const& [name, text] : *this)
            all.insert_or_assign(std::string(name), std::string(text));
        texts_.clear();
        for (auto const& [name, text] : all)
            add(name, text);
    }

    text_list texts_;
};

}  // namespace penstock

#endif  // PENSTOCK_TEXT_TEXT_MAP_HPP
