#ifndef PENSTOCK_CEL_IMPL_STRING_FUNCTION_IPP
#define PENSTOCK_CEL_IMPL_STRING_FUNCTION_IPP
#include <penstock/cel/function.hpp>
#include <penstock/cel/utf8.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

namespace penstock::cel::detail {

inline failure out_of_range()
{
    return {errc::malformed, "an index lies outside of the string"};
}

/// The argument at that place as a place in a string of `count` code points; `fallback` when it is not there.
inline result<std::size_t> place(std::span<value const> a, std::size_t which, std::size_t count, std::size_t fallback)
{
    if (which >= a.size())
        return fallback;
    if (!a[which].is(kind::integer))
        return no_such_overload();
    auto const n = a[which].as_integer();
    if (n < 0 || static_cast<std::uint64_t>(n) > count)
        return out_of_range();
    return static_cast<std::size_t>(n);
}

/// A count where a negative number means all.
inline result<std::size_t> limit(std::span<value const> a, std::size_t which)
{
    if (which >= a.size())
        return std::numeric_limits<std::size_t>::max();
    if (!a[which].is(kind::integer))
        return no_such_overload();
    auto const n = a[which].as_integer();
    return n < 0 ? std::numeric_limits<std::size_t>::max() : static_cast<std::size_t>(n);
}

inline std::string changed_case(std::string_view s, char low, char high, int shift)
{
    std::string out(s);
    for (char& c : out)
        if (c >= low && c <= high)
            c = static_cast<char>(c + shift);
    return out;
}

inline value position(std::string_view text, std::size_t at)
{
    return value::integer(at == std::string_view::npos ? -1
                                                       : static_cast<std::int64_t>(utf8::count(text.substr(0, at))));
}

inline result<value> find_forward(std::span<value const> a)
{
    auto const text = a[0].text();
    auto const from = place(a, 2, utf8::count(text), 0);
    if (!from)
        return from.error();
    return position(text, text.find(a[1].text(), utf8::offset(text, *from)));
}

inline result<value> find_backward(std::span<value const> a)
{
    auto const text = a[0].text();
    auto const count = utf8::count(text);
    auto const from = place(a, 2, count, count);
    if (!from)
        return from.error();
    return position(text, text.rfind(a[1].text(), utf8::offset(text, *from)));
}

inline result<value> replaced(std::span<value const> a, budget& cost)
{
    auto const most = limit(a, 3);
    if (!most)
        return most.error();
    std::string_view text = a[0].text();
    auto const old = a[1].text();
    auto const with = a[2].text();
    std::string out;
    std::size_t done = 0;
    while (done < *most) {
        // An empty text stands before every code point and at the end.
        auto const at = old.empty() ? (done == 0      ? 0
                                       : text.empty() ? std::string_view::npos
                                                      : utf8::length(text[0]))
                                    : text.find(old);
        if (at == std::string_view::npos)
            break;
        out += text.substr(0, at);
        out += with;
        text.remove_prefix(at + old.size());
        ++done;
        if (cost.take_bytes(at + with.size()) == budget::answer::spent)
            return too_costly();
    }
    out += text;
    return value::string(std::move(out));
}

inline result<value> split_text(std::span<value const> a, budget& cost)
{
    auto const most = limit(a, 2);
    if (!most)
        return most.error();
    std::string_view text = a[0].text();
    auto const by = a[1].text();
    value::list_type out;
    if (*most == 0)
        return value::list(std::move(out));
    if (by.empty() && text.empty())
        return value::list(std::move(out));
    while (out.size() + 1 < *most) {
        auto const at = by.empty() ? utf8::length(text[0]) : text.find(by);
        if (at == std::string_view::npos || (by.empty() && at >= text.size()))
            break;
        out.push_back(value::string(std::string(text.substr(0, at))));
        text.remove_prefix(at + by.size());
        if (cost.take_bytes(16 + at) == budget::answer::spent)
            return too_costly();
    }
    out.push_back(value::string(std::string(text)));
    return value::list(std::move(out));
}

inline result<value> substring_of(std::span<value const> a)
{
    auto const text = a[0].text();
    auto const count = utf8::count(text);
    auto const from = place(a, 1, count, 0);
    auto const to = place(a, 2, count, count);
    if (!from || !to)
        return from ? to.error() : from.error();
    if (*from > *to)
        return out_of_range();
    auto const begin = utf8::offset(text, *from);
    return value::string(std::string(text.substr(begin, utf8::offset(text, *to) - begin)));
}

inline result<value> character(std::span<value const> a)
{
    auto const text = a[0].text();
    auto const at = place(a, 1, utf8::count(text), 0);
    if (!at)
        return at.error();
    auto const begin = utf8::offset(text, *at);
    return value::string(std::string(text.substr(begin, begin < text.size() ? utf8::length(text[begin]) : 0)));
}

inline bool is_space(char32_t c) noexcept
{
    return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A)
           || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

inline std::string_view trimmed(std::string_view s)
{
    std::size_t begin = s.size();
    std::size_t end = 0;
    for (auto rest = s; !rest.empty();) {
        auto const at = s.size() - rest.size();
        if (!is_space(utf8::take(rest))) {
            begin = std::min(begin, at);
            end = s.size() - rest.size();
        }
    }
    return begin < end ? s.substr(begin, end - begin) : std::string_view();
}

inline std::string reversed(std::string_view s)
{
    std::string out;
    out.reserve(s.size());
    while (!s.empty()) {
        std::size_t n = 1;
        while (n < s.size() && (static_cast<unsigned char>(s[s.size() - n]) & 0xC0) == 0x80)
            ++n;
        out += s.substr(s.size() - n);
        s.remove_suffix(n);
    }
    return out;
}

inline std::string quoted_text(std::string_view s)
{
    static constexpr std::string_view special = "\a\b\f\n\r\t\v\\\"";
    static constexpr std::string_view letters = "abfnrtv\\\"";
    std::string out = "\"";
    for (char const c : s) {
        auto const at = special.find(c);
        if (at != std::string_view::npos) {
            out.push_back('\\');
            out.push_back(letters[at]);
        } else {
            out.push_back(c);
        }
    }
    return out + '"';
}

PENSTOCK_DECL result<value> call_strings(function_id id, std::span<value const> a, budget& cost)
{
    using enum function_id;
    std::size_t const texts = id == replace ? 3 : id == index_of || id == last_index_of || id == split ? 2 : 1;
    for (std::size_t i = 0; i < texts; ++i)
        if (!a[i].is(kind::string))
            return no_such_overload();
    if (cost.take_bytes(a[0].text().size()) == budget::answer::spent)
        return too_costly();
    switch (id) {
    case char_at: return character(a);
    case index_of: return find_forward(a);
    case last_index_of: return find_backward(a);
    case lower_ascii: return value::string(changed_case(a[0].text(), 'A', 'Z', 32));
    case upper_ascii: return value::string(changed_case(a[0].text(), 'a', 'z', -32));
    case replace: return replaced(a, cost);
    case split: return split_text(a, cost);
    case substring: return substring_of(a);
    case trim: return value::string(std::string(trimmed(a[0].text())));
    case format: return a[1].is(kind::list) ? format_text(a[0].text(), a[1], cost) : no_such_overload();
    case reverse: return value::string(reversed(a[0].text()));
    case quote: return value::string(quoted_text(a[0].text()));
    default: return no_such_overload();
    }
}

}  // namespace penstock::cel::detail

#endif  // PENSTOCK_CEL_IMPL_STRING_FUNCTION_IPP
