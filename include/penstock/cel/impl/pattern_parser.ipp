#ifndef PENSTOCK_CEL_IMPL_PATTERN_PARSER_IPP
#define PENSTOCK_CEL_IMPL_PATTERN_PARSER_IPP
#include <penstock/cel/pattern_parser.hpp>
#include <penstock/cel/utf8.hpp>

#include <algorithm>
#include <charconv>
#include <limits>

namespace penstock::cel::detail {

inline constexpr char32_t highest_code_point = 0x10FFFF;
inline constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

PENSTOCK_DECL bool pattern_parser::skip(std::string_view s)
{
    if (!looking_at(s))
        return false;
    at_ += s.size();
    return true;
}

PENSTOCK_DECL bool pattern_parser::fail(errc code, std::string what)
{
    if (!error_.code)
        error_ = failure(code, "regular expression, offset " + std::to_string(at_) + ": " + std::move(what));
    return false;
}

PENSTOCK_DECL result<std::vector<pattern::instruction>> pattern_parser::parse()
{
    program out;
    if (text_.size() > 1024)
        fail(errc::too_large, "longer than 1024 bytes");
    else if (alternatives(out, 0) && more())
        fail(errc::malformed, "')' without '('");
    if (error_.code)
        return error_;
    // Addresses were relative to their own place; make them absolute.
    for (std::uint32_t i = 0; i < out.size(); ++i) {
        out[i].next += i;
        out[i].other += i;
    }
    out.push_back({action::found, 0, 0, {}});
    return out;
}

PENSTOCK_DECL result<std::vector<pattern::instruction>> parse_pattern(std::string_view text)
{
    return pattern_parser(text).parse();
}

PENSTOCK_DECL void pattern_parser::append(program& out, program const& part)
{
    out.insert(out.end(), part.begin(), part.end());
}

PENSTOCK_DECL bool pattern_parser::alternatives(program& out, int depth)
{
    if (depth > 50)
        return fail(errc::too_large, "nested too deeply");
    flags const outer = flags_;
    program all;
    if (!sequence(all, depth))
        return false;
    while (skip("|")) {
        program next;
        if (!sequence(next, depth))
            return false;
        program both;
        auto const first = static_cast<std::uint32_t>(all.size());
        auto const second = static_cast<std::uint32_t>(next.size());
        both.push_back({action::split, 1, first + 2, {}});
        append(both, all);
        both.push_back({action::jump, second + 1, 0, {}});
        append(both, next);
        all = std::move(both);
        if (!fits(all))
            return false;
    }
    flags_ = outer;
    append(out, all);
    return fits(out);
}

PENSTOCK_DECL bool pattern_parser::sequence(program& out, int depth)
{
    while (more() && !looking_at("|") && !looking_at(")")) {
        program one;
        if (!atom(one, depth) || !repeat(out, std::move(one)) || !fits(out))
            return false;
    }
    return true;
}

PENSTOCK_DECL bool pattern_parser::atom(program& out, int depth)
{
    switch (text_[at_]) {
    case '(': return group(out, depth);
    case '[': {
        ranges r;
        if (!bracket(r))
            return false;
        one_of(out, std::move(r));
        return true;
    }
    case '\\': return escape(out);
    case '.':
        ++at_;
        if (flags_.dot_all)
            out.push_back({action::one_of, 1, 0, {{0, highest_code_point}}});
        else
            out.push_back({action::one_of, 1, 0, {{0, '\n' - 1}, {'\n' + 1, highest_code_point}}});
        return true;
    case '^':
        ++at_;
        out.push_back({flags_.lines ? action::line_begin : action::text_begin, 1, 0, {}});
        return true;
    case '$':
        ++at_;
        out.push_back({flags_.lines ? action::line_end : action::text_end, 1, 0, {}});
        return true;
    case '*':
    case '+':
    case '?': return fail(errc::malformed, "nothing to repeat");
    default: break;
    }
    char32_t c = 0;
    if (!code_point(c))
        return false;
    one_of(out, {{c, c}});
    return true;
}

PENSTOCK_DECL bool pattern_parser::group(program& out, int depth)
{
    ++at_;
    flags const outer = flags_;
    if (skip("?")) {
        if (skip("P<") || (looking_at("<") && !looking_at("<=") && !looking_at("<!") && skip("<"))) {
            auto const end = text_.find('>', at_);
            if (end == std::string_view::npos || end == at_)
                return fail(errc::malformed, "a group name without an end");
            at_ = end + 1;
        } else if (!group_flags()) {
            return false;
        } else if (skip(")")) {
            return true;  // the flags hold for what follows in the enclosing group
        } else {
            ++at_;  // ':'
        }
    }
    if (!alternatives(out, depth + 1))
        return false;
    flags_ = outer;
    return skip(")") || fail(errc::malformed, "'(' without ')'");
}

PENSTOCK_DECL bool pattern_parser::group_flags()
{
    bool on = true;
    for (; more(); ++at_) {
        switch (text_[at_]) {
        case 'i': flags_.fold = on; break;
        case 's': flags_.dot_all = on; break;
        case 'm': flags_.lines = on; break;
        case 'U': break;  // greedy or not finds the same
        case '-': on = false; break;
        case ':':
        case ')': return true;
        default: return fail(errc::malformed, "unknown group; RE2 has no look-around");
        }
    }
    return fail(errc::malformed, "'(' without ')'");
}

PENSTOCK_DECL bool pattern_parser::escape(program& out)
{
    if (at_ + 1 >= text_.size())
        return fail(errc::malformed, "a backslash at the end");
    ranges r;
    char const c = text_[at_ + 1];
    auto const edge = [&](action what) {
        at_ += 2;
        out.push_back({what, 1, 0, {}});
        return true;
    };
    switch (c) {
    case 'b': return edge(action::word_edge);
    case 'B': return edge(action::word_inside);
    case 'A': return edge(action::text_begin);
    case 'z': return edge(action::text_end);
    default: break;
    }
    if (class_escape(c, r)) {
        at_ += 2;
        one_of(out, std::move(r));
        return true;
    }
    char32_t point = 0;
    if (!escaped_code_point(point))
        return false;
    one_of(out, {{point, point}});
    return true;
}

PENSTOCK_DECL bool pattern_parser::repeat(program& out, program one)
{
    bool repeated = false;
    while (more()) {
        std::size_t least = 0;
        std::size_t most = unlimited;
        std::size_t end = at_ + 1;
        if (looking_at("?"))
            most = 1;
        else if (looking_at("+"))
            least = 1;
        else if (auto const close = looking_at("{") ? counted(least, most) : std::nullopt)
            end = *close;
        else if (!looking_at("*"))
            break;
        if (repeated)
            return fail(errc::malformed, "repeated twice");
        repeated = true;
        if ((most != unlimited && (most > 1000 || least > most)) || least > 1000)
            return fail(errc::too_large, "a count above 1000, or upside down");
        at_ = end;
        skip("?");  // lazy or greedy: whether it is found does not depend on it
        auto const size = static_cast<std::uint32_t>(one.size());
        if ((most == unlimited ? least + 1 : std::max<std::size_t>(most, 1)) * (size + 2) > 10'000)
            return fail(errc::too_large, "the pattern is too large");
        program many;
        for (std::size_t i = 0; i < least; ++i)
            append(many, one);
        if (most == unlimited) {
            many.push_back({action::split, 1, size + 2, {}});
            append(many, one);
            // An address is added to the instruction's own: wraps round to go back.
            many.push_back({action::jump, 0u - (size + 1), 0, {}});
        } else {
            for (std::size_t i = least; i < most; ++i) {
                auto const rest = static_cast<std::uint32_t>((most - i) * (size + 1));
                many.push_back({action::split, 1, rest, {}});
                append(many, one);
            }
        }
        one = std::move(many);
    }
    append(out, one);
    return true;
}

PENSTOCK_DECL std::optional<std::size_t> pattern_parser::counted(std::size_t& least, std::size_t& most) const
{
    auto const close = text_.find('}', at_);
    if (close == std::string_view::npos)
        return std::nullopt;
    auto const inside = text_.substr(at_ + 1, close - at_ - 1);
    auto const comma = inside.find(',');
    auto const number = [](std::string_view s, std::size_t& into) {
        auto const [end, ec] = std::from_chars(s.data(), s.data() + s.size(), into);
        return ec == std::errc() && end == s.data() + s.size() && !s.empty();
    };
    std::size_t low = 0;
    std::size_t high = unlimited;
    if (!number(inside.substr(0, comma), low))
        return std::nullopt;  // a literal '{', as in RE2
    if (comma == std::string_view::npos)
        high = low;
    else if (comma + 1 < inside.size() && !number(inside.substr(comma + 1), high))
        return std::nullopt;
    least = low;
    most = high;
    return close + 1;
}

}  // namespace penstock::cel::detail

#include <penstock/cel/impl/pattern_class.ipp>

#endif  // PENSTOCK_CEL_IMPL_PATTERN_PARSER_IPP
