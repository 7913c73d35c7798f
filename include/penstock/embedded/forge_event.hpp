#ifndef PENSTOCK_EMBEDDED_FORGE_EVENT_HPP
#define PENSTOCK_EMBEDDED_FORGE_EVENT_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace penstock::embedded {

/// One reference that a push moved. Ids of zeros mean "did not exist" and "was deleted".
struct forge_update
{
    std::string before, after, ref;
};

/// What a post-receive hook hands over.
struct forge_push
{
    std::string repository;  ///< `owner/name`
    std::string user;
    std::vector<forge_update> updates;
};

/** Reads what the hook wrote: `repository <name>`, `user <name>`, then `<before> <after> <ref>` for each update.
    @return `errc::malformed`; at most 1000 updates are taken. */
PENSTOCK_DECL result<forge_push> parse_push(std::string_view text);

/// A commit of a push, as the event shows it.
struct forge_commit_facts
{
    std::string id, message, author, email, timestamp;
    std::vector<std::string> added, modified, removed;
};

/** Reads the output of `git log -z --name-status --format=<forge_log_format>`. Pure. */
PENSTOCK_DECL std::vector<forge_commit_facts> parse_log(std::string_view output);
inline constexpr char const* forge_log_format = "%x01%H%x02%an%x02%ae%x02%aI%x02%B%x03";

/// What a push event tells besides the update itself.
struct forge_event_facts
{
    std::string web_url;  ///< `http://127.0.0.1:1234/owner/name`
    std::string default_branch;
    std::string user;
    bool forced = false;
    std::vector<forge_commit_facts> commits;  ///< Oldest first.
};

/** The body of GitHub's push event.
    @see https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
PENSTOCK_DECL std::string push_event_body(std::string const& repository, forge_update const& update,
                                          forge_event_facts const& facts);

/// The script `hooks/post-receive` of a repository: POSIX sh, nothing but what every system has.
PENSTOCK_DECL std::string post_receive_script(std::string const& repository, std::string const& spool);

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/forge_event.ipp>
#endif

#endif  // PENSTOCK_EMBEDDED_FORGE_EVENT_HPP
