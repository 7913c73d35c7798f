#ifndef PENSTOCK_BENCHMARKS_PAYLOAD_HPP
#define PENSTOCK_BENCHMARKS_PAYLOAD_HPP
#include <penstock/text/hex.hpp>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// A push as GitHub sends it: the same shape and the same share of URLs, with a commit message that fills it up.
namespace bench {

inline constexpr std::string_view webhook_secret = "a-secret-of-32-bytes-for-testing";

inline std::string push_user()
{
    std::string made = R"({"name":"octo-org","email":null,"login":"octo-org","id":6811672,"node_id":"MDEyOk9yZ2Fu")";
    for (auto const* part :
         {"avatar_url", "gravatar_id", "url", "html_url", "followers_url", "following_url", "gists_url", "starred_url",
          "subscriptions_url", "organizations_url", "repos_url", "events_url", "received_events_url"})
        made.append(",\"")
            .append(part)
            .append(R"(":"https://api.github.com/users/octo-org/)")
            .append(part)
            .append("\"");
    return made.append(R"(,"type":"Organization","site_admin":false})");
}

inline std::string push_repository()
{
    std::string made =
        R"({"id":186853002,"node_id":"MDEwOlJlcG9zaXRvcnkx","name":"widgets","full_name":"octo-org/widgets",)"
        R"("private":false,"html_url":"https://github.com/octo-org/widgets","fork":false,"owner":)";
    made += push_user();
    for (auto const* part :
         {"forks_url",        "keys_url",        "collaborators_url", "teams_url",         "hooks_url",
          "issue_events_url", "events_url",      "assignees_url",     "branches_url",      "tags_url",
          "blobs_url",        "git_tags_url",    "git_refs_url",      "trees_url",         "statuses_url",
          "languages_url",    "stargazers_url",  "contributors_url",  "subscribers_url",   "subscription_url",
          "commits_url",      "git_commits_url", "comments_url",      "issue_comment_url", "contents_url",
          "compare_url",      "merges_url",      "archive_url",       "downloads_url",     "issues_url",
          "pulls_url",        "milestones_url",  "notifications_url", "labels_url",        "releases_url",
          "deployments_url"})
        made.append(",\"")
            .append(part)
            .append(R"(":"https://api.github.com/repos/octo-org/widgets/)")
            .append(part)
            .append("{/sha}\"");
    made += R"(,"created_at":1557933565,"updated_at":"2019-05-15T15:20:41Z","pushed_at":1557933657,)"
            R"("git_url":"git://github.com/octo-org/widgets.git","ssh_url":"git@github.com:octo-org/widgets.git",)"
            R"("clone_url":"https://github.com/octo-org/widgets.git","svn_url":"https://github.com/octo-org/widgets",)"
            R"("homepage":null,"size":0,"stargazers_count":0,"language":"C++","has_issues":true,"forks_count":0,)"
            R"("archived":false,"disabled":false,"license":null,"topics":["flux","gitops"],"visibility":"public",)"
            R"("default_branch":"main","master_branch":"main"})";
    return made;
}

/** The body of a push to `main`.
    @param after The new commit, 40 hexadecimal digits. @param size How long to make it; at least 6500.
    @param path Of the file that is new, as JSON has it between quotes. */
inline std::string push_body(std::string_view after, std::size_t size, std::string_view path = "apps/web/new.yaml")
{
    std::string const id(after);
    auto const head =
        R"({"ref":"refs/heads/main","before":"6113728f27ae82c7b1a177c8d03f9e96e0adf246","after":")" + id
        + R"(","repository":)" + push_repository() + R"(,"pusher":{"name":"ada","email":"a@example.com"},)"
        + R"("sender":)" + push_user() + R"(,"installation":{"id":375706,"node_id":"MDIzOkludGVn"},)"
        + R"("created":false,"deleted":false,"forced":false,"base_ref":null,"compare":"https://github.com/)"
        + R"(octo-org/widgets/compare/6113728f27ae...)" + id.substr(0, 12) + R"(","commits":[)";
    auto const commit = [&id, path](std::string const& message) {
        return R"({"id":")" + id + R"(","tree_id":"f9d2a07e9488b91af2641b26b9407fe22a451433","distinct":true,)"
               + R"("message":")" + message + R"(","timestamp":"2019-05-15T15:20:30Z","author":{"name":"Ada",)"
               + R"("email":"a@example.com","username":"ada"},"added":[")" + std::string(path) + R"("],"removed":[],)"
               + R"("modified":["apps/web/deployment.yaml","README.md"]})";
    };
    auto const tail = "],\"head_commit\":" + commit(R"(Update README.md\n\nSigned-off-by: Ada)") + "}";
    auto const bare = head.size() + commit("").size() + tail.size();
    std::string message;
    constexpr std::string_view line =
        R"(roll out the new image to staging, and \"latest\" no more\n)";  // as people write
    while (bare + message.size() + line.size() < size)
        message += line;
    while (bare + message.size() < size)
        message += '.';
    return head + commit(message) + tail;
}

