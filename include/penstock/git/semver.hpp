#ifndef PENSTOCK_GIT_SEMVER_HPP
#define PENSTOCK_GIT_SEMVER_HPP
#include <penstock/error/result.hpp>

#include <charconv>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::git {

/** A version as Semantic Versioning 2.0 orders it; build metadata is kept and does not count.
    @see https://semver.org/spec/v2.0.0.html */
class semver
{
public:
    std::uint64_t major = 0, minor = 0, patch = 0;
    std::string prerelease;  ///< `rc.1` of `1.0.0-rc.1`.
    std::string build;       ///< `linux` of `1.0.0+linux`.

    /** Reads a whole version, all three numbers, with or without a leading `v`: the form that Flux demands of tags.
        @return Nothing for any other text. */
    static std::optional<semver> parse(std::string_view text);

    friend std::strong_ordering operator<=>(semver const& a, semver const& b) noexcept
    {
        if (auto const c = a.major <=> b.major; c != 0)
            return c;
        if (auto const c = a.minor <=> b.minor; c != 0)
            return c;
        if (auto const c = a.patch <=> b.patch; c != 0)
            return c;
        return compare_prerelease(a.prerelease, b.prerelease);
    }
    friend bool operator==(semver const& a, semver const& b) noexcept { return (a <=> b) == 0; }

    /// Dot-separated identifiers of letters, digits and '-', none empty; numbers without leading zeros if asked.
    static bool valid_identifiers(std::string_view text, bool numbers_strict) noexcept;
    /// A number without a leading zero that fits 64 bits.
    static std::optional<std::uint64_t> parse_number(std::string_view text) noexcept;
private:
    static std::strong_ordering compare_prerelease(std::string_view a, std::string_view b) noexcept;
};

namespace detail {

inline bool all_digits(std::string_view text) noexcept
{
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Cuts the text before the next '.' off, and the '.' with it.
inline std::string_view take_identifier(std::string_view& text) noexcept
{
    auto const end = text.find('.');
    auto const out = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    return out;
}

}  // namespace detail

inline std::optional<std::uint64_t> semver::parse_number(std::string_view text) noexcept
{
    std::uint64_t out = 0;
    if (!detail::all_digits(text) || (text.size() > 1 && text.front() == '0'))
        return std::nullopt;
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (ec != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return out;
}

inline bool semver::valid_identifiers(std::string_view text, bool numbers_strict) noexcept
{
    if (text.empty() || text.back() == '.')
        return false;
    while (!text.empty()) {
        auto const one = detail::take_identifier(text);
        if (one.empty()
            || one.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz"
                                     "ABCDEFGHIJKLMNOPQRSTUVWXYZ-")
                   != std::string_view::npos)
            return false;
        if (numbers_strict && one.size() > 1 && one.front() == '0' && detail::all_digits(one))
            return false;
    }
    return true;
}

inline std::optional<semver> semver::parse(std::string_view text)
{
    semver out;
    if (text.starts_with('v'))
        text.remove_prefix(1);
    if (auto const plus = text.find('+'); plus != std::string_view::npos) {
        out.build = text.substr(plus + 1);
        if (!valid_identifiers(out.build, false))
            return std::nullopt;
        text = text.substr(0, plus);
    }
    if (auto const dash = text.find('-'); dash != std::string_view::npos) {
        out.prerelease = text.substr(dash + 1);
        if (!valid_identifiers(out.prerelease, true))
            return std::nullopt;
        text = text.substr(0, dash);
    }
    if (text.ends_with('.'))
        return std::nullopt;
    auto const major = parse_number(detail::take_identifier(text));
    auto const minor = parse_number(detail::take_identifier(text));
    auto const patch = parse_number(text);
    if (!major || !minor || !patch)
        return std::nullopt;
    out.major = *major;
    out.minor = *minor;
    out.patch = *patch;
    return out;
}

inline std::strong_ordering semver::compare_prerelease(std::string_view a, std::string_view b) noexcept
{
    if (a.empty() || b.empty())
        return a.empty() <=> b.empty();  // none is later than any
    while (!a.empty() && !b.empty()) {
        auto const x = detail::take_identifier(a);
        auto const y = detail::take_identifier(b);
        bool const x_number = detail::all_digits(x);
        bool const y_number = detail::all_digits(y);
        if (x_number != y_number)
            return x_number ? std::strong_ordering::less : std::strong_ordering::greater;
        if (x_number && x.size() != y.size())
            return x.size() <=> y.size();
        if (auto const c = x.compare(y); c != 0)
            return c <=> 0;
    }
    return !a.empty() <=> !b.empty();
}

}  // namespace penstock::git

#endif  // PENSTOCK_GIT_SEMVER_HPP
