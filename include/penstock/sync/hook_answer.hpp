#ifndef PENSTOCK_SYNC_HOOK_ANSWER_HPP
#define PENSTOCK_SYNC_HOOK_ANSWER_HPP
#include <penstock/error/result.hpp>
#include <penstock/http/message.hpp>
#include <penstock/json/quoted.hpp>
#include <penstock/sync/intake_verdict.hpp>
#include <penstock/time/types.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::sync {

/// The JSON answer of the hook port: `{"status":…,"reason":…,"delivery":…}`. Written over what is in `to`, whose memory
/// is used again.
inline void write_hook_answer(http::response& to, int status, verdict what, std::string_view reason,
                              std::string_view delivery)
{
    to.status = status;
    to.fields.clear();
    to.fields.append("Content-Type", "application/json");
    auto& body = to.body;
    body.clear();
    body.reserve(64 + reason.size() + delivery.size());
    body += R"({"status":)";
    json::append_quoted(body, to_string(what));
    body += R"(,"reason":)";
    json::append_quoted(body, reason);
    body += R"(,"delivery":)";
    json::append_quoted(body, delivery);
    body += "}\n";
}

inline http::response hook_answer(int status, verdict what, std::string_view reason, std::string_view delivery)
{
    http::response made;
    write_hook_answer(made, status, what, reason, delivery);
    return made;
}

/// The failure of reading a body that has arrived: one that holds a value which is too long, or nested too deep, is
/// not too large a body, as `errc::too_large` would have it, but one that cannot be read.
inline failure unreadable(failure why)
{
    if (why.code == errc::too_large)
        why.code = errc::malformed;
    return why;
}

/** The answer for a delivery that was not taken. Says which check failed, and nothing that the sender does not
    know: never a secret, never what would have been right. */
inline http::response hook_refusal(failure const& why, std::string_view delivery)
{
    auto const answer = [&](int status, std::string_view reason) {
        auto a = hook_answer(status, verdict::refused, reason, delivery);
        if (status == 503 || status == 429) {
            auto const wait =
                std::max(std::chrono::ceil<std::chrono::seconds>(why.retry_after), std::chrono::seconds(1));
            a.fields.set("Retry-After", std::to_string(wait.count()));
        }
        return a;
    };
    auto const& code = why.code;
    if (code == errc::signature_missing)
        return answer(401, "the signature is missing: " + why.detail);
    if (code == errc::signature_malformed)
        return answer(401, "the signature is malformed: " + why.detail);
    if (code == errc::signature_mismatch)
        return answer(401, "the signature does not match");
    if (code == errc::signature_expired)
        return answer(401, "the signed time is too far from now: " + why.detail);
    if (code == errc::unsupported)
        return answer(401, why.detail);
    if (code == errc::too_large)
        return answer(413, "the body is too large");
    if (code == errc::deadline_exceeded)
        return answer(408, "the body came too slowly");
    if (code == errc::malformed || code == errc::truncated || code == errc::invalid_argument)
        return answer(400, "the body cannot be read: " + why.detail);
    if (code == errc::invalid_configuration)
        return answer(503, "the secret of this sender cannot be read yet");
    return answer(503, "cannot take deliveries at the moment");
}

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_HOOK_ANSWER_HPP
