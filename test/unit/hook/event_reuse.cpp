#include <penstock/hook/event.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

using namespace penstock;

namespace {

hook::envelope from_github(std::string_view event)
{
    hook::envelope e;
    e.provider = hook::provider::github;
    e.event = event;
    e.delivery = "guid";
    return e;
}

std::string const id(40, 'a');
std::string const rich =
    R"({"ref":"refs/heads/a-branch-with-a-long-name","before":")" + std::string(40, 'b') + R"(","after":")" + id
    + R"(","forced":true,"repository":{"full_name":"octo/widgets","default_branch":"main","html_url":"https://a/b",)"
      R"("clone_url":"https://a/b.git","ssh_url":"git@a:b.git"},"sender":{"login":"ada"},"installation":{"id":7},)"
      R"("commits":[{"id":"1","added":["one/rather/long/path.yaml","two"],"modified":["three"],"removed":[]}]})";
std::string const poor =
    R"({"ref":"refs/tags/v1","after":")" + id + R"(","repository":{"clone_url":"https://c/d.git"},"commits":[]})";

}  // namespace

BOOST_AUTO_TEST_SUITE(hook_event_reuse)

BOOST_AUTO_TEST_CASE(nothing_of_the_event_before_is_left)
{
    hook::push_event e;
    BOOST_REQUIRE(hook::decode_into(e, from_github("push"), rich).has_value());
    BOOST_TEST(e.repository_urls.size() == 3U);
    BOOST_TEST(e.paths.size() == 3U);
    BOOST_TEST(e.installation == 7);
    BOOST_TEST(e.forced);
    BOOST_REQUIRE(hook::decode_into(e, from_github("push"), poor).has_value());
    BOOST_TEST(e.ref == "refs/tags/v1");
    BOOST_TEST((e.repository_urls == std::vector<std::string>{"https://c/d.git"}));
    BOOST_TEST(e.paths.empty());
    BOOST_TEST(e.before.empty());
    BOOST_TEST(e.sender.empty());
    BOOST_TEST(e.repository.empty());
    BOOST_TEST(e.default_branch.empty());
    BOOST_TEST(e.installation == 0);
    BOOST_TEST(!e.forced);
    BOOST_REQUIRE(hook::decode_into(e, from_github("check_run"), "not read").has_value());
    BOOST_TEST((e.kind == hook::event_kind::ignored));
    BOOST_TEST(!e.reason.empty());
    BOOST_TEST(e.repository_urls.empty());
    BOOST_TEST(e.ref.empty());
    BOOST_REQUIRE(hook::decode_into(e, from_github("push"), rich).has_value());
    BOOST_TEST(e.reason.empty());
    BOOST_TEST((e.paths == std::vector<std::string>{"one/rather/long/path.yaml", "three", "two"}));
}

BOOST_AUTO_TEST_CASE(reads_the_same_in_slices)
{
    std::string form = "payload=";
    for (char const c : rich) {
        char escaped[4];
        std::snprintf(escaped, sizeof escaped, "%%%02x", static_cast<unsigned char>(c));
        form += escaped;
    }
    auto const whole = hook::decode(from_github("push"), rich).value();
    for (auto const& body : {rich, form})
        for (std::size_t const size : {std::size_t{1}, std::size_t{5}, std::size_t{64}, body.size()}) {
            hook::push_event e;
            BOOST_REQUIRE(hook::decode_into(e, from_github("push"), poor).has_value());
            hook::event_reader slices(e, from_github("push"), body);
            std::size_t calls = 1;
            while (slices.read_some(size).value() != 0)
                ++calls;
            BOOST_TEST(calls >= rich.size() / (size + 128));  // it pauses between two blocks of 64
            BOOST_TEST((e.kind == hook::event_kind::push));
            BOOST_TEST(e.ref == whole.ref);
            BOOST_TEST(e.after == whole.after);
            BOOST_TEST(e.repository == whole.repository);
            BOOST_TEST(e.installation == whole.installation);
            BOOST_TEST((e.repository_urls == whole.repository_urls));
            BOOST_TEST((e.paths == whole.paths));
            BOOST_TEST(e.forced);
        }
}

BOOST_AUTO_TEST_CASE(refuses_and_ignores_the_same_in_slices)
{
    hook::push_event e;
    hook::event_reader unused(e, from_github("check_run"), "not read");
    BOOST_TEST(unused.read_some(1).value() == 0U);
    BOOST_TEST((e.kind == hook::event_kind::ignored));
    BOOST_TEST(e.reason == hook::decode(from_github("check_run"), "").value().reason);
    for (std::string_view const body : {"{\"ref\":1}", "{]", "x=1", "payload={]", "  "}) {
        hook::event_reader slices(e, from_github("push"), body);
        auto left = slices.read_some(1);
        while (left && *left != 0)
            left = slices.read_some(1);
        BOOST_TEST_REQUIRE(!left.has_value(), body);
        BOOST_TEST(left.error().detail == hook::decode(from_github("push"), body).error().detail);
    }
}

BOOST_AUTO_TEST_CASE(takes_and_refuses_the_same_whatever_the_size_of_the_slices)
{
    struct row
    {
        char const* what;
        std::string more;  // behind the id of a commit
        bool taken;
    };
    std::string const long_path(9000, 'p');
    std::vector<row> const rows{
        {"nothing", "", true},
        {"an escape", R"(,"message":"one\ntwo")", true},
        {"a path that is not ASCII", ",\"added\":[\"caf\xc3\xa9\"]", true},
        {"half of a surrogate pair in a message", R"(,"message":"\ud83d")", true},
        {"a byte that is no UTF-8 in a message", ",\"message\":\"caf\xe9\"", true},
        {"a tab in a message", ",\"message\":\"a\tb\"", true},
        {"a comma too many elsewhere", R"(,"z":[1,])", true},
        {"a number beyond all limits elsewhere", R"(,"z":1e999)", true},
        {"a word that is none elsewhere", R"(,"z":perhaps)", true},
        {"half of a surrogate pair in a path", R"(,"added":["\ud83d"])", false},
        {"a byte that is no UTF-8 in a path", ",\"added\":[\"caf\xe9\"]", false},
        {"a comma too many in a list of paths", R"(,"added":["a",])", false},
        {"a path that is too long", R"(,"added":[")" + long_path + "\"]", false},
        {"too deep elsewhere", R"(,"z":)" + std::string(70, '[') + std::string(70, ']'), false},
        {"a bracket that does not match", R"(,"z":[})", false},
        {"a string without an end", R"(,"z":"a)", false},
    };
    auto const mark = rich.find(R"("id":"1")") + 8;
    for (auto const& r : rows) {
        auto body = rich;
        body.insert(mark, r.more);
        auto const whole = hook::decode(from_github("push"), body);
        BOOST_TEST(whole.has_value() == r.taken, r.what);
        for (std::size_t const size : {std::size_t{1}, std::size_t{100}, body.size()}) {
            hook::push_event e;
            hook::event_reader slices(e, from_github("push"), body);
            auto left = slices.read_some(size);
            while (left && *left != 0)
                left = slices.read_some(size);
            BOOST_TEST(left.has_value() == r.taken, r.what << " in slices of " << size);
            if (left)
                BOOST_TEST((e.paths == whole->paths), r.what);
            else
                BOOST_TEST((left.error().code == whole.error().code), r.what);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
