#ifndef PENSTOCK_JSON_IMPL_SKIMMER_IPP
#define PENSTOCK_JSON_IMPL_SKIMMER_IPP
#include <penstock/json/impl/text_blocks.ipp>
#include <penstock/json/impl/text_outline.ipp>
#include <penstock/json/projection.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace penstock::json {

/** Finds what stands at the paths of a projection without looking at most of the text: 64 characters at a time tell
    where strings, brackets and colons are.

    It knows only what is plain. Whatever else it meets, an escape in what is kept, a character that is not ASCII, a
    fraction, anything wrong, it gives up, and the parser judges. What it takes for right and the parser would not is what
    stands at no path: there only strings must end and brackets match. */
class skimmer
{
public:
    skimmer(projection const& of, projection_limits const& l, projected& to, std::string_view text,
            detail::block_reader reader) noexcept
        : of_(of), limits_(l), to_(to), text_(text), outline_(text, reader)
    {}

    /// False: the parser must read it again. What has been found until then is of no use.
    bool read()
    {
        if (limits_.document.max_depth > max_depth)
            return false;
        auto const start = behind_space(0);
        if (start == text_.size() || (text_[start] != '{' && text_[start] != '['))
            return false;
        auto const end = value(start, 0, 0);
        return end != given_up && behind_space(end) == text_.size() && !outline_.odd();
    }
private:
    static constexpr std::size_t given_up = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_depth = 64;

    /// @param at Its first character. @return Where it ends.
    std::size_t value(std::size_t at, std::size_t node, std::size_t depth)
    {
        switch (text_[at]) {
        case '{': return of_.nodes_[node].keys.any ? object(at, node, depth + 1) : skipped(at, depth);
        case '[': {
            auto const elements = of_.child(node, "*");
            return elements == projection::no_node ? skipped(at, depth) : array(at, elements, depth + 1);
        }
        case '"': return string(at, of_.nodes_[node].path);
        case 't': return word(at, "true", kind::boolean, of_.nodes_[node].path);
        case 'f': return word(at, "false", kind::boolean, of_.nodes_[node].path);
        case 'n': return word(at, "null", kind::null, of_.nodes_[node].path);
        default: return number(at, of_.nodes_[node].path);
        }
    }

    std::size_t object(std::size_t at, std::size_t node, std::size_t depth)
    {
        if (depth > limits_.document.max_depth)
            return given_up;
        auto const& table = of_.nodes_[node].keys;
        auto const blocks = outline_.blocks();
        auto block = (at + 1) / detail::block_size;
        if (block == blocks)
            return given_up;
        auto marks = from(outline_.at(block).mark, at + 1);
        for (;;) {
            while (marks == 0) {
                if (++block == blocks)
                    return given_up;
                marks = outline_.at(block).mark;
            }
            at = block * detail::block_size + static_cast<std::size_t>(std::countr_zero(marks));
            marks &= marks - 1;
            std::size_t end = 0;
            if (text_[at] == ':') {
                auto const child = member(table, at);
                if (child == projection::no_node)
                    continue;
                auto const start = child == given_up_node ? text_.size() : behind_space(at + 1);
                if (start == text_.size())
                    return given_up;
                end = value(start, child, depth);
                if (end == given_up || (end = behind_space(end)) == text_.size()
                    || (text_[end] != ',' && text_[end] != '}'))
                    return given_up;
            } else if (text_[at] == '}') {
                return at + 1;
            } else {
                end = skipped(at, depth);
                if (end >= text_.size())
                    return given_up;
            }
            block = end / detail::block_size;
            marks = from(outline_.at(block).mark, end);
        }
    }

    std::size_t array(std::size_t at, std::size_t elements, std::size_t depth)
    {
        if (depth > limits_.document.max_depth)
            return given_up;
        at = behind_space(at + 1);
        if (at != text_.size() && text_[at] == ']')
            return at + 1;
        for (;;) {
            if (at == text_.size())
                return given_up;
            at = value(at, elements, depth);
            if (at == given_up || (at = behind_space(at)) == text_.size())
                return given_up;
            if (text_[at] == ']')
                return at + 1;
            if (text_[at] != ',')
                return given_up;
            at = behind_space(at + 1);
        }
    }

