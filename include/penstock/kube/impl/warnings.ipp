#ifndef PENSTOCK_KUBE_IMPL_WARNINGS_IPP
#define PENSTOCK_KUBE_IMPL_WARNINGS_IPP
#include <penstock/kube/warnings.hpp>

#include <algorithm>
#include <optional>

namespace penstock::kube {

namespace detail {

inline void skip_blanks(std::string_view& rest)
{
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
}

/// Up to the next blank.
inline std::string_view take_word(std::string_view& rest)
{
    skip_blanks(rest);
    auto const word = rest.substr(0, rest.find_first_of(" \t"));
    rest.remove_prefix(word.size());
    return word;
}

/// What stands in quotes, escapes undone; nothing where no quoted text begins or ends.
inline std::optional<std::string> take_quoted(std::string_view& rest)
{
    skip_blanks(rest);
    if (!rest.starts_with('"'))
        return std::nullopt;
    std::string out;
    for (std::size_t i = 1; i < rest.size(); ++i) {
        if (rest[i] == '"') {
            rest.remove_prefix(i + 1);
            return out;
        }
        if (rest[i] == '\\' && ++i == rest.size())
            break;
        bool const control = static_cast<unsigned char>(rest[i]) < 0x20 || rest[i] == 0x7f;
        if (out.size() < 512)
            out += control ? ' ' : rest[i];
    }
    return std::nullopt;
}

}  // namespace detail

PENSTOCK_DECL std::vector<std::string> warnings_of(http::fields const& fields)
{
    std::vector<std::string> out;
    for (auto const& [name, value] : fields) {
        if (!http::iequals(name, "Warning"))
            continue;
        for (std::string_view rest = value; !rest.empty();) {  // several may stand in one field
            auto const code = detail::take_word(rest);
            detail::take_word(rest);  // who warns
            auto text = detail::take_quoted(rest);
            if (!text)
                break;
            if (code == "299" && !text->empty() && out.size() < told_warnings::capacity)
                out.push_back(*std::move(text));
            detail::skip_blanks(rest);
            if (rest.starts_with('"'))
                detail::take_quoted(rest);  // a date
            detail::skip_blanks(rest);
            if (!rest.starts_with(','))
                break;
            rest.remove_prefix(1);
        }
    }
    return out;
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_IMPL_WARNINGS_IPP
