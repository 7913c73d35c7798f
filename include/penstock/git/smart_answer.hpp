#ifndef PENSTOCK_GIT_SMART_ANSWER_HPP
#define PENSTOCK_GIT_SMART_ANSWER_HPP
#include <penstock/error/result.hpp>
#include <penstock/http/message.hpp>
#include <penstock/time/types.hpp>

#include <charconv>
#include <chrono>
#include <string>
#include <string_view>

namespace penstock::git {

/// `Retry-After` in whole seconds, at most a day; zero for none and for a date.
inline duration retry_after_seconds(http::response const& head) noexcept
{
    auto const text = head.fields["Retry-After"];
    unsigned seconds = 0;
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (text.empty() || ec != std::errc() || end != text.data() + text.size() || seconds > 86400)
        return {};
    return std::chrono::seconds(seconds);
}

/** Judges the header of an answer of a Git server. Pure.

    @param shown The repository's address without userinfo, for the detail.
    @param wanted `application/x-git-upload-pack-advertisement` or `…-result`.
    @return `errc::unauthorized` (401), `errc::forbidden` (403), `errc::not_found` (404, 410),
    `errc::quota_exhausted` (429), `errc::unavailable` (5xx), `errc::unexpected_status`; `errc::unsupported` for a
    dumb server; `errc::malformed` for another type, as a login page has. */
inline result<void> check_answer(http::response const& head, std::string const& shown, std::string_view wanted)
{
    auto const says = [&](errc code, std::string_view why) {
        return failure(code, shown + ": " + std::string(why), retry_after_seconds(head));
    };
    auto const status = head.status;
    if (status == 401)
        return says(errc::unauthorized, "the server wants other credentials (401)");
    if (status == 403)
        return says(retry_after_seconds(head) == duration() ? errc::forbidden : errc::quota_exhausted,
                    "the credentials may not read this repository (403)");
    if (status == 404 || status == 410)
        return says(errc::not_found, "there is no such repository, or it is hidden from these credentials");
    if (status == 429)
        return says(errc::quota_exhausted, "too many requests (429)");
    if (status >= 500)
        return says(errc::unavailable, "the server answered " + std::to_string(status));
    if (status != 200)
        return says(errc::unexpected_status, "the server answered " + std::to_string(status));
    auto type = head.fields["Content-Type"];
    type = type.substr(0, type.find_first_of("; \t"));
    if (http::iequals(type, wanted))
        return {};
    if (http::iequals(type, "text/plain"))
        return says(errc::unsupported, "the server speaks only the dumb protocol, which cannot be polled");
    return says(errc::malformed, "the answer is no Git answer but '" + std::string(type.substr(0, 80)) + "'");
}

}  // namespace penstock::git

#endif  // PENSTOCK_GIT_SMART_ANSWER_HPP
