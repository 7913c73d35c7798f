#ifndef PENSTOCK_TIME_GO_DURATION_HPP
#define PENSTOCK_TIME_GO_DURATION_HPP
#include <penstock/error/result.hpp>
#include <penstock/text/ascii.hpp>
#include <penstock/time/types.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace penstock {

namespace detail {

/// Nanoseconds in a unit of Go's notation; 0 for none.
constexpr std::uint64_t go_unit(std::string_view unit) noexcept
{
    if (unit == "ns")
        return 1;
    if (unit == "us" || unit == "\xc2\xb5s" || unit == "\xce\xbcs")  // both signs for micro
        return 1'000;
    if (unit == "ms")
        return 1'000'000;
    if (unit == "s")
        return 1'000'000'000;
    if (unit == "m")
        return 60'000'000'000;
    return unit == "h" ? 3'600'000'000'000U : 0;
}

inline failure bad_duration(std::string_view text, std::string_view why)
{
    return {errc::malformed, "duration \"" + std::string(text.substr(0, 64)) + "\": " + std::string(why)};
}

inline std::string decimal(std::uint64_t value, std::uint64_t unit)
{
    auto out = std::to_string(value / unit);
    if (auto rest = value % unit; rest != 0) {
        out += '.';
        for (unit /= 10; rest != 0; rest %= unit, unit /= 10) {
            out += static_cast<char>('0' + rest / unit);
            if (unit == 1)
                break;
        }
    }
    return out;
}

}  // namespace detail

/** Reads a length of time as Go writes it: `1m30s`, `1.5h`, `300ms`, `-2s`, `0`.
    @return `errc::malformed`, saying what is wrong with it; also when it is longer than about 292 years.
    @see https://pkg.go.dev/time#ParseDuration */
inline result<duration> parse_go_duration(std::string_view const text)
{
    constexpr std::uint64_t limit = std::uint64_t{1} << 63U;
    auto rest = text;
    bool const negative = rest.starts_with('-');
    if (negative || rest.starts_with('+'))
        rest.remove_prefix(1);
    if (rest == "0")
        return duration::zero();
    if (rest.empty())
        return detail::bad_duration(text, "a number with a unit is expected, such as 30s");
    std::uint64_t total = 0;
    while (!rest.empty()) {
        std::uint64_t whole = 0;
        std::uint64_t fraction = 0;
        double scale = 1;
        std::size_t digits = 0;
        std::size_t at = 0;
        for (; at < rest.size() && detail::is_digit(rest[at]); ++at, ++digits) {
            if (whole > limit / 10)
                return detail::bad_duration(text, "too long");
            whole = whole * 10 + static_cast<std::uint64_t>(rest[at] - '0');
        }
        if (at < rest.size() && rest[at] == '.') {
            for (++at; at < rest.size() && detail::is_digit(rest[at]); ++at, ++digits) {
                if (fraction < limit / 10 - 1) {  // what is finer cannot count
                    fraction = fraction * 10 + static_cast<std::uint64_t>(rest[at] - '0');
                    scale *= 10;
                }
            }
        }
        if (digits == 0)
            return detail::bad_duration(text, "a digit is expected");
        rest.remove_prefix(at);
        std::size_t length = 0;
        while (length < rest.size() && rest[length] != '.' && !detail::is_digit(rest[length]))
            ++length;
        if (length == 0)
            return detail::bad_duration(text, "a unit is missing: ns, us, ms, s, m or h");
        auto const unit = detail::go_unit(rest.substr(0, length));
        if (unit == 0)
            return detail::bad_duration(text, "the unit is not one of ns, us, ms, s, m, h");
        rest.remove_prefix(length);
        if (whole > limit / unit)
            return detail::bad_duration(text, "too long");
        auto const part =
            static_cast<std::uint64_t>(static_cast<double>(fraction) * (static_cast<double>(unit) / scale));
        if (auto const sum = whole * unit + part; sum > limit || total > limit - sum)
            return detail::bad_duration(text, "too long");
        else
            total += sum;
    }
    if (total > limit - (negative ? 0U : 1U))
        return detail::bad_duration(text, "too long");
    return duration(static_cast<duration::rep>(negative ? 0 - total : total));
}

/// Writes a length of time as Go's `Duration.String` does: `1m30s`, `1.5s`, `2h0m0s`, `0s`, `1µs`.
inline std::string format_go_duration(duration d)
{
    bool const negative = d.count() < 0;
    auto const raw = static_cast<std::uint64_t>(d.count());
    auto value = negative ? 0 - raw : raw;
    std::string out = negative ? "-" : "";
    if (value == 0)
        return "0s";
    if (value < 1'000)
        return out + std::to_string(value) + "ns";
    if (value < 1'000'000)
        return out + detail::decimal(value, 1'000) + "\xc2\xb5s";
    if (value < 1'000'000'000)
        return out + detail::decimal(value, 1'000'000) + "ms";
    auto const hours = value / 3'600'000'000'000U;
    value %= 3'600'000'000'000U;
    auto const minutes = value / 60'000'000'000U;
    value %= 60'000'000'000U;
    if (hours != 0)
        out += std::to_string(hours) + "h";
    if (hours != 0 || minutes != 0)
        out += std::to_string(minutes) + "m";
    return out + detail::decimal(value, 1'000'000'000) + "s";
}

}  // namespace penstock

#endif  // PENSTOCK_TIME_GO_DURATION_HPP
