#ifndef PENSTOCK_HOOK_EVENT_HPP
#define PENSTOCK_HOOK_EVENT_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/hook/envelope.hpp>
#include <penstock/hook/form.hpp>
#include <penstock/json/projection.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::hook {

enum class event_kind
{
    ignored,  ///< Nothing to do; `push_event::reason` says why. To be answered with success.
    ping,
    push,  ///< Of a branch or of a tag: see `ref`.
    pull_request,
};

/// The part of a pull request's event that this program acts on.
struct pull_request_event
{
    std::int64_t number = 0;
    std::string action;    ///< As the forge writes it: "opened", "synchronize", "closed".
    std::string head_ref;  ///< The branch, without refs/heads/.
    std::string head_id;
    std::string base_ref;
    std::string head_repository;  ///< Clone URL; empty if the fork is gone.
    bool merged = false;
    bool draft = false;
};

/// What a delivery says, as a plain value. Object ids are lower-case, 40 or 64 digits.
struct push_event
{
    event_kind kind = event_kind::ignored;
    std::string reason;    ///< Why it is ignored; fit for a log line and a metric's exemplar, not for a label.
    std::string provider;  ///< "github", "gitlab", "gitea".
    std::string event;     ///< As the sender named it.
    std::string delivery;
    std::vector<std::string> repository_urls;  ///< Every form that the payload gives, each once.
    std::string repository;                    ///< "owner/name"; for logs.
    std::string default_branch;
    std::string ref;                 ///< Full: "refs/heads/main", "refs/tags/v1".
    std::string before;              ///< All zeros for a new ref; empty if the payload has none.
    std::string after;               ///< All zeros for a deleted ref.
    std::int64_t installation = 0;   ///< Of the GitHub App that the hook belongs to, else 0.
    std::string sender;              ///< Login of who caused it.
    /// Files that the listed commits touch, each once, sorted; none where they are more than are kept.
    std::vector<std::string> paths;
    bool paths_complete = false;     ///< Whether `paths` is all of them; if not, treat every path as touched.
    bool created = false;
    bool deleted = false;
    bool forced = false;
    pull_request_event pull_request;
};

/** Reads a verified body. JSON, or a form whose field `payload` holds it: a form begins with another character. What is
    kept is checked; between, only strings must end and brackets match (`json::projection::skim_into`).

    @param event The value of X-GitHub-Event; "push", "ping" and "pull_request" are read, others are ignored without
    a look at the body.
    @return An event; `errc::malformed` for a push without ref, commit or repository, with what is missing. */
PENSTOCK_DECL result<push_event> decode_github(std::string_view event, std::string_view delivery,
                                               std::string_view body);

/** As `decode_github`, for Gitea, Forgejo and Gogs: the same shape, with fewer fields. */
PENSTOCK_DECL result<push_event> decode_gitea(std::string_view event, std::string_view delivery, std::string_view body);

/** As `decode_github`, for GitLab.

    @param event The value of X-Gitlab-Event; "Push Hook" and "Tag Push Hook" are read, and "System Hook" where the
    body says that it is one of them. */
PENSTOCK_DECL result<push_event> decode_gitlab(std::string_view event, std::string_view delivery,
                                               std::string_view body);

/// The one of them that fits the provider; an unknown one is ignored with a reason.
PENSTOCK_DECL result<push_event> decode(envelope const& e, std::string_view body);

/// The same, into an event that was used before, for its memory: once warm, a push costs no allocation. After an
/// error `to` holds nothing to rely on.
PENSTOCK_DECL result<void> decode_into(push_event& to, envelope const& e, std::string_view body);

/** `decode_into` in slices, for large bodies on a loop that has other things to do meanwhile.

    What it is made of must stay where it is until it is read; so must this. */
class event_reader
{
public:
    PENSTOCK_DECL event_reader(push_event& to, envelope const& e, std::string_view body);
    event_reader(event_reader const&) = delete;

    /** Reads on for about `most` bytes, at least 1.
        @return How many are left at most, 0 once the event is complete; or an error as that of `decode`, and then no
        more. */
    PENSTOCK_DECL result<std::size_t> read_some(std::size_t most);
private:
    push_event* to_;
    envelope envelope_;
    json::projection const* paths_;  // none for an event that is not used
    std::string unwrapped_;
    json::projected found_;
    std::optional<form_reader> form_;
    std::optional<json::projection_reader> json_;
};

}  // namespace penstock::hook

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/hook/impl/event.ipp>
#endif

#endif  // PENSTOCK_HOOK_EVENT_HPP
