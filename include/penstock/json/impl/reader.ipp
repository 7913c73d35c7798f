#ifndef PENSTOCK_JSON_IMPL_READER_IPP
#define PENSTOCK_JSON_IMPL_READER_IPP
#include <penstock/json/impl/escapes.ipp>
#include <penstock/json/impl/text_blocks.ipp>
#include <penstock/json/reader.hpp>
#include <penstock/text/utf8.hpp>

#include <bit>
#include <cstdint>
#include <utility>

namespace penstock::json {

PENSTOCK_DECL reader::reader(std::string_view text, std::string& scratch)
    : text_(text), scratch_(scratch), outline_(text, detail::best_block_reader())
{}

PENSTOCK_DECL bool reader::fail(char const* what) noexcept
{
    if (fault_ == nullptr)
        fault_ = what;
    return false;
}

PENSTOCK_DECL void reader::behind_space() noexcept
{
    while (at_ < text_.size() && detail::is_space(text_[at_])) [[unlikely]]
        ++at_;
}

PENSTOCK_DECL reader::value reader::peek()
{
    behind_space();
    if (!good() || at_ == text_.size())
        return value::nothing;
    switch (text_[at_]) {
    case '{': return value::object;
    case '[': return value::array;
    case '"': return value::string;
    case 't':
    case 'f': return value::boolean;
    case 'n': return value::null;
    default: return text_[at_] == '-' || (text_[at_] >= '0' && text_[at_] <= '9') ? value::number : value::nothing;
    }
}

PENSTOCK_DECL bool reader::begins(char c, char const* what)
{
    behind_space();
    if (!good() || at_ == text_.size() || text_[at_] != c)
        return fail(what);
    ++at_;
    return true;
}

PENSTOCK_DECL bool reader::open_object()
{
    return fresh_ = begins('{', "an object is expected");
}

PENSTOCK_DECL bool reader::open_array()
{
    return fresh_ = begins('[', "an array is expected");
}

/// Between two members: past the comma, or the end. @return Whether another member must follow.
PENSTOCK_DECL bool reader::comma_or(char end, bool& ended)
{
    ended = false;
    behind_space();
    bool const first = std::exchange(fresh_, false);
    if (!good())
        return false;
    if (at_ != text_.size() && text_[at_] == end) {
        ++at_;
        ended = true;
        return false;
    }
    if (first)
        return true;
    if (at_ == text_.size() || text_[at_] != ',')
        return fail("a comma or the end is expected");
    ++at_;
    behind_space();
    return true;
}

PENSTOCK_DECL bool reader::next_key(std::string_view& key)
{
    bool ended = false;
    if (!comma_or('}', ended))
        return false;
    return string(key) && begins(':', "a colon is expected");
}

PENSTOCK_DECL bool reader::next_element()
{
    bool ended = false;
    if (!comma_or(']', ended))
        return false;
    return peek() != value::nothing || fail("a value is expected");
}

PENSTOCK_DECL bool reader::quoted(std::string_view& text)
{
    behind_space();
    if (!good() || at_ == text_.size() || text_[at_] != '"')
        return fail("a string is expected");
    auto const end = outline_.quote(at_ + 1);
    if (end == detail::text_outline::none)
        return fail("a string has no end");
    text = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return true;
}

PENSTOCK_DECL bool reader::string(std::string_view& text)
{
    auto const before = at_;
    if (!quoted(text))
        return false;
    if (detail::is_plain(text)) [[likely]]
        return true;
    auto const behind = std::exchange(at_, before);  // a fault is told where the string begins
    if (!unescape(text))
        return false;
    at_ = behind;
    if (text.find('\\') != text.npos)
        text = scratch_;
    return true;
}

PENSTOCK_DECL bool reader::unescape(std::string_view text)
{
    scratch_.clear();
    while (!text.empty()) {
        if (static_cast<unsigned char>(text[0]) < 0x20)
            return fail("a control character in a string");
        if (text[0] == '\\') {
            auto const found = detail::escaped_character(text.substr(1));
            if (!found)
                return fail("an escape that is none");
            detail::append_utf8(scratch_, found->first);
            text.remove_prefix(1 + found->second);
            continue;
        }
        auto const length = utf8_length(text);
        if (length == 0)
            return fail("a string that is not UTF-8");
        scratch_.append(text.substr(0, length));
        text.remove_prefix(length);
    }
    return true;
}

PENSTOCK_DECL bool reader::number(std::string_view& digits)
{
    behind_space();
    auto at = at_;
    auto const is = [&](std::string_view which) { return at < text_.size() && which.find(text_[at]) != which.npos; };
    auto const many = [&] {
        auto const first = at;
        while (at < text_.size() && text_[at] >= '0' && text_[at] <= '9')
            ++at;
        return at - first;
    };
    if (is("-"))
        ++at;
    bool const zero = is("0");
    auto const whole = many();
    bool valid = good() && whole != 0 && !(zero && whole > 1);
    if (valid && is(".")) {
        ++at;
        valid = many() != 0;
    }
    if (valid && is("eE")) {
        ++at;
        if (is("+-"))
            ++at;
        valid = many() != 0;
    }
    if (!valid)
        return fail("a number is expected");
    digits = text_.substr(at_, at - at_);
    at_ = at;
    return true;
}

PENSTOCK_DECL bool reader::word(std::string_view which)
{
    if (!good() || text_.substr(at_, which.size()) != which)
        return false;
    at_ += which.size();
    return true;
}

PENSTOCK_DECL bool reader::boolean(bool& flag)
{
    behind_space();
    flag = word("true");
    return flag || word("false") || fail("true or false is expected");
}

PENSTOCK_DECL bool reader::null()
{
    behind_space();
    return word("null") || fail("null is expected");
}

PENSTOCK_DECL bool reader::skip()
{
    std::string_view unread;
    bool flag = false;
    switch (peek()) {
    case value::object:
    case value::array: return skip_brackets();
    case value::string: return quoted(unread);
    case value::number: return number(unread);
    case value::boolean: return boolean(flag);
    case value::null: return null();
    case value::nothing: break;
    }
    return fail("a value is expected");
}

PENSTOCK_DECL bool reader::skip_brackets()
{
    char open[max_depth];
    std::size_t depth = 0;
    auto const blocks = outline_.blocks();
    auto block = at_ / detail::block_size;
    auto brackets = outline_.at(block).bracket & (~std::uint64_t{0} << (at_ % detail::block_size));
    for (;;) {
        while (brackets == 0) {
            if (++block == blocks)
                return fail("a bracket is not closed");
            brackets = outline_.at(block).bracket;
        }
        auto const at = block * detail::block_size + static_cast<std::size_t>(std::countr_zero(brackets));
        brackets &= brackets - 1;
        char const c = text_[at];
        if (c == '{' || c == '[') {
            if (depth == max_depth)
                return fail("nested too deep");
            open[depth++] = c;
            continue;
        }
        if (c != open[depth - 1] + 2) {  // in ASCII each stands two behind the one that opens
            at_ = at;
            return fail("a bracket does not match");
        }
        if (--depth == 0) {
            at_ = at + 1;
            return true;
        }
    }
}

PENSTOCK_DECL bool reader::raw(std::string_view& text)
{
    behind_space();
    auto const begin = at_;
    if (!skip())
        return false;
    text = text_.substr(begin, at_ - begin);
    return true;
}

PENSTOCK_DECL bool reader::finish()
{
    behind_space();
    if (good() && outline_.stray())
        return fail("a backslash outside of a string");
    return good() && (at_ == text_.size() || fail("the end is expected"));
}

PENSTOCK_DECL failure reader::error() const
{
    if (good())
        return {};
    bool const deep = std::string_view(fault_) == "nested too deep";
    return {deep ? errc::too_large : errc::malformed, "JSON at byte " + std::to_string(at_) + ": " + fault_};
}

}  // namespace penstock::json

#endif  // PENSTOCK_JSON_IMPL_READER_IPP
