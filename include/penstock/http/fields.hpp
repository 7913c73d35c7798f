#ifndef PENSTOCK_HTTP_FIELDS_HPP
#define PENSTOCK_HTTP_FIELDS_HPP
#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::http {

namespace detail {

constexpr char lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace detail

/// Compares header names and tokens as RFC 9110 does: ASCII letters without regard to case.
constexpr bool iequals(std::string_view a, std::string_view b) noexcept
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return detail::lower(x) == detail::lower(y); });
}

/** The header fields of a message, in order; a name may stand more than once.
    @see RFC 9110 section 5 */
class fields
{
public:
    using value_type = std::pair<std::string, std::string>;

    fields() = default;
    fields(std::initializer_list<value_type> init) : items_(init) {}

    /// Appends, whatever is there already.
    void add(std::string name, std::string value) { items_.emplace_back(std::move(name), std::move(value)); }

    /// Replaces every field of that name by this one.
    void set(std::string name, std::string value)
    {
        erase(name);
        add(std::move(name), std::move(value));
    }

    void erase(std::string_view name)
    {
        std::erase_if(items_, [name](value_type const& f) { return iequals(f.first, name); });
    }

    /// The first value of that name, or nothing: an empty view. The view lives until the fields change.
    std::string_view operator[](std::string_view name) const noexcept
    {
        auto const at = std::find_if(items_.begin(), items_.end(),
                                     [name](value_type const& f) { return iequals(f.first, name); });
        return at == items_.end() ? std::string_view() : std::string_view(at->second);
    }

    bool contains(std::string_view name) const noexcept { return count(name) != 0; }

    std::size_t count(std::string_view name) const noexcept
    {
        return static_cast<std::size_t>(std::count_if(
            items_.begin(), items_.end(), [name](value_type const& f) { return iequals(f.first, name); }));
    }

    auto begin() const noexcept { return items_.begin(); }
    auto end() const noexcept { return items_.end(); }
    std::size_t size() const noexcept { return items_.size(); }
    bool empty() const noexcept { return items_.empty(); }
private:
    std::vector<value_type> items_;
};

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_FIELDS_HPP
