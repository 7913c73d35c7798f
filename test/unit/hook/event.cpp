#include <penstock/hook/event.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>
#include <vector>

using namespace penstock;
using hook::event_kind;
namespace data = boost::unit_test::data;

BOOST_TEST_DONT_PRINT_LOG_VALUE(penstock::hook::event_kind)

namespace {

std::string const id_1(40, '1');
std::string const id_2 = std::string(62, 'a') + "09";
std::string const none(40, '0');

std::string const github_repository = R"("repository":{"full_name":"o/r","default_branch":"main",
    "html_url":"https://github.com/o/r","clone_url":"https://github.com/o/r.git","ssh_url":"git@github.com:o/r.git",
    "git_url":"git://github.com/o/r.git","url":"https://api.github.com/repos/o/r"})";
std::string const gitlab_project = R"("project":{"path_with_namespace":"g/p","default_branch":"trunk",
    "web_url":"https://gitlab.com/g/p","git_http_url":"https://gitlab.com/g/p.git","git_ssh_url":"git@gitlab.com:g/p.git"},
    "repository":{"homepage":"https://gitlab.com/g/p","git_http_url":"https://gitlab.com/g/p.git","url":"x"})";

std::string github_push(std::string const& rest)
{
    return "{" + github_repository + R"(,"sender":{"login":"ada"},"installation":{"id":7},)" + rest + "}";
}

std::string ids(std::string const& before, std::string const& after, std::string const& ref = "refs/heads/main")
{
    return R"("ref":")" + ref + R"(","before":")" + before + R"(","after":")" + after + R"(")";
}

struct row
{
    std::string name;
    std::string body;
    errc expected = errc::malformed;

    friend std::ostream& operator<<(std::ostream& out, row const& r) { return out << r.name; }
};

std::vector<row> const refused{
    {"empty", "", errc::truncated},
    {"cut off", "{\"ref\":", errc::truncated},
    {"an array", "[]"},
    {"no fields", "{}"},
    {"no repository", "{" + ids(id_1, id_1) + "}"},
    {"no ref", github_push(R"("before":")" + id_1 + R"(","after":")" + id_1 + R"(")")},
    {"short ref", github_push(ids(id_1, id_1, "main"))},
    {"short after", github_push(ids(id_1, id_1.substr(1)))},
    {"long after", github_push(ids(id_1, id_1 + "1"))},
    {"upper-case after", github_push(ids(id_1, std::string(40, 'A')))},
    {"after no id", github_push(ids(id_1, std::string(40, 'g')))},
    {"after a number", github_push(R"("ref":"refs/heads/x","after":1)")},
    {"wrong before", github_push(ids("x", id_1))},
    {"form without payload", "a=b"},
    {"form with wrong escape", "payload=%7"},
    {"form with no JSON", "payload=abc"},
    {"nested too deep", std::string(100, '{'), errc::malformed},
    {"nested arrays", "{\"a\":" + std::string(100, '['), errc::too_large},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(hook_event)

BOOST_AUTO_TEST_CASE(reads_a_push_of_github)
{
    auto const body = github_push(
        ids(id_1, id_2)
        + R"(,"created":false,"deleted":false,"forced":false,"commits":[{"id":"a","added":["b","a"],"modified":["c"]},
             {"id":"b","removed":["a"],"added":[],"modified":["c"]}])");
    auto const e = hook::decode_github("push", "guid", body).value();
    BOOST_TEST(e.kind == event_kind::push);
    BOOST_TEST(e.provider == "github");
    BOOST_TEST(e.event == "push");
    BOOST_TEST(e.delivery == "guid");
    BOOST_TEST(e.repository == "o/r");
    BOOST_TEST(e.default_branch == "main");
    BOOST_TEST(e.ref == "refs/heads/main");
    BOOST_TEST(e.before == id_1);
    BOOST_TEST(e.after == id_2);
    BOOST_TEST(e.sender == "ada");
    BOOST_TEST(e.installation == 7);
    BOOST_TEST((!e.created && !e.deleted && !e.forced));
    std::vector<std::string> const urls{"https://github.com/o/r", "https://github.com/o/r.git",
                                        "git@github.com:o/r.git", "git://github.com/o/r.git"};
    BOOST_TEST(e.repository_urls == urls, boost::test_tools::per_element());
    BOOST_TEST(e.paths == (std::vector<std::string>{"a", "b", "c"}), boost::test_tools::per_element());
    BOOST_TEST(e.paths_complete);
}

