#ifndef PENSTOCK_HTTP_FORGE_CALL_HPP
#define PENSTOCK_HTTP_FORGE_CALL_HPP
#include <penstock/http/message.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace penstock::http {

/// What a forge counts a request as.
struct forge_call
{
    std::string host;                     ///< With its port, if one is named.
    std::string_view resource = "core";   ///< The window that it is taken from, as `X-RateLimit-Resource` names it.
    bool writes = false;  ///< A query of GraphQL does not, though it is a POST; `request::mutation` does.
    bool free = false;  ///< The forge does not count it.

    explicit forge_call(request const& r)
    {
        std::string_view const url = r.url;
        auto const scheme = url.find("://");
        auto const begin = scheme == std::string_view::npos ? 0 : scheme + 3;
        auto const end = std::min(url.find_first_of("/?#", begin), url.size());
        auto const path = url.substr(end);
        host = std::string(url.substr(begin, end - begin));
        resource = path.ends_with("/graphql")                            ? std::string_view("graphql")
                   : path.find("/search/code") != std::string_view::npos ? std::string_view("code_search")
                   : path.find("/search/") != std::string_view::npos     ? std::string_view("search")
                                                                         : std::string_view("core");
        bool const asks = r.method == "GET" || r.method == "HEAD" || r.method == "OPTIONS"
                          || path.ends_with("/git-upload-pack");  // Git asks with a POST
        writes = r.mutation || (!asks && resource != "graphql");
        free = path.ends_with("/rate_limit");
    }
};

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_FORGE_CALL_HPP
