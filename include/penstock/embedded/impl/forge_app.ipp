#ifndef PENSTOCK_EMBEDDED_IMPL_FORGE_APP_IPP
#define PENSTOCK_EMBEDDED_IMPL_FORGE_APP_IPP
#include <penstock/embedded/forge_app.hpp>

#include <penstock/crypto/base64.hpp>
#include <penstock/crypto/digest.hpp>
#include <penstock/json/value.hpp>
#include <penstock/time/rfc3339.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <random>
#include <utility>

namespace penstock::embedded {

namespace detail {

/// Whether a signature of RS256 holds. Anything that cannot be read is no signature.
inline bool rs256_holds(std::string const& public_pem, std::string_view message, std::string_view signature)
{
    std::unique_ptr<BIO, decltype(&BIO_free)> const from(
        BIO_new_mem_buf(public_pem.data(), static_cast<int>(public_pem.size())), &BIO_free);
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> const key(
        PEM_read_bio_PUBKEY(from.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> const context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    auto const bytes = [](std::string_view text) { return reinterpret_cast<unsigned char const*>(text.data()); };
    return key && context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1
           && EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message), message.size()) == 1;
}

inline http::response forge_message(int status, std::string const& text)
{
    boost::json::object body;
    body["message"] = text;
    return {status, "application/json; charset=utf-8", boost::json::serialize(body)};
}

/// What stands between two texts that a path begins and ends with; empty where it does not.
inline std::string_view between(std::string_view path, std::string_view before, std::string_view behind)
{
    if (path.size() < before.size() + behind.size() || !path.starts_with(before) || !path.ends_with(behind))
        return {};
    return path.substr(before.size(), path.size() - before.size() - behind.size());
}

inline std::int64_t number_between(std::string_view path, std::string_view before, std::string_view behind)
{
    auto const digits = between(path, before, behind);
    std::int64_t out = 0;
    auto const [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return ec == std::errc() && end == digits.data() + digits.size() ? out : 0;
}

}  // namespace detail

PENSTOCK_DECL bool forge_app::is_ours(std::string_view authorization, wall_time now) const
{
    constexpr std::string_view scheme = "Bearer ";
    if (!authorization.starts_with(scheme))
        return false;
    auto const jwt = authorization.substr(scheme.size());
    auto const first = jwt.find('.');
    auto const last = jwt.rfind('.');
    if (first == std::string_view::npos || first == last)
        return false;
    auto const head = crypto::base64_decode(jwt.substr(0, first));
    auto const body = crypto::base64_decode(jwt.substr(first + 1, last - first - 1));
    auto const signature = crypto::base64_decode(jwt.substr(last + 1));
    if (!head || !body || !signature || !detail::rs256_holds(public_pem_, jwt.substr(0, last), *signature))
        return false;
    auto const what = json::parse(*head);
    auto const claims = json::parse(*body);
    if (!what || !claims || json::text_at(*what, {"alg"}) != "RS256" || json::text_at(*claims, {"iss"}) != id_)
        return false;
    auto const seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    auto const issued = json::integer_at(*claims, {"iat"});
    auto const expires = json::integer_at(*claims, {"exp"});
    return issued && expires && *issued <= seconds && *expires > seconds && *expires <= seconds + 600;
}

PENSTOCK_DECL http::response forge_app::answer(http::request_head const& head, std::string_view body, wall_time now)
{
    if (head.path() == "/api/v3/installation/token" && head.method == "DELETE")
        return revoke(head.fields["Authorization"], now);
    if (!is_ours(head.fields["Authorization"], now)) {
        ++refused_;
        return detail::forge_message(401, "A JSON web token could not be decoded");
    }
    auto const path = head.path();
    if (head.method == "GET" && path == "/api/v3/app/installations")
        return list(head);
    if (head.method == "POST")
        return grant_token(detail::number_between(path, "/api/v3/app/installations/", "/access_tokens"), body, now);
    auto const owner = owners.find(detail::between(path, "/api/v3/users/", "/installation"));
    if (head.method != "GET" || owner == owners.end())
        return detail::forge_message(404, "Not Found");
    boost::json::object out;
    out["id"] = owner->second;
    return {200, "application/json; charset=utf-8", boost::json::serialize(out)};
}

PENSTOCK_DECL http::response forge_app::list(http::request_head const& head) const
{
    auto const number = [query = std::string(head.query())](std::string_view name, std::size_t usual,
                                                            std::size_t most) {
        auto const at = ("&" + query).find("&" + std::string(name) + "=");
        std::size_t out = usual;
        if (at != std::string::npos)
            std::from_chars(query.data() + at + name.size() + 1, query.data() + query.size(), out);
        return std::clamp<std::size_t>(out, 1, most);
    };
    auto const size = number("per_page", 30, 100);
    auto const page = number("page", 1, 1'000'000);
    boost::json::array out;
    for (auto i = (page - 1) * size; i < installations.size() && out.size() < size; ++i) {
        auto const id = installations[i];
        boost::json::object account;
        for (auto const& [owner, of] : owners)
            if (of == id)
                account["login"] = owner;
        account["type"] = "Organization";
        boost::json::object one;
        one["id"] = id;
        one["account"] = std::move(account);
        one["repository_selection"] = "all";
        one["permissions"] = {{"contents", "read"}, {"metadata", "read"}};
        one["suspended_at"] = nullptr;
        if (std::ranges::find(suspended, id) != suspended.end())
            one["suspended_at"] = "2026-01-01T00:00:00Z";
        out.push_back(std::move(one));
    }
    http::response answer(200, "application/json; charset=utf-8", boost::json::serialize(out));
    if (page * size < installations.size())
        answer.fields.set("Link", "<http://" + std::string(head.fields["Host"]) + "/api/v3/app/installations?per_page="
                                      + std::to_string(size) + "&page=" + std::to_string(page + 1) + ">; rel=\"next\"");
    return answer;
}

PENSTOCK_DECL http::response forge_app::revoke(std::string_view authorization, wall_time now)
{
    auto const shown = authorization.substr(std::min(authorization.find(' ') + 1, authorization.size()));
    auto const gone = std::erase_if(tokens_, [&](grant const& g) {
        return now < g.expires && crypto::equal_constant_time(g.token.reveal(), shown);
    });
    return gone != 0 ? http::response(204) : detail::forge_message(401, "Bad credentials");
}

PENSTOCK_DECL http::response forge_app::grant_token(std::int64_t id, std::string_view body, wall_time now)
{
    if (std::ranges::find(installations, id) == installations.end())
        return detail::forge_message(404, "Not Found");
    if (std::ranges::find(suspended, id) != suspended.end())
        return detail::forge_message(403, "This installation has been suspended");
    auto const wanted = body.empty() ? result<boost::json::value>(boost::json::object()) : json::parse(body);
    if (!wanted)
        return detail::forge_message(400, "Problems parsing JSON");
    std::erase_if(tokens_, [now](grant const& g) { return g.expires <= now; });
    if (tokens_.size() >= most_kept)
        tokens_.erase(tokens_.begin());
    if (asked_.size() >= most_kept)
        asked_.erase(asked_.begin());
    asked_.emplace_back(body);
    std::random_device random;
    grant fresh{secret(), id, std::chrono::ceil<std::chrono::seconds>(now + lifetime)};
    std::string const seed = std::to_string(random()) + std::to_string(random()) + std::to_string(random());
    fresh.token = secret("ghs_" + crypto::sha256_hex(seed).substr(0, 36));
    boost::json::object out;
    out["token"] = boost::json::string(fresh.token.reveal().data(), fresh.token.size());
    out["expires_at"] = format_rfc3339(fresh.expires, 0);
    auto const* const permissions = json::object_at(*wanted, {"permissions"});
    out["permissions"] = permissions == nullptr ? boost::json::object() : *permissions;
    bool const some =
        json::find(*wanted, {"repositories"}) != nullptr || json::find(*wanted, {"repository_ids"}) != nullptr;
    out["repository_selection"] = some ? "selected" : "all";
    tokens_.push_back(std::move(fresh));
    return {201, "application/json; charset=utf-8", boost::json::serialize(out)};
}

PENSTOCK_DECL bool forge_app::admits(std::int64_t installation, std::string_view authorization, wall_time now) const
{
    auto const space = authorization.find(' ');
    if (installation == 0 || space == std::string_view::npos)
        return false;
    std::string shown(authorization.substr(space + 1));
    if (http::iequals(authorization.substr(0, space), "basic")) {
        constexpr std::string_view user = "x-access-token:";
        auto const pair = crypto::base64_decode(shown);
        if (!pair || !pair->starts_with(user))
            return false;
        shown = pair->substr(user.size());
    }
    return std::ranges::any_of(tokens_, [&](grant const& g) {
        return g.installation == installation && now < g.expires
               && crypto::equal_constant_time(g.token.reveal(), shown);
    });
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_FORGE_APP_IPP
