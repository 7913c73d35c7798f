#ifndef PENSTOCK_CEL_IMPL_NUMBER_IPP
#define PENSTOCK_CEL_IMPL_NUMBER_IPP
#include <penstock/cel/number.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace penstock::cel {
namespace detail {

inline constexpr double two63 = 9223372036854775808.0;
inline constexpr double two64 = 18446744073709551616.0;

template <class T>
std::partial_ordering turned(T o)
{
    return o == std::partial_ordering::less      ? std::partial_ordering::greater
           : o == std::partial_ordering::greater ? std::partial_ordering::less
                                                 : o;
}

inline std::partial_ordering compare_integer(std::int64_t a, double b)
{
    if (std::isnan(b))
        return std::partial_ordering::unordered;
    if (b >= two63)
        return std::partial_ordering::less;
    if (b < -two63)
        return std::partial_ordering::greater;
    auto const whole = static_cast<std::int64_t>(b);  // towards zero
    if (a != whole)
        return a <=> whole;
    return 0.0 <=> (b - static_cast<double>(whole));
}

inline std::partial_ordering compare_uinteger(std::uint64_t a, double b)
{
    if (std::isnan(b))
        return std::partial_ordering::unordered;
    if (b >= two64)
        return std::partial_ordering::less;
    if (b < 0)
        return std::partial_ordering::greater;
    auto const whole = static_cast<std::uint64_t>(b);
    if (a != whole)
        return a <=> whole;
    return 0.0 <=> (b - static_cast<double>(whole));
}

inline failure overflow()
{
    return {errc::malformed, "integer overflow"};
}

template <class Integer>
result<Integer> calculate_whole(arithmetic op, Integer a, Integer b)
{
    Integer out{};
    bool wrong = false;
    switch (op) {
    case arithmetic::add: wrong = __builtin_add_overflow(a, b, &out); break;
    case arithmetic::subtract: wrong = __builtin_sub_overflow(a, b, &out); break;
    case arithmetic::multiply: wrong = __builtin_mul_overflow(a, b, &out); break;
    case arithmetic::divide:
    case arithmetic::modulo:
        if (b == 0)
            return failure(errc::malformed, op == arithmetic::divide ? "division by zero" : "modulus by zero");
        if constexpr (std::is_signed_v<Integer>) {
            if (a == std::numeric_limits<Integer>::min() && b == -1)
                return overflow();
        }
        out = op == arithmetic::divide ? a / b : a % b;
        break;
    }
    if (wrong)
        return overflow();
    return out;
}

template <class Number>
result<Number> read_number(std::string_view text, char const* type)
{
    Number out{};
    if (text.starts_with('+'))
        text.remove_prefix(1);
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (ec != std::errc() || end != text.data() + text.size() || text.empty())
        return failure(errc::malformed, std::string("the string is not a ") + type);
    return out;
}

}  // namespace detail

PENSTOCK_DECL std::partial_ordering compare_numbers(value const& a, value const& b)
{
    if (a.is(kind::floating)) {
        if (b.is(kind::floating))
            return a.as_double() <=> b.as_double();
        return detail::turned(compare_numbers(b, a));
    }
    if (b.is(kind::floating))
        return a.is(kind::integer) ? detail::compare_integer(a.as_integer(), b.as_double())
                                   : detail::compare_uinteger(a.as_uinteger(), b.as_double());
    if (a.is(kind::integer) && b.is(kind::integer))
        return a.as_integer() <=> b.as_integer();
    if (a.is(kind::uinteger) && b.is(kind::uinteger))
        return a.as_uinteger() <=> b.as_uinteger();
    if (a.is(kind::integer)) {
        if (a.as_integer() < 0)
            return std::partial_ordering::less;
        return static_cast<std::uint64_t>(a.as_integer()) <=> b.as_uinteger();
    }
    return detail::turned(compare_numbers(b, a));
}

