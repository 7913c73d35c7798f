#ifndef PENSTOCK_CEL_IMPL_PATTERN_CLASS_IPP
#define PENSTOCK_CEL_IMPL_PATTERN_CLASS_IPP
#include <penstock/cel/impl/pattern_parser.ipp>
#include <penstock/cel/pattern_parser.hpp>
#include <penstock/cel/utf8.hpp>

#include <algorithm>
#include <array>

namespace penstock::cel::detail {

struct named_class
{
    std::string_view name;
    std::array<pattern::range, 4> ranges;  // an empty place repeats the first range
};

inline constexpr std::array<named_class, 14> named_classes{{
    {"alnum", {{{'0', '9'}, {'A', 'Z'}, {'a', 'z'}, {'0', '9'}}}},
    {"alpha", {{{'A', 'Z'}, {'a', 'z'}, {'A', 'Z'}, {'A', 'Z'}}}},
    {"ascii", {{{0, 0x7F}, {0, 0x7F}, {0, 0x7F}, {0, 0x7F}}}},
    {"blank", {{{'\t', '\t'}, {' ', ' '}, {' ', ' '}, {' ', ' '}}}},
    {"cntrl", {{{0, 0x1F}, {0x7F, 0x7F}, {0, 0x1F}, {0, 0x1F}}}},
    {"digit", {{{'0', '9'}, {'0', '9'}, {'0', '9'}, {'0', '9'}}}},
    {"graph", {{{'!', '~'}, {'!', '~'}, {'!', '~'}, {'!', '~'}}}},
    {"lower", {{{'a', 'z'}, {'a', 'z'}, {'a', 'z'}, {'a', 'z'}}}},
    {"print", {{{' ', '~'}, {' ', '~'}, {' ', '~'}, {' ', '~'}}}},
    {"punct", {{{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}}},
    {"space", {{{'\t', '\r'}, {' ', ' '}, {' ', ' '}, {' ', ' '}}}},
    {"upper", {{{'A', 'Z'}, {'A', 'Z'}, {'A', 'Z'}, {'A', 'Z'}}}},
    {"word", {{{'0', '9'}, {'A', 'Z'}, {'a', 'z'}, {'_', '_'}}}},
    {"xdigit", {{{'0', '9'}, {'A', 'F'}, {'a', 'f'}, {'0', '9'}}}},
}};

PENSTOCK_DECL void pattern_parser::normalise(ranges& r)
{
    std::sort(r.begin(), r.end());
    ranges out;
    for (auto const& next : r) {
        if (!out.empty() && next.first <= out.back().second + 1)
            out.back().second = std::max(out.back().second, next.second);
        else
            out.push_back(next);
    }
    r = std::move(out);
}

PENSTOCK_DECL pattern_parser::ranges pattern_parser::complement(ranges r)
{
    normalise(r);
    ranges out;
    char32_t from = 0;
    for (auto const& [first, last] : r) {
        if (first > from)
            out.emplace_back(from, first - 1);
        from = last + 1;
    }
    if (from <= highest_code_point)
        out.emplace_back(from, highest_code_point);
    return out;
}

PENSTOCK_DECL void pattern_parser::one_of(program& out, ranges r) const
{
    if (flags_.fold) {  // ASCII letters only
        ranges more;
        for (auto const& [first, last] : r) {
            auto const cut = [&](char32_t low, char32_t high, int shift) {
                auto const a = std::max(first, low);
                auto const b = std::min(last, high);
                if (a <= b)
                    more.emplace_back(static_cast<char32_t>(static_cast<int>(a) + shift),
                                      static_cast<char32_t>(static_cast<int>(b) + shift));
            };
            cut('A', 'Z', 32);
            cut('a', 'z', -32);
        }
        r.insert(r.end(), more.begin(), more.end());
    }
    normalise(r);
    out.push_back({action::one_of, 1, 0, std::move(r)});
}

PENSTOCK_DECL bool pattern_parser::class_escape(char c, ranges& out) const
{
    ranges r;
    switch (c) {
    case 'd':
    case 'D': r = {{'0', '9'}}; break;
    case 'w':
    case 'W': r = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}; break;
    case 's':
    case 'S': r = {{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}}; break;
    default: return false;
    }
    if (c >= 'A' && c <= 'Z')
        r = complement(std::move(r));
    out.insert(out.end(), r.begin(), r.end());
    return true;
}

PENSTOCK_DECL bool pattern_parser::code_point(char32_t& out)
{
    auto rest = text_.substr(at_);
    auto const before = rest.size();
    out = utf8::take(rest);
    at_ += before - rest.size();
    return true;
}

PENSTOCK_DECL bool pattern_parser::escaped_code_point(char32_t& out)
{
    ++at_;
    if (!more())
        return fail(errc::malformed, "a backslash at the end");
    char const c = text_[at_];
    switch (c) {
    case 'n': out = '\n'; break;
    case 't': out = '\t'; break;
    case 'r': out = '\r'; break;
    case 'f': out = '\f'; break;
    case 'v': out = '\v'; break;
    case 'a': out = '\a'; break;
    case 'x': {
        bool const braces = text_.substr(at_ + 1).starts_with('{');
        auto const close = braces ? text_.find('}', at_) : at_ + 3;
        auto const from = at_ + (braces ? 2 : 1);
        std::uint32_t point = 0;
        if (close == std::string_view::npos || close > text_.size() || from >= close)
            return fail(errc::malformed, "\\x without its digits");
        auto const [end, ec] = std::from_chars(text_.data() + from, text_.data() + close, point, 16);
        if (ec != std::errc() || end != text_.data() + close || !utf8::is_scalar(point))
            return fail(errc::malformed, "\\x without its digits");
        out = point;
        at_ = close + (braces ? 1 : 0);
        return true;
    }
    default:
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
            return fail(errc::unsupported, std::string("\\") + c + " is not spoken");
        return code_point(out);
    }
    ++at_;
    return true;
}

PENSTOCK_DECL bool pattern_parser::bracket(ranges& out)
{
    ++at_;
    bool const negated = skip("^");
    for (bool first = true; first || !looking_at("]"); first = false) {
        if (!more())
            return fail(errc::malformed, "'[' without ']'");
        if (!bracket_item(out))
            return false;
    }
    ++at_;
    if (flags_.fold && negated) {  // folded before it is turned over
        program folded;
        one_of(folded, std::move(out));
        out = std::move(folded.front().ranges);
    }
    normalise(out);
    if (negated)
        out = complement(std::move(out));
    return true;
}

PENSTOCK_DECL bool pattern_parser::bracket_item(ranges& out)
{
    if (skip("[:")) {
        bool const negated = skip("^");
        auto const end = text_.find(":]", at_);
        auto const name = text_.substr(at_, end == std::string_view::npos ? 0 : end - at_);
        auto const known = std::find_if(named_classes.begin(), named_classes.end(),
                                        [name](named_class const& c) { return c.name == name; });
        if (known == named_classes.end())
            return fail(errc::malformed, "unknown class");
        at_ = end + 2;
        ranges r(known->ranges.begin(), known->ranges.end());
        if (negated)
            r = complement(std::move(r));
        out.insert(out.end(), r.begin(), r.end());
        return true;
    }
    if (looking_at("\\") && at_ + 1 < text_.size() && class_escape(text_[at_ + 1], out)) {
        at_ += 2;
        return true;
    }
    char32_t first = 0;
    if (!(looking_at("\\") ? escaped_code_point(first) : code_point(first)))
        return false;
    char32_t last = first;
    if (looking_at("-") && at_ + 1 < text_.size() && text_[at_ + 1] != ']') {
        ++at_;
        if (!(looking_at("\\") ? escaped_code_point(last) : code_point(last)))
            return false;
        if (last < first)
            return fail(errc::malformed, "a range that is upside down");
    }
    out.emplace_back(first, last);
    return true;
}

}  // namespace penstock::cel::detail

#endif  // PENSTOCK_CEL_IMPL_PATTERN_CLASS_IPP