/// The same with as many commits of 12 KB as fit, each with a hundred files: 24 MB are 2000 of them.
inline std::string push_body_of_commits(std::string_view after, std::size_t size)
{
    auto body = push_body(after, 8192);
    std::string many;
    for (std::size_t number = 0; body.size() + many.size() < size; ++number) {
        many.append(R"({"id":")").append(40 - std::to_string(number).size(), 'b').append(std::to_string(number));
        many.append(R"(","message":")")
            .append(3998, 'm')
            .append(R"(\n)")
            .append(R"(","added":[],"removed":[],"modified":["README.md")");
        for (int file = 0; file < 100; ++file)
            many.append(R"(,"clusters/production/namespaces/team-)")
                .append(std::to_string(number % 40))
                .append("/apps/service-")
                .append(std::to_string(file))
                .append(R"(/deployment.yaml")");
        many.append("]},");
    }
    return body.insert(body.find(R"("commits":[)") + 11, many);
}

/// The value of X-Hub-Signature-256.
inline std::string push_signature(std::string_view body)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned int size = 0;
    ::HMAC(::EVP_sha256(), webhook_secret.data(), static_cast<int>(webhook_secret.size()),
           reinterpret_cast<unsigned char const*>(body.data()), body.size(), mac.data(), &size);
    return "sha256=" + penstock::to_hex({reinterpret_cast<char const*>(mac.data()), size});
}

/// Forty hexadecimal digits that differ for each number.
inline std::string push_commit(std::size_t number)
{
    auto const digits = std::to_string(number);
    return std::string(40 - digits.size(), 'a') + digits;
}

/// A delivery as GitHub sends it. The sixteen digits behind `push_id_mark` may give way to others.
inline std::string push_request(std::string const& body)
{
    return "POST /webhook/github HTTP/1.1\r\nHost: flux.example.com\r\nUser-Agent: GitHub-Hookshot/044aadd\r\n"
           "Accept: */*\r\nContent-Type: application/json\r\nX-GitHub-Event: push\r\n"
           "X-GitHub-Hook-ID: 292430182\r\nX-GitHub-Hook-Installation-Target-ID: 79929171\r\n"
           "X-GitHub-Hook-Installation-Target-Type: repository\r\nX-GitHub-Delivery: id-0000000000000000\r\n"
           "X-Hub-Signature-256: "
           + push_signature(body) + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}
inline constexpr std::string_view push_id_mark = "X-GitHub-Delivery: id-";

/// Sixteen of them, each of another commit.
inline std::vector<std::string> push_requests(std::size_t size)
{
    std::vector<std::string> all;
    for (std::size_t i = 0; i < 16; ++i)
        all.push_back(push_request(push_body(push_commit(i), size)));
    return all;
}

}  // namespace bench

#endif  // PENSTOCK_BENCHMARKS_PAYLOAD_HPP