PENSTOCK_DECL result<value> calculate(arithmetic op, value const& a, value const& b)
{
    if (a.is(kind::integer) && b.is(kind::integer)) {
        auto const r = detail::calculate_whole(op, a.as_integer(), b.as_integer());
        return r ? result<value>(value::integer(*r)) : result<value>(r.error());
    }
    if (a.is(kind::uinteger) && b.is(kind::uinteger)) {
        auto const r = detail::calculate_whole(op, a.as_uinteger(), b.as_uinteger());
        return r ? result<value>(value::uinteger(*r)) : result<value>(r.error());
    }
    if (a.is(kind::floating) && b.is(kind::floating) && op != arithmetic::modulo) {
        double const x = a.as_double();
        double const y = b.as_double();
        switch (op) {
        case arithmetic::add: return value::floating(x + y);
        case arithmetic::subtract: return value::floating(x - y);
        case arithmetic::multiply: return value::floating(x * y);
        default:
            if (y == 0)  // IEEE 754, spelled out: the sanitizer counts x / 0.0 as an error
                return value::floating(x == 0 || std::isnan(x)              ? std::numeric_limits<double>::quiet_NaN()
                                       : std::signbit(x) == std::signbit(y) ? std::numeric_limits<double>::infinity()
                                                                            : -std::numeric_limits<double>::infinity());
            return value::floating(x / y);
        }
    }
    return failure(errc::malformed, "no such overload");
}

PENSTOCK_DECL result<value> negate(value const& a)
{
    if (a.is(kind::floating))
        return value::floating(-a.as_double());
    if (!a.is(kind::integer))
        return failure(errc::malformed, "no such overload");
    if (a.as_integer() == std::numeric_limits<std::int64_t>::min())
        return detail::overflow();
    return value::integer(-a.as_integer());
}

PENSTOCK_DECL result<value> to_integer(value const& v)
{
    switch (v.what()) {
    case kind::integer: return v;
    case kind::uinteger:
        if (v.as_uinteger() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return detail::overflow();
        return value::integer(static_cast<std::int64_t>(v.as_uinteger()));
    case kind::floating:
        if (!(v.as_double() > -detail::two63 && v.as_double() < detail::two63))
            return detail::overflow();
        return value::integer(static_cast<std::int64_t>(v.as_double()));
    case kind::string: {
        auto const n = detail::read_number<std::int64_t>(v.text(), "int");
        return n ? result<value>(value::integer(*n)) : result<value>(n.error());
    }
    default: return failure(errc::malformed, "no such overload");
    }
}

PENSTOCK_DECL result<value> to_uinteger(value const& v)
{
    switch (v.what()) {
    case kind::uinteger: return v;
    case kind::integer:
        if (v.as_integer() < 0)
            return detail::overflow();
        return value::uinteger(static_cast<std::uint64_t>(v.as_integer()));
    case kind::floating:
        if (!(v.as_double() >= 0 && v.as_double() < detail::two64))
            return detail::overflow();
        return value::uinteger(static_cast<std::uint64_t>(v.as_double()));
    case kind::string: {
        auto const n = detail::read_number<std::uint64_t>(v.text(), "uint");
        return n ? result<value>(value::uinteger(*n)) : result<value>(n.error());
    }
    default: return failure(errc::malformed, "no such overload");
    }
}

PENSTOCK_DECL result<value> to_floating(value const& v)
{
    switch (v.what()) {
    case kind::floating: return v;
    case kind::integer: return value::floating(static_cast<double>(v.as_integer()));
    case kind::uinteger: return value::floating(static_cast<double>(v.as_uinteger()));
    case kind::string: {
        auto const n = detail::read_number<double>(v.text(), "double");
        return n ? result<value>(value::floating(*n)) : result<value>(n.error());
    }
    default: return failure(errc::malformed, "no such overload");
    }
}

PENSTOCK_DECL std::string print(double d)
{
    if (std::isnan(d))
        return "NaN";
    if (std::isinf(d))
        return d > 0 ? "+Inf" : "-Inf";
    char raw[64];
    auto const science = std::to_chars(raw, raw + sizeof raw, d, std::chars_format::scientific);
    std::string text(raw, science.ptr);
    int exponent = 0;
    auto const e = text.find('e');
    std::string_view digits(text);
    digits.remove_prefix(e + (text[e + 1] == '+' ? 2 : 1));
    std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (exponent < -4 || exponent >= 6)
        return text;
    auto const plain = std::to_chars(raw, raw + sizeof raw, d, std::chars_format::fixed);
    return std::string(raw, plain.ptr);
}

PENSTOCK_DECL std::string print(value const& v)
{
    switch (v.what()) {
    case kind::null: return "null";
    case kind::boolean: return v.as_bool() ? "true" : "false";
    case kind::integer: return std::to_string(v.as_integer());
    case kind::uinteger: return std::to_string(v.as_uinteger());
    case kind::floating: return print(v.as_double());
    case kind::string:
    case kind::bytes: return std::string(v.text());
    case kind::type: return std::string(to_string(v.as_type()));
    default: return std::string(to_string(v.what()));
    }
}

}  // namespace penstock::cel

#endif  // PENSTOCK_CEL_IMPL_NUMBER_IPP