BOOST_AUTO_TEST_CASE(tells_new_deleted_and_forced_refs)
{
    auto const decode = [](std::string const& rest) {
        return hook::decode_github("push", "", github_push(rest)).value();
    };
    auto const created = decode(ids(none, id_1) + R"(,"created":true,"commits":[{"id":"a"}])");
    BOOST_TEST((created.created && !created.deleted));
    BOOST_TEST(!created.paths_complete);  // the commits are those that no other ref had
    auto const deleted = decode(ids(id_1, none) + R"(,"deleted":true)");
    BOOST_TEST((deleted.deleted && !deleted.created));
    BOOST_TEST(decode(ids(id_1, std::string(64, '0'))).deleted);
    auto const forced = decode(ids(id_1, id_2) + R"(,"forced":true,"commits":[{"id":"a","added":["x"]}])");
    BOOST_TEST(forced.forced);
    BOOST_TEST(!forced.paths_complete);
    BOOST_TEST(!decode(ids(id_1, id_2) + R"(,"commits":[])").paths_complete);
    BOOST_TEST(decode(ids(id_1, id_2, "refs/tags/v1")).ref == "refs/tags/v1");
}

BOOST_AUTO_TEST_CASE(reads_a_form)
{
    auto const e =
        hook::decode_github("push", "",
                            "payload=%7B%22ref%22%3A%22refs%2Fheads%2Fmain%22%2C%22after%22%3A%22" + id_1
                                + "%22%2C%22repository%22%3A%7B%22html_url%22%3A%22https%3A%2F%2Fh%2Fo%2Fr%22%7D%7D");
    BOOST_TEST(e.value().ref == "refs/heads/main");
    BOOST_TEST(e.value().repository_urls.front() == "https://h/o/r");
}

BOOST_DATA_TEST_CASE(refuses_a_push_that_lacks_what_it_is_about, data::make(refused), r)
{
    auto const e = hook::decode_github("push", "d", r.body);
    BOOST_TEST_REQUIRE(e.has_error());
    BOOST_TEST((e.error().code == r.expected));
}

BOOST_AUTO_TEST_CASE(a_ping_needs_nothing_and_others_are_ignored_with_a_reason)
{
    BOOST_TEST(hook::decode_github("ping", "", R"({"zen":"x","hook_id":1})").value().kind == event_kind::ping);
    auto const other = hook::decode_github("check_run", "d", "not even JSON").value();
    BOOST_TEST(other.kind == event_kind::ignored);
    BOOST_TEST(other.reason == "the event check_run is not used");
    BOOST_TEST(other.delivery == "d");
}

BOOST_AUTO_TEST_CASE(reads_a_pull_request)
{
    auto const body = "{" + github_repository
                      + R"(,"action":"opened","number":5,"pull_request":{"draft":true,"merged":false,
        "head":{"ref":"topic","sha":")"
                      + id_1 + R"(","repo":{"clone_url":"https://github.com/f/r.git"}},"base":{"ref":"main"}}})";
    auto const e = hook::decode_github("pull_request", "", body).value();
    BOOST_TEST(e.kind == event_kind::pull_request);
    BOOST_TEST(e.pull_request.number == 5);
    BOOST_TEST(e.pull_request.action == "opened");
    BOOST_TEST(e.pull_request.head_ref == "topic");
    BOOST_TEST(e.pull_request.head_id == id_1);
    BOOST_TEST(e.pull_request.base_ref == "main");
    BOOST_TEST(e.pull_request.head_repository == "https://github.com/f/r.git");
    BOOST_TEST((e.pull_request.draft && !e.pull_request.merged));
    BOOST_TEST(
        (hook::decode_github("pull_request", "", "{" + github_repository + "}").error().code == errc::malformed));
}

