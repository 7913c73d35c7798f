#ifndef PENSTOCK_TIME_HTTP_DATE_HPP
#define PENSTOCK_TIME_HTTP_DATE_HPP
#include <penstock/time/types.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace penstock {

namespace detail {

inline constexpr std::array<std::string_view, 7> day_names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
inline constexpr std::array<std::string_view, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// A number of exactly `n` digits (a leading space counts as zero), or -1.
constexpr int fixed_number(std::string_view s, std::size_t at, std::size_t n) noexcept
{
    int value = 0;
    for (std::size_t i = at; i < at + n; ++i) {
        char const c = s[i] == ' ' && i == at ? '0' : s[i];
        if (c < '0' || c > '9')
            return -1;
        value = value * 10 + (c - '0');
    }
    return value;
}

constexpr int month_number(std::string_view name) noexcept
{
    for (std::size_t i = 0; i < month_names.size(); ++i)
        if (month_names[i] == name)
            return static_cast<int>(i) + 1;
    return 0;
}

inline std::optional<wall_time> make_date(int year, int month, int day, std::string_view clock) noexcept
{
    namespace ch = std::chrono;
    if (clock.size() != 8 || clock[2] != ':' || clock[5] != ':')
        return std::nullopt;
    int const h = fixed_number(clock, 0, 2);
    int const m = fixed_number(clock, 3, 2);
    int const s = fixed_number(clock, 6, 2);
    ch::year_month_day const date(ch::year(year), ch::month(static_cast<unsigned>(month)),
                                  ch::day(static_cast<unsigned>(day)));
    // 1678..2261: what nanoseconds in 64 bits can hold
    if (day < 1 || month < 1 || !date.ok() || year < 1678 || year > 2261 || h < 0 || h > 23 || m < 0 || m > 59 || s < 0
        || s > 60)
        return std::nullopt;
    return wall_time(ch::sys_days(date)) + ch::hours(h) + ch::minutes(m) + ch::seconds(s);
}

}  // namespace detail

/** "Sun, 06 Nov 1994 08:49:37 GMT": the only form that is written. Fractions are cut off.
    @see RFC 9110 section 5.6.7 */
inline std::string format_http_date(wall_time t)
{
    namespace ch = std::chrono;
    auto const days = ch::floor<ch::days>(t);
    ch::year_month_day const date(days);
    ch::hh_mm_ss const time(ch::floor<ch::seconds>(t - days));
    auto const two = [](unsigned n) {
        return std::string{static_cast<char>('0' + n / 10), static_cast<char>('0' + n % 10)};
    };
    std::string year = std::to_string(static_cast<int>(date.year()));
    year.insert(0, year.size() < 4 ? 4 - year.size() : 0, '0');
    std::string out(detail::day_names[ch::weekday(days).c_encoding()]);
    out += ", " + two(static_cast<unsigned>(date.day())) + ' ';
    out += detail::month_names[static_cast<unsigned>(date.month()) - 1];
    out += ' ' + year + ' ' + two(static_cast<unsigned>(time.hours().count())) + ':'
           + two(static_cast<unsigned>(time.minutes().count())) + ':'
           + two(static_cast<unsigned>(time.seconds().count())) + " GMT";
    return out;
}

namespace detail {

/// In any of the three forms, of any year.
inline std::optional<wall_time> read_http_date(std::string_view s, wall_time now) noexcept
{
    namespace ch = std::chrono;
    auto const comma = s.find(',');
    if (comma == std::string_view::npos) {
        if (s.size() != 24 || s[3] != ' ' || s[7] != ' ' || s[10] != ' ' || s[19] != ' ')
            return std::nullopt;
        return make_date(fixed_number(s, 20, 4), month_number(s.substr(4, 3)), fixed_number(s, 8, 2), s.substr(11, 8));
    }
    auto const rest = s.substr(comma + 1);
    if (rest.size() == 25 && rest[3] == ' ' && rest[7] == ' ' && rest.ends_with(" GMT") && rest[12] == ' ')
        return make_date(fixed_number(rest, 8, 4), month_number(rest.substr(4, 3)), fixed_number(rest, 1, 2),
                         rest.substr(13, 8));
    if (rest.size() != 23 || rest[3] != '-' || rest[7] != '-' || !rest.ends_with(" GMT") || rest[10] != ' ')
        return std::nullopt;
    int const two = fixed_number(rest, 8, 2);
    if (two < 0)
        return std::nullopt;
    int const this_year = static_cast<int>(ch::year_month_day(ch::floor<ch::days>(now)).year());
    int year = this_year / 100 * 100 + two;
    if (year > this_year + 50)
        year -= 100;
    return make_date(year, month_number(rest.substr(4, 3)), fixed_number(rest, 1, 2), rest.substr(11, 8));
}

}  // namespace detail

/** Reads all three forms that RFC 9110 asks a reader to take: the one above, RFC 850's
    ("Sunday, 06-Nov-94 08:49:37 GMT") and asctime's ("Sun Nov  6 08:49:37 1994"). The day's name is not checked.
    @param now Puts the two digits of RFC 850's year into the right century.
    @return None for a date more than a century away from `now` too, so that differences fit into nanoseconds. */
inline std::optional<wall_time> parse_http_date(std::string_view s, wall_time now) noexcept
{
    constexpr std::chrono::hours century(24 * 36525);
    auto const said = detail::read_http_date(s, now);
    if (said && (*said > now + century || *said < now - century))
        return std::nullopt;
    return said;
}

}  // namespace penstock

#endif  // PENSTOCK_TIME_HTTP_DATE_HPP
