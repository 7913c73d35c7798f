#ifndef PENSTOCK_JSON_IMPL_SKIMMED_TEXT_IPP
#define PENSTOCK_JSON_IMPL_SKIMMED_TEXT_IPP
#include <penstock/json/impl/text_blocks.ipp>
#include <penstock/json/impl/text_outline.ipp>
#include <penstock/json/projection.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace penstock::json {

/// What of a text a skimmer takes in: the keys and the scalars, as far as they are plain.
class skimmed_text
{
protected:
    skimmed_text(projection const& of, projection_limits const& l, projected& to, std::string_view text,
                 detail::block_reader reader) noexcept
        : of_(of), limits_(l), to_(to), text_(text), outline_(text, reader)
    {}

    static constexpr std::size_t given_up = static_cast<std::size_t>(-1);
    static constexpr std::size_t given_up_node = static_cast<std::size_t>(-2);
    static constexpr std::size_t no_node = projection::no_node;

    /// Which member a colon belongs to.
    std::size_t member(std::size_t node, std::size_t colon) const noexcept
    {
        auto const& table = of_.nodes_[node].keys;
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
        return no_node;
    }

    /// The eight characters before `end`, the last the highest.
    std::uint64_t tail(std::size_t end) const noexcept
    {
        constexpr auto size = sizeof(std::uint64_t);
        if (end >= size) [[likely]]
            return detail::word_at(text_.data() + end - size);
        std::array<char, size> made{};
        std::copy_n(text_.data(), end, made.end() - end);
        return detail::word_at(made.data());
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

    bool has_keys(std::size_t node) const noexcept { return of_.nodes_[node].keys.any; }
    std::size_t path_of(std::size_t node) const noexcept { return of_.nodes_[node].path; }
    std::size_t elements_of(std::size_t node) const noexcept { return of_.child(node, "*"); }

    projection const& of_;
    projection_limits const& limits_;
    projected& to_;
    std::string_view text_;
    detail::text_outline outline_;
};

}  // namespace penstock::json

#endif  // PENSTOCK_JSON_IMPL_SKIMMED_TEXT_IPP
