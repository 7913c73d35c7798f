#include <penstock/hook/event.hpp>

#include <boost/test/unit_test.hpp>

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

BOOST_AUTO_TEST_SUITE_END()
