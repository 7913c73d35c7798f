#ifndef PENSTOCK_HTTP_NEXT_LINK_HPP
#define PENSTOCK_HTTP_NEXT_LINK_HPP
#include <penstock/http/fields.hpp>

#include <algorithm>
#include <string_view>

namespace penstock::http {

/** Where the next page of a list is, as the field `Link` tells; empty on the last. The view lives as long as the fields.

    What it names is the peer's word: look whether a credential may go there.
    @see RFC 8288 */
inline std::string_view next_link(fields const& f) noexcept
{
    for (auto const& [name, value] : f) {
        if (!iequals(name, "Link"))
            continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            auto const open = rest.find('<');
            auto const close = rest.find('>', std::min(open, rest.size()));
            if (close == std::string_view::npos)
                break;
            auto const url = rest.substr(open + 1, close - open - 1);
            rest.remove_prefix(close + 1);
            auto const parameters = rest.substr(0, std::min(rest.find('<'), rest.size()));
            if (parameters.find("rel=\"next\"") != std::string_view::npos
                || parameters.find("rel=next") != std::string_view::npos)
                return url;
        }
    }
    return {};
}

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_NEXT_LINK_HPP
