#ifndef PENSTOCK_EMBEDDED_IMPL_FORGE_EVENT_IPP
#define PENSTOCK_EMBEDDED_IMPL_FORGE_EVENT_IPP
#include <penstock/embedded/forge_event.hpp>
#include <penstock/git/reference.hpp>
#include <penstock/text/object_id.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace penstock::embedded {
namespace detail {

/// Cuts the text before `mark` off, and the mark with it.
inline std::string_view take_until(std::string_view& text, char mark)
{
    auto const end = std::min(text.find(mark), text.size());
    auto const out = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return out;
}

inline boost::json::array strings(std::vector<std::string> const& from)
{
    boost::json::array out;
    for (auto const& s : from)
        out.emplace_back(s);
    return out;
}

/// The host of `http://host[:port]/path`.
inline std::string host_of(std::string const& url)
{
    auto const from = url.find("://");
    auto const begin = from == std::string::npos ? 0 : from + 3;
    return url.substr(begin, url.find_first_of(":/", begin) - begin);
}

inline boost::json::object commit_object(forge_commit_facts const& c, std::string const& web_url)
{
    boost::json::object author{{"name", c.author}, {"email", c.email}};
    return {{"id", c.id},
            {"distinct", true},
            {"message", c.message},
            {"timestamp", c.timestamp},
            {"url", web_url + "/commit/" + c.id},
            {"author", author},
            {"committer", author},
            {"added", strings(c.added)},
            {"modified", strings(c.modified)},
            {"removed", strings(c.removed)}};
}

/// A word for the shell that means exactly this text.
inline std::string quoted(std::string const& text)
{
    std::string out = "'";
    for (char const c : text)
        if (c == '\'')
            out += "'\\''";
        else
            out += c;
    return out + "'";
}

}  // namespace detail

PENSTOCK_DECL result<forge_push> parse_push(std::string_view text)
{
    forge_push out;
    while (!text.empty()) {
        auto line = detail::take_until(text, '\n');
        auto const first = detail::take_until(line, ' ');
        if (first == "repository" && out.updates.empty())
            out.repository = line;
        else if (first == "user" && out.updates.empty())
            out.user = line;
        else {
            auto const after = detail::take_until(line, ' ');
            if (!is_object_id(first) || !is_object_id(after) || !line.starts_with("refs/"))
                return failure(errc::malformed, "what a post-receive hook handed over");
            if (out.updates.size() < 1000)
                out.updates.push_back({std::string(first), std::string(after), std::string(line)});
        }
    }
    if (out.repository.empty())
        return failure(errc::malformed, "a post-receive hook that names no repository");
    return out;
}

PENSTOCK_DECL std::vector<forge_commit_facts> parse_log(std::string_view output)
{
    std::vector<forge_commit_facts> out;
    (void)detail::take_until(output, '\x01');
    while (!output.empty()) {
        auto one = detail::take_until(output, '\x01');
        forge_commit_facts c;
        c.id = detail::take_until(one, '\x02');
        c.author = detail::take_until(one, '\x02');
        c.email = detail::take_until(one, '\x02');
        c.timestamp = detail::take_until(one, '\x02');
        c.message = detail::take_until(one, '\x03');
        while (c.message.ends_with('\n'))
            c.message.pop_back();
        while (!one.empty()) {
            auto status = detail::take_until(one, '\0');
            while (status.starts_with('\n'))
                status.remove_prefix(1);
            if (status.empty())
                continue;
            std::string path(detail::take_until(one, '\0'));
            auto& kind = status == "A" ? c.added : status == "D" ? c.removed : c.modified;
            kind.push_back(std::move(path));
        }
        out.push_back(std::move(c));
    }
    return out;
}

PENSTOCK_DECL std::string push_event_body(std::string const& repository, forge_update const& update,
                                          forge_event_facts const& facts)
{
    auto const slash = repository.find('/');
    auto const owner = repository.substr(0, slash);
    boost::json::array commits;
    for (auto const& c : facts.commits)
        commits.push_back(detail::commit_object(c, facts.web_url));
    boost::json::value head;
    if (!facts.commits.empty())
        head = detail::commit_object(facts.commits.back(), facts.web_url);
    boost::json::object const person{{"login", owner}, {"name", owner}, {"type", "Organization"}};
    boost::json::object const body{
        {"ref", update.ref},
        {"before", update.before},
        {"after", update.after},
        {"created", git::is_null_id(update.before)},
        {"deleted", git::is_null_id(update.after)},
        {"forced", facts.forced},
        {"base_ref", nullptr},
        {"compare", facts.web_url + "/compare/" + update.before.substr(0, 12) + "..." + update.after.substr(0, 12)},
        {"commits", commits},
        {"head_commit", head},
        {"repository",
         boost::json::object{{"id", 1},
                             {"name", repository.substr(slash + 1)},
                             {"full_name", repository},
                             {"private", false},
                             {"owner", person},
                             {"html_url", facts.web_url},
                             {"url", facts.web_url},
                             {"clone_url", facts.web_url + ".git"},
                             {"git_url", facts.web_url + ".git"},
                             {"ssh_url", "git@" + detail::host_of(facts.web_url) + ":" + repository + ".git"},
                             {"default_branch", facts.default_branch},
                             {"master_branch", facts.default_branch}}},
        {"pusher", boost::json::object{{"name", facts.user}, {"email", facts.user + "@forge.invalid"}}},
        {"sender", boost::json::object{{"login", facts.user}, {"type", "User"}}}};
    return boost::json::serialize(body);
}

PENSTOCK_DECL std::string post_receive_script(std::string const& repository, std::string const& spool)
{
    return "#!/bin/sh\n"
           "# Hands the references that a push moved to the forge, which sends its webhooks.\n"
           "# Remove this file, or take its execute permission away, and no webhook is sent.\n"
           "set -eu\n"
           "umask 077\n"
           "spool="
           + detail::quoted(spool)
           + "\n"
             "name=$(date +%Y%m%d%H%M%S)-$$\n"
             "{\n"
             "    printf 'repository %s\\n' "
           + detail::quoted(repository)
           + "\n"
             "    printf 'user %s\\n' \"${REMOTE_USER:-$(id -un)}\"\n"
             "    cat\n"
             "} >\"$spool/.$name\"\n"
             "mv \"$spool/.$name\" \"$spool/$name.push\"\n";
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_FORGE_EVENT_IPP
