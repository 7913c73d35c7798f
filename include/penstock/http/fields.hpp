#ifndef PENSTOCK_HTTP_FIELDS_HPP
#define PENSTOCK_HTTP_FIELDS_HPP
#include <penstock/http/field.hpp>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::http {

/** The header fields of a message, in order; a name may stand more than once. A value that lets in
    who knows it (`is_sensitive`) is overwritten before its memory is given back or used for another.
    @see RFC 9110 section 5 */
class fields
{
public:
    using value_type = field;

    fields() = default;
    fields(std::initializer_list<value_type> init) : items_(init), used_(init.size()) {}

    /// Appends, whatever is there already.
    void add(std::string name, std::string value)
    {
        if (used_ == items_.size())
            items_.emplace_back(std::move(name), std::move(value));
        else
            items_[used_] = value_type(std::move(name), std::move(value));
        ++used_;
    }

    /// Appends a copy. After `clear` it reuses the memory of what stood there: a server parses without allocating.
    void append(std::string_view name, std::string_view value)
    {
        if (used_ == items_.size())
            items_.emplace_back();
        items_[used_].assign(name, value);
        ++used_;
    }

    /// Replaces every field of that name by this one.
    void set(std::string name, std::string value)
    {
        erase(name);
        add(std::move(name), std::move(value));
    }

    void erase(std::string_view name)
    {
        items_.resize(used_);
        std::erase_if(items_, [name](value_type const& f) { return iequals(f.first, name); });
        used_ = items_.size();
    }

    /// Removes all, and keeps the memory for `append`.
    void clear() noexcept
    {
        for (std::size_t i = 0; i < used_; ++i)
            items_[i].wipe();
        used_ = 0;
    }

    /// The first value of that name, or nothing: an empty view. The view lives until the fields change.
    std::string_view operator[](std::string_view name) const noexcept
    {
        auto const at = std::find_if(begin(), end(), [name](value_type const& f) { return iequals(f.first, name); });
        return at == end() ? std::string_view() : std::string_view(at->second);
    }

    bool contains(std::string_view name) const noexcept { return count(name) != 0; }

    std::size_t count(std::string_view name) const noexcept
    {
        return static_cast<std::size_t>(
            std::count_if(begin(), end(), [name](value_type const& f) { return iequals(f.first, name); }));
    }

    using const_iterator = std::vector<value_type>::const_iterator;
    const_iterator begin() const noexcept { return items_.begin(); }
    const_iterator end() const noexcept { return items_.begin() + static_cast<std::ptrdiff_t>(used_); }
    std::size_t size() const noexcept { return used_; }
    bool empty() const noexcept { return used_ == 0; }
private:
    std::vector<value_type> items_;
    std::size_t used_ = 0;  // what stands behind is memory to reuse
};

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_FIELDS_HPP
