#ifndef PENSTOCK_SYNC_RECEIVER_ANSWER_HPP
#define PENSTOCK_SYNC_RECEIVER_ANSWER_HPP
#include <boost/json/value.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::sync {

/// What became of a request to a Receiver; the label `outcome` of the metrics.
enum class receiver_outcome : std::uint8_t
{
    accepted,        ///< Whatever the Receiver names and its filters let pass has been asked to sync.
    ignored,         ///< Authentic, but an event that the Receiver does not list, or a ping.
    duplicate,       ///< A delivery that was accepted before.
    wrong_method,    ///< Not a POST.
    too_large,       ///< More than 3 MiB.
    not_found,       ///< No Receiver has this path.
    ambiguous,       ///< Two Receivers have this path; neither is served.
    suspended,       ///< `spec.suspend`.
    not_ready,       ///< The Ready condition is not True.
    under_way,       ///< A repetition of a delivery that is being handled: it may still fail.
    busy,            ///< As many requests as may be held in memory are being read.
    unreadable,      ///< The body broke off, or came too slowly.
    no_token,        ///< No Secret, no token in it, or an empty one.
    unauthentic,     ///< The signature or the token is missing, malformed or wrong.
    unlisted_event,  ///< A CDEvent that the Receiver does not list.
    malformed,       ///< The body is not what this type of Receiver gets.
    unsupported,     ///< A type that needs OpenID Connect.
    failed,          ///< A resource could not be found or asked, or a filter could not be evaluated.
};

inline constexpr std::size_t receiver_outcome_count = 18;

struct receiver_outcome_row
{
    std::string_view name;
    int status;
    std::string_view said;  ///< What the sender may know: a header of the answer. Never more than it knows already.
};

inline constexpr std::array<receiver_outcome_row, receiver_outcome_count> receiver_outcomes{{
    {"accepted", 200, ""},
    {"ignored", 200, "ignored: the receiver does not handle this event"},
    {"duplicate", 200, "duplicate: this delivery was handled before"},
    {"wrong_method", 405, "only POST is served"},
    {"too_large", 413, "the body is larger than 3 MiB"},
    {"not_found", 404, ""},
    {"ambiguous", 503, "the receiver is not ready"},
    {"suspended", 503, "the receiver is suspended"},
    {"not_ready", 503, "the receiver is not ready"},
    {"under_way", 503, "the same delivery is being handled"},
    {"busy", 503, "too many requests at once"},
    {"unreadable", 400, "the body could not be read"},
    {"no_token", 400, "the receiver has no usable token"},
    {"unauthentic", 400, "the request is not authentic"},
    {"unlisted_event", 400, "the receiver does not handle this event"},
    {"malformed", 400, "the body is not of the receiver's type"},
    {"unsupported", 501, "this type of receiver needs OpenID Connect, which is not served here"},
    {"failed", 500, ""},
}};

constexpr std::string_view to_string(receiver_outcome o) noexcept
{
    return receiver_outcomes[static_cast<std::size_t>(o)].name;
}

/// The status of the answer, as notification-controller gives it.
constexpr int status_of(receiver_outcome o) noexcept
{
    return receiver_outcomes[static_cast<std::size_t>(o)].status;
}

/// What a check found out.
struct receiver_answer
{
    receiver_outcome outcome = receiver_outcome::failed;
    std::string reason;    ///< For the log; holds no secret and no path.
    std::string event;     ///< As the sender names it; may be empty.
    std::string delivery;  ///< Of which provider, hook and delivery; empty when the sender gives no id.
    std::optional<boost::json::value> body;  ///< Where the check had to parse it.
};

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_RECEIVER_ANSWER_HPP
