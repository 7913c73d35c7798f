#ifndef PENSTOCK_CEL_IMPL_FORMAT_IPP
#define PENSTOCK_CEL_IMPL_FORMAT_IPP
#include <penstock/cel/function.hpp>
#include <penstock/cel/number.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace penstock::cel::detail {

/// What `%s` makes of a value: lists as [a, b], maps as {k: v}.
inline result<std::string> shown(value const& v, budget& cost)
{
    if (cost.take(1) == budget::answer::spent)
        return too_costly();
    if (v.is(kind::list) || v.is(kind::map)) {
        bool const list = v.is(kind::list);
        std::string out(1, list ? '[' : '{');
        for (std::size_t i = 0; i < v.size(); ++i) {
            if (i != 0)
                out += ", ";
            if (!list)
                out += print(v.entry(i).first) + ": ";
            auto const part = shown(list ? v.item(i) : v.entry(i).second, cost);
            if (!part)
                return part.error();
            out += *part;
        }
        return out + (list ? ']' : '}');
    }
    if (v.is(kind::optional))
        return no_such_overload();
    return print(v);
}

inline result<std::string> in_base(value const& v, int base, bool upper)
{
    if (v.is(kind::string) || v.is(kind::bytes)) {
        std::string out;
        for (char const c : v.text()) {
            static constexpr std::string_view low = "0123456789abcdef";
            static constexpr std::string_view high = "0123456789ABCDEF";
            auto const digits = upper ? high : low;
            out.push_back(digits[static_cast<unsigned char>(c) >> 4]);
            out.push_back(digits[static_cast<unsigned char>(c) & 15]);
        }
        return base == 16 ? result<std::string>(out) : result<std::string>(no_such_overload());
    }
    std::array<char, 72> raw{};
    std::to_chars_result done{};
    if (v.is(kind::integer))
        done = std::to_chars(raw.data(), raw.data() + raw.size(), v.as_integer(), base);
    else if (v.is(kind::uinteger))
        done = std::to_chars(raw.data(), raw.data() + raw.size(), v.as_uinteger(), base);
    else if (v.is(kind::boolean) && base == 2)
        return std::string(v.as_bool() ? "1" : "0");
    else
        return no_such_overload();
    std::string out(raw.data(), done.ptr);
    if (upper)
        for (char& c : out)
            c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c;
    return out;
}

inline result<std::string> real(value const& v, std::chars_format how, int precision)
{
    auto const d = to_floating(v);
    if (!d || v.is(kind::string))
        return no_such_overload();
    if (!std::isfinite(d->as_double()))
        return std::string(std::isnan(d->as_double()) ? "NaN" : d->as_double() > 0 ? "Infinity" : "-Infinity");
    std::array<char, 512> raw{};  // the largest double has 309 digits, and the precision is at most 100
    auto const done = std::to_chars(raw.data(), raw.data() + raw.size(), d->as_double(), how, precision);
    return std::string(raw.data(), done.ptr);
}

PENSTOCK_DECL result<value> format_text(std::string_view format, value const& arguments, budget& cost)
{
    std::string out;
    std::size_t used = 0;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%') {
            out.push_back(format[i]);
            continue;
        }
        if (++i >= format.size())
            return failure(errc::malformed, "'%' at the end of a format");
        if (format[i] == '%') {
            out.push_back('%');
            continue;
        }
        int precision = 6;
        if (format[i] == '.') {
            auto const* const from = format.data() + i + 1;
            auto const [end, ec] = std::from_chars(from, format.data() + format.size(), precision);
            i = static_cast<std::size_t>(end - format.data());
            if (ec != std::errc() || precision < 0 || precision > 100 || i >= format.size())
                return failure(errc::malformed, "a precision that is no number up to 100");
        }
        if (used >= arguments.size())
            return failure(errc::malformed, "the format wants more values than there are");
        auto const v = arguments.item(used++);
        result<std::string> part = no_such_overload();
        switch (format[i]) {
        case 's': part = shown(v, cost); break;
        case 'd':
            if (is_number(v))
                part = print(v);
            break;
        case 'f': part = real(v, std::chars_format::fixed, precision); break;
        case 'e': part = real(v, std::chars_format::scientific, precision); break;
        case 'b': part = in_base(v, 2, false); break;
        case 'o': part = in_base(v, 8, false); break;
        case 'x': part = in_base(v, 16, false); break;
        case 'X': part = in_base(v, 16, true); break;
        default: return failure(errc::malformed, "an unknown letter after '%'");
        }
        if (!part)
            return part.error();
        if (cost.take_bytes(part->size()) == budget::answer::spent)
            return too_costly();
        out += *part;
    }
    return value::string(std::move(out));
}

}  // namespace penstock::cel::detail

#endif  // PENSTOCK_CEL_IMPL_FORMAT_IPP
