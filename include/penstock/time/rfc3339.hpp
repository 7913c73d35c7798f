#ifndef PENSTOCK_TIME_RFC3339_HPP
#define PENSTOCK_TIME_RFC3339_HPP
#include <penstock/error/result.hpp>
#include <penstock/time/types.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace penstock {

namespace detail {

/// Writes `value` with leading zeros in exactly `digits` characters.
inline void append_padded(std::string& out, std::int64_t value, int digits)
{
    std::string text(static_cast<std::size_t>(digits), '0');
    for (auto at = text.rbegin(); at != text.rend(); ++at, value /= 10)
        *at = static_cast<char>('0' + value % 10);
    out += text;
}

/// Reads a fixed form from the left; once something did not fit, everything fails.
class date_reader
{
public:
    explicit date_reader(std::string_view text) noexcept : rest_(text) {}

    int number(std::size_t digits) noexcept
    {
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            if (!at_digit()) {
                good_ = false;
                return 0;
            }
            value = value * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        return value;
    }

    /// Takes one of `any`; gives 0 when none is there.
    char take(std::string_view any) noexcept
    {
        if (rest_.empty() || any.find(rest_.front()) == std::string_view::npos)
            return 0;
        char const c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }

    void expect(std::string_view any) noexcept { good_ = take(any) != 0 && good_; }

    /// Digits of a second, any number of them; what is finer than a nanosecond is dropped.
    std::int64_t fraction() noexcept
    {
        good_ = at_digit() && good_;
        std::int64_t value = 0;
        std::int64_t unit = 100'000'000;
        for (; at_digit(); rest_.remove_prefix(1), unit /= 10)
            value += (rest_.front() - '0') * unit;
        return value;
    }

    bool finished() const noexcept { return good_ && rest_.empty(); }
private:
    bool at_digit() const noexcept { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
    std::string_view rest_;
    bool good_ = true;
};

}  // namespace detail

/** A time in UTC as `2026-11-21T00:15:13.123456789Z`.

    @param digits Of the fraction, 0 to 9: 0 leaves it out (Kubernetes' `Time`), 6 is Kubernetes' `MicroTime`.
    What does not fit is cut off, not rounded.
    @see RFC 3339 section 5.6 */
inline std::string format_rfc3339(wall_time t, int digits = 9)
{
    auto const day = std::chrono::floor<std::chrono::days>(t);
    std::chrono::year_month_day const date(day);
    std::chrono::hh_mm_ss<duration> const clock(t - day);
    std::string out;
    out.reserve(30);
    detail::append_padded(out, static_cast<int>(date.year()), 4);
    out += '-';
    detail::append_padded(out, static_cast<unsigned>(date.month()), 2);
    out += '-';
    detail::append_padded(out, static_cast<unsigned>(date.day()), 2);
    out += 'T';
    detail::append_padded(out, clock.hours().count(), 2);
    out += ':';
    detail::append_padded(out, clock.minutes().count(), 2);
    out += ':';
    detail::append_padded(out, clock.seconds().count(), 2);
    if (digits > 0) {
        out += '.';
        auto fraction = clock.subseconds().count();
        for (int i = digits; i < 9; ++i)
            fraction /= 10;
        detail::append_padded(out, fraction, digits < 9 ? digits : 9);
    }
    out += 'Z';
    return out;
}

/** Reads an RFC 3339 time with any offset and any number of digits in its fraction.

    A leap second counts as the first second of the next minute.
    @return `errc::malformed` for another form, a date that does not exist, or a year that nanoseconds since
    1970 cannot hold (before 1678, after 2261). */
inline result<wall_time> parse_rfc3339(std::string_view text)
{
    using namespace std::chrono;
    detail::date_reader in(text);
    int const y = in.number(4);
    in.expect("-");
    int const m = in.number(2);
    in.expect("-");
    int const d = in.number(2);
    in.expect("Tt ");
    int const hour = in.number(2);
    in.expect(":");
    int const minute = in.number(2);
    in.expect(":");
    int const second = in.number(2);
    std::int64_t const nanosecond = in.take(".") != 0 ? in.fraction() : 0;
    minutes offset{};
    if (in.take("Zz") == 0) {
        bool const west = in.take("-") != 0;
        if (!west)
            in.expect("+");
        int const offset_hours = in.number(2);
        in.expect(":");
        int const offset_minutes = in.number(2);
        if (offset_hours > 23 || offset_minutes > 59)
            return failure(errc::malformed, "time with an offset that does not exist");
        offset = minutes((west ? -1 : 1) * (offset_hours * 60 + offset_minutes));
    }
    year_month_day const date(year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)});
    if (!in.finished())
        return failure(errc::malformed, "not an RFC 3339 time");
    if (!date.ok() || hour > 23 || minute > 59 || second > 60 || y < 1678 || y > 2261)
        return failure(errc::malformed, "time that does not exist or is out of range");
    wall_time const made(sys_days(date).time_since_epoch() + hours(hour) + minutes(minute) + seconds(second) - offset
                         + nanoseconds(nanosecond));
    int const in_utc = static_cast<int>(year_month_day(floor<days>(made)).year());
    if (in_utc < 1678 || in_utc > 2261)  // by its offset, or a leap second at the very end
        return failure(errc::malformed, "time that does not exist or is out of range");
    return made;
}

}  // namespace penstock

#endif  // PENSTOCK_TIME_RFC3339_HPP