    /// Past an object or an array that nobody wants.
    std::size_t skipped(std::size_t at, std::size_t depth) noexcept
    {
        std::uint64_t arrays = 0;  // a bit for each one that is open, the innermost the lowest
        auto const blocks = outline_.blocks();
        auto block = at / detail::block_size;
        auto const outside = depth;
        auto brackets = from(outline_.at(block).bracket, at);
        for (;;) {
            while (brackets == 0) {
                if (++block == blocks)
                    return given_up;
                brackets = outline_.at(block).bracket;
            }
            at = block * detail::block_size + static_cast<std::size_t>(std::countr_zero(brackets));
            brackets &= brackets - 1;
            char const c = text_[at];
            if (c == '{' || c == '[') {
                if (++depth > limits_.document.max_depth)
                    return given_up;
                arrays = arrays << 1 | (c == '[' ? 1U : 0U);
                continue;
            }
            if ((c != '}' && c != ']') || (c == ']') != ((arrays & 1) != 0))
                return given_up;
            arrays >>= 1;
            if (--depth == outside)
                return at + 1;
        }
    }

    /// Which member a colon belongs to.
    std::size_t member(projection::key_table const& table, std::size_t colon) const noexcept
    {
        auto end = colon;  // of the key
        while (end > 0 && detail::is_space(text_[end - 1])) [[unlikely]]
            --end;
        if (end == 0 || text_[--end] != '"')
            return given_up_node;
        std::size_t child = table.child[table.place(tail(end))];
        for (; child != 0; child = of_.nodes_[child].alike) {
            std::string_view const key = of_.nodes_[child].key;
            if (end > key.size() && text_[end - key.size() - 1] == '"'
                && text_.compare(end - key.size(), key.size(), key) == 0)
                return child;
        }
        return projection::no_node;
    }

    /// The eight characters before `end`, the last the highest.
    std::uint64_t tail(std::size_t end) const noexcept
    {
        std::uint64_t made = 0;
        if (end >= sizeof made) [[likely]]
            std::memcpy(&made, text_.data() + end - sizeof made, sizeof made);
        else
            std::memcpy(reinterpret_cast<char*>(&made) + sizeof made - end, text_.data(), end);
        return made;
    }

    std::size_t string(std::size_t at, std::size_t path)
    {
        auto const end = outline_.quote(at + 1);
        if (end == detail::text_outline::none)
            return given_up;
        auto const text = text_.substr(at + 1, end - at - 1);
        if (!detail::is_plain(text))
            return given_up;
        return keep(path, kind::string, text) ? end + 1 : given_up;
    }

    std::size_t word(std::size_t at, std::string_view which, kind k, std::size_t path)
    {
        if (text_.substr(at, which.size()) != which)
            return given_up;
        return keep(path, k, which) ? at + which.size() : given_up;
    }

    std::size_t number(std::size_t at, std::size_t path)
    {
        auto end = at + (text_[at] == '-' ? 1U : 0U);
        auto const digits = end;
        while (end < text_.size() && text_[end] >= '0' && text_[end] <= '9')
            ++end;
        bool const plain = end != digits && (text_[digits] != '0' || end == digits + 1) && end - digits < 20;
        if (!plain || (end < text_.size() && (text_[end] == '.' || (text_[end] | 0x20) == 'e')))
            return given_up;
        return keep(path, kind::number, text_.substr(at, end - at)) ? end : given_up;
    }

    bool keep(std::size_t path, kind k, std::string_view text)
    {
        if (path == projection::no_path)
            return true;
        if (text.size() > limits_.max_text)
            return false;
        to_.keep(path, {k, text}, limits_.max_values);
        return true;
    }

    std::size_t behind_space(std::size_t at) const noexcept
    {
        while (at < text_.size() && detail::is_space(text_[at])) [[unlikely]]
            ++at;
        return at;
    }

    static std::uint64_t from(std::uint64_t bits, std::size_t at) noexcept
    {
        return bits & (~std::uint64_t{0} << (at % detail::block_size));
    }

    static constexpr std::size_t given_up_node = projection::no_node - 1;

    projection const& of_;
    projection_limits const& limits_;
    projected& to_;
    std::string_view text_;
    detail::text_outline outline_;
};

}  // namespace penstock::json

#endif  // PENSTOCK_JSON_IMPL_SKIMMER_IPP
