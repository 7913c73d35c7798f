#ifndef PENSTOCK_AUTH_IMPL_GITHUB_ANSWER_IPP
#define PENSTOCK_AUTH_IMPL_GITHUB_ANSWER_IPP
#include <penstock/auth/github_answer.hpp>

#include <penstock/auth/peer_message.hpp>
#include <penstock/auth/token.hpp>
#include <penstock/json/value.hpp>
#include <penstock/rate/quota.hpp>
#include <penstock/time/rfc3339.hpp>

#include <optional>
#include <string_view>
#include <utility>

namespace penstock::auth {

namespace detail {

/// How long a refusal by the quota lasts; nothing if it is none.
inline std::optional<duration> quota_pause(http::response const& answer, wall_time wall)
{
    time_point const now{};
    rate::quota quota;
    auto const verdict = quota.observe(answer.status, answer.fields, answer.body, now, wall);
    if (verdict == rate::quota_verdict::admitted)
        return std::nullopt;
    return quota.next(now) - now;
}

/// The failure that a status other than the expected one means.
inline failure github_refusal(http::response const& answer, std::string const& subject, wall_time wall)
{
    auto const said = peer_message(answer);
    if (auto const pause = quota_pause(answer, wall))
        return {errc::quota_exhausted, subject + "the quota is used up", *pause};
    switch (answer.status) {
    case 401:
        return {errc::unauthorized,
                subject + "GitHub does not take its JWT" + said + "; check the App's id, its key and the clock"};
    case 403: return {errc::forbidden, subject + "suspended, or not allowed" + said};
    case 404: return {errc::not_found, subject + "not there: uninstalled, or of another App" + said};
    case 422:
        return {errc::invalid_object,
                subject + "a repository or a permission was asked for that it does not have" + said};
    default: break;
    }
    auto const status = "HTTP status " + std::to_string(answer.status);
    if (answer.status >= 500) {
        auto const after = rate::quota::retry_after(answer.fields["Retry-After"], wall);
        return {errc::unavailable, subject + status, after.value_or(duration())};
    }
    return {errc::unexpected_status, subject + status};
}

inline failure github_refusal(http::response const& answer, installation_key const& asked, std::string const& app,
                              wall_time wall)
{
    return github_refusal(answer, "GitHub App " + app + ", " + asked.text() + ": ", wall);
}

constexpr int permission_level(std::string_view text) noexcept
{
    return text == "read" ? 1 : text == "write" ? 2 : text == "admin" ? 3 : 4;
}

/// Whether a grant is within what was asked. `metadata: read` comes with every token.
inline bool within(installation_grant const& grant, installation_key const& asked) noexcept
{
    bool const narrowed = !asked.repositories.empty() || !asked.repository_ids.empty();
    if (narrowed && grant.repository_selection == "all")
        return false;
    if (asked.permissions.empty())
        return true;
    for (auto const& [what, level] : grant.permissions) {
        auto const at = asked.permissions.find(what);
        int const most = at != asked.permissions.end() ? permission_level(at->second) : what == "metadata" ? 1 : 0;
        if (permission_level(level) > most)
            return false;
    }
    return true;
}

}  // namespace detail

PENSTOCK_DECL result<installation_grant> read_installation_grant(http::response const& answer,
                                                                 installation_key const& asked, std::string const& app,
                                                                 wall_time wall)
{
    if (answer.status != 201)
        return detail::github_refusal(answer, asked, app, wall);
    auto const subject = "GitHub App " + app + ", " + asked.text() + ": ";
    auto const document = json::parse_secret(answer.body);
    if (!document)
        return failure(errc::malformed, subject + "the answer with the token is no JSON document");
    installation_grant out;
    out.token = secret(std::string(json::text_at(*document, {"token"})));
    if (auto const ok = check_token_value(out.token, subject + "GitHub's answer"); !ok)
        return ok.error();
    auto const expires = parse_rfc3339(json::text_at(*document, {"expires_at"}));
    if (!expires)
        return failure(errc::malformed, subject + "GitHub's answer has no usable expires_at");
    out.expires = *expires;
    if (auto const* const granted = json::object_at(*document, {"permissions"}))
        for (auto const& [what, level] : *granted)
            if (level.is_string())
                out.permissions.emplace(what, level.get_string());
    out.repository_selection = json::text_at(*document, {"repository_selection"});
    if (!detail::within(out, asked))
        return failure(errc::malformed, subject
                                            + "the token may do more than was asked for; is there a proxy that "
                                              "answers from its memory?");
    return out;
}

PENSTOCK_DECL result<std::int64_t> read_installation_id(http::response const& answer, installation_key const& asked,
                                                        std::string const& app, wall_time wall)
{
    if (answer.status != 200)
        return detail::github_refusal(answer, asked, app, wall);
    auto const document = json::parse(answer.body);
    auto const id = document ? json::integer_at(*document, {"id"}) : std::nullopt;
    if (!id || *id <= 0)
        return failure(errc::malformed, "GitHub App " + app + ", " + asked.text() + ": the answer has no id");
    return *id;
}

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_IMPL_GITHUB_ANSWER_IPP