BOOST_AUTO_TEST_CASE(reads_pushes_of_gitlab)
{
    auto const body = "{" + gitlab_project + R"(,"object_kind":"push","event_name":"push","user_username":"eve",)"
                      + ids(id_1, id_2) + R"(,"commits":[{"id":"a","added":["x"]}],"total_commits_count":1})";
    auto const e = hook::decode_gitlab("Push Hook", "uuid", body).value();
    BOOST_TEST(e.kind == event_kind::push);
    BOOST_TEST(e.repository == "g/p");
    BOOST_TEST(e.default_branch == "trunk");
    BOOST_TEST(e.sender == "eve");
    BOOST_TEST(e.paths_complete);
    std::vector<std::string> const urls{"https://gitlab.com/g/p", "https://gitlab.com/g/p.git",
                                        "git@gitlab.com:g/p.git"};
    BOOST_TEST(e.repository_urls == urls, boost::test_tools::per_element());
    auto const system = hook::decode_gitlab("System Hook", "", body).value();
    BOOST_TEST(system.kind == event_kind::push);

    auto const many = "{" + gitlab_project + R"(,"object_kind":"push",)" + ids(id_1, id_2)
                      + R"(,"commits":[{"id":"a","added":["x"]}],"total_commits_count":21})";
    BOOST_TEST(!hook::decode_gitlab("Push Hook", "", many).value().paths_complete);

    auto const tag = "{" + gitlab_project + R"(,"object_kind":"tag_push",)" + ids(none, id_1, "refs/tags/v1") + "}";
    auto const pushed = hook::decode_gitlab("Tag Push Hook", "", tag).value();
    BOOST_TEST((pushed.kind == event_kind::push && pushed.created));
}

BOOST_AUTO_TEST_CASE(ignores_what_else_gitlab_sends)
{
    BOOST_TEST(hook::decode_gitlab("Note Hook", "", "").value().reason == "the event Note Hook is not used");
    auto const update = hook::decode_gitlab("System Hook", "", R"({"event_name":"repository_update"})").value();
    BOOST_TEST(update.reason == "the system event repository_update is not used");
    BOOST_TEST((hook::decode_gitlab("Push Hook", "", R"({"object_kind":"note"})").error().code == errc::malformed));
}

BOOST_AUTO_TEST_CASE(reads_a_push_of_gitea)
{
    auto const body = github_push(ids(none, id_1) + R"(,"total_commits":1,"commits":[{"id":"a","added":["x"]}])");
    auto const e = hook::decode_gitea("push", "d", body).value();
    BOOST_TEST(e.provider == "gitea");
    BOOST_TEST(e.created);
}

BOOST_AUTO_TEST_CASE(finds_the_repository_behind_more_files_than_it_keeps)
{
    std::string files = R"("x0")";
    for (int i = 1; i < 20000; ++i)
        files += R"(,"x)" + std::to_string(i) + R"(")";
    auto const body =
        "{" + ids(id_1, id_2) + R"(,"commits":[{"id":"a","added":[)" + files + "]}]," + github_repository + "}";
    auto const e = hook::decode_gitea("push", "", body).value();
    BOOST_TEST(e.repository == "o/r");
    BOOST_TEST(!e.paths_complete);
    BOOST_TEST(e.paths.empty());
}

BOOST_AUTO_TEST_CASE(chooses_by_the_envelope)
{
    hook::envelope e;
    e.provider = hook::provider::gitea;
    e.event = "push";
    BOOST_TEST(hook::decode(e, github_push(ids(id_1, id_2))).value().provider == "gitea");
    e.provider = hook::provider::bitbucket;
    e.event = "repo:push";
    auto const other = hook::decode(e, "{}").value();
    BOOST_TEST(other.kind == event_kind::ignored);
    BOOST_TEST(other.provider == "bitbucket");
    BOOST_TEST(!other.reason.empty());
}

BOOST_AUTO_TEST_SUITE_END()
