#ifndef PENSTOCK_HTTP_GITHUB_ETAG_HPP
#define PENSTOCK_HTTP_GITHUB_ETAG_HPP
#include <penstock/crypto/digest.hpp>
#include <penstock/http/fields.hpp>
#include <penstock/text/hex.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::http {

/// The part of an ETag between the quotes, without regard to whether it is weak; the whole if it has no quotes.
constexpr std::string_view opaque_tag(std::string_view etag) noexcept
{
    if (etag.starts_with("W/"))
        etag.remove_prefix(2);
    return etag.size() >= 2 && etag.front() == '"' && etag.back() == '"' ? etag.substr(1, etag.size() - 2) : etag;
}

/// Whether a list of tokens (`Vary`, `Cache-Control`) names one, in any case of letters.
constexpr bool names_token(std::string_view list, std::string_view token) noexcept
{
    while (!list.empty()) {
        auto const comma = std::min(list.find(','), list.size());
        auto one = list.substr(0, comma);
        list.remove_prefix(std::min(comma + 1, list.size()));
        while (!one.empty() && (one.front() == ' ' || one.front() == '\t'))
            one.remove_prefix(1);
        while (!one.empty() && (one.back() == ' ' || one.back() == '\t'))
            one.remove_suffix(1);
        if (iequals(one, token))
            return true;
    }
    return false;
}

/// What GitHub's ETags depend on besides the body.
struct etag_inputs
{
    std::string_view accept, authorization, cookie;
};

/** The opaque part of the ETag that GitHub gives these bytes when they are asked for in this way: SHA-256 over the
    fields that `Vary` names and the request has, in the order Accept, Authorization, Cookie, each followed by a
    colon, and over the body.

    So whoever has the body can ask conditionally with a token that has never asked before. Nobody promises the
    formula; a wrong guess costs an answer in full, and a 304 proves that it is right. */
inline std::string github_etag(etag_inputs const& from, std::string_view vary, std::string_view body)
{
    crypto::hasher sha(crypto::algorithm::sha256);
    for (auto const& [name, value] : {std::pair<std::string_view, std::string_view>{"accept", from.accept},
                                      {"authorization", from.authorization},
                                      {"cookie", from.cookie}}) {
        if (value.empty() || !names_token(vary, name))
            continue;
        sha.update(value);
        sha.update(":");
    }
    sha.update(body);
    return to_hex(sha.finish().view());
}

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_GITHUB_ETAG_HPP
