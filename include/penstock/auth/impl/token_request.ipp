#ifndef PENSTOCK_AUTH_IMPL_TOKEN_REQUEST_IPP
#define PENSTOCK_AUTH_IMPL_TOKEN_REQUEST_IPP
#include <penstock/auth/token_request.hpp>

#include <penstock/auth/peer_message.hpp>
#include <penstock/auth/token.hpp>
#include <penstock/json/value.hpp>
#include <penstock/rate/quota.hpp>
#include <penstock/time/rfc3339.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <string_view>

namespace penstock::auth {

namespace detail {

/// A name of Kubernetes, as far as it matters for a path. @see RFC 1123
inline bool is_kubernetes_name(std::string_view text) noexcept
{
    return !text.empty() && text.size() <= 253 && text.front() != '.' && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
}

}  // namespace detail

PENSTOCK_DECL result<void> service_account_key::check() const
{
    if (!detail::is_kubernetes_name(ns) || !detail::is_kubernetes_name(name))
        return failure(errc::invalid_argument, "not the namespace and name of a service account");
    if (lifetime < std::chrono::minutes(10) || lifetime > std::chrono::seconds(1LL << 32))
        return failure(errc::invalid_argument, "a token of service account " + ns + "/" + name
                                                   + " lasts 10 minutes or more, and less than 2^32 seconds");
    return {};
}

PENSTOCK_DECL std::string service_account_key::path() const
{
    return "/api/v1/namespaces/" + ns + "/serviceaccounts/" + name + "/token";
}

PENSTOCK_DECL std::string service_account_key::body() const
{
    boost::json::object spec;
    spec["audiences"] = boost::json::array(audiences.begin(), audiences.end());
    spec["expirationSeconds"] = lifetime.count();
    boost::json::object out;
    out["apiVersion"] = "authentication.k8s.io/v1";
    out["kind"] = "TokenRequest";
    out["spec"] = std::move(spec);
    return boost::json::serialize(out);
}

PENSTOCK_DECL result<requested_token> read_token_request(http::response const& answer, service_account_key const& asked,
                                                         wall_time wall)
{
    auto const subject = "service account " + asked.ns + "/" + asked.name + ": ";
    auto const said = peer_message(answer);
    auto const pause = rate::quota::retry_after(answer.fields["Retry-After"], wall).value_or(duration());
    switch (answer.status) {
    case 200:
    case 201: break;
    case 401: return failure(errc::unauthorized, subject + "the server does not take our own credential" + said);
    case 403: return failure(errc::forbidden, subject + "we may not create serviceaccounts/token" + said);
    case 404: return failure(errc::not_found, subject + "does not exist" + said);
    case 400:
    case 422: return failure(errc::invalid_object, subject + "the server refuses the request" + said);
    case 429: return failure(errc::quota_exhausted, subject + "too many requests", std::max(pause, duration(1)));
    default: {
        auto const status = "HTTP status " + std::to_string(answer.status);
        if (answer.status >= 500)
            return failure(errc::unavailable, subject + status, pause);
        return failure(errc::unexpected_status, subject + status);
    }
    }
    auto const document = json::parse_secret(answer.body);
    if (!document || json::text_at(*document, {"kind"}) != "TokenRequest")
        return failure(errc::malformed, subject + "the answer is no TokenRequest");
    requested_token out;
    out.value = secret(std::string(json::text_at(*document, {"status", "token"})));
    if (auto const ok = check_token_value(out.value, subject + "the answer"); !ok)
        return ok.error();
    auto const expires = parse_rfc3339(json::text_at(*document, {"status", "expirationTimestamp"}));
    if (!expires)
        return failure(errc::malformed, subject + "the answer has no usable expirationTimestamp");
    out.expires = *expires;
    return out;
}

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_IMPL_TOKEN_REQUEST_IPP
