#ifndef PENSTOCK_HOOK_IMPL_FORM_IPP
#define PENSTOCK_HOOK_IMPL_FORM_IPP
#include <penstock/hook/form.hpp>
#include <penstock/text/hex.hpp>

#include <cstddef>
#include <optional>

// Not Boost.URL's parse_query: that of Boost 1.81 looks for a null character behind the text that it is given.
namespace penstock::hook {

namespace detail {

/// Decodes one name or value; nothing for an escape that is none, or a character that must be escaped.
inline std::optional<std::string> form_decoded(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (c <= ' ' || c > '~' || c == '#')
            return std::nullopt;
        if (c != '%') {
            out.push_back(c == '+' ? ' ' : c);
            continue;
        }
        char byte = 0;
        if (!penstock::detail::hex_into(text.substr(i + 1, 2), {&byte, 1}))
            return std::nullopt;
        out.push_back(byte);
        i += 2;
    }
    return out;
}

}  // namespace detail

PENSTOCK_DECL result<std::string> form_field(std::string_view body, std::string_view name)
{
    std::optional<std::string> found;
    bool once = true;
    while (!body.empty()) {
        auto const part = body.substr(0, body.find('&'));
        body.remove_prefix(part.size() == body.size() ? part.size() : part.size() + 1);
        auto const equals = part.find('=');
        auto const key = detail::form_decoded(part.substr(0, equals));
        auto value = detail::form_decoded(equals == std::string_view::npos ? "" : part.substr(equals + 1));
        if (!key || !value)
            return failure(errc::malformed, "the form");
        if (*key != name)
            continue;
        once = once && !found;
        found = *std::move(value);
    }
    if (!found || !once)
        return failure(errc::malformed, "the form does not hold " + std::string(name) + " once");
    return *std::move(found);
}

}  // namespace penstock::hook

#endif  // PENSTOCK_HOOK_IMPL_FORM_IPP
