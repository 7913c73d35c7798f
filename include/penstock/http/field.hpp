#ifndef PENSTOCK_HTTP_FIELD_HPP
#define PENSTOCK_HTTP_FIELD_HPP
#include <penstock/text/secret.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

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

/// Whether the value of a field of this name lets in who knows it.
constexpr bool is_sensitive(std::string_view name) noexcept
{
    switch (name.size()) {  // most names are told apart by their length alone
    case 6: return iequals(name, "Cookie");
    case 9: return iequals(name, "Job-Token");
    case 10: return iequals(name, "Set-Cookie");
    case 13: return iequals(name, "Authorization") || iequals(name, "Private-Token");
    case 14: return iequals(name, "X-Gitlab-Token");
    case 19: return iequals(name, "Proxy-Authorization");
    default: return false;
    }
}

/** One header field: `first` is its name, `second` its value. A sensitive value is overwritten when the field ends, is
    moved from or assigned to. Who changes `second` in place wipes it first.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class field
{
public:
    field() = default;
    field(std::string name, std::string value) : first(std::move(name)), second(std::move(value))
    {
        if (is_sensitive(first))
            secret::wipe(value);  // a short one stays behind in what it was moved from
    }
    field(field const&) = default;
    field(field&& other) noexcept : first(std::move(other.first)), second(std::move(other.second))
    {
        if (is_sensitive(first))
            secret::wipe(other.second);
    }
    ~field() { wipe(); }

    field& operator=(field const& other)
    {
        if (this != &other)
            *this = field(other);
        return *this;
    }
    field& operator=(field&& other) noexcept
    {
        if (this != &other) {
            wipe();
            first = std::move(other.first);
            second = std::move(other.second);
            if (is_sensitive(first))
                secret::wipe(other.second);
        }
        return *this;
    }

    /// Replaces both by copies, in the memory that is there.
    void assign(std::string_view name, std::string_view value)
    {
        wipe();
        first.assign(name);
        second.assign(value);
    }

    /// Overwrites and empties a sensitive value; leaves another as it is.
    void wipe() noexcept
    {
        if (!second.empty() && is_sensitive(first))
            secret::wipe(second);
    }

    friend bool operator==(field const&, field const&) = default;

    std::string first;
    std::string second;
};

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_FIELD_HPP
