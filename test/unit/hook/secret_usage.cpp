#include <penstock/hook/secret_usage.hpp>

#include <penstock/testing/recording_sink.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>

using namespace penstock;
using namespace std::chrono_literals;
namespace names = metrics::names;

namespace {

struct rotation
{
    testing::recording_sink sink;
    hook::secret_usage<testing::recording_sink> usage{sink, "github"};

    double matches(std::string_view secret)
    {
        return sink.value(names::webhook_secret_matches_total, {"github", secret});
    }
    double last(std::string_view secret)
    {
        return sink.value(names::webhook_secret_last_match_timestamp_seconds, {"github", secret});
    }
    bool known(std::string_view secret)
    {
        return sink.exists(names::webhook_secret_matches_total, {"github", secret})
               && sink.exists(names::webhook_secret_last_match_timestamp_seconds, {"github", secret});
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(hook_secret_usage, rotation)

BOOST_AUTO_TEST_CASE(says_which_secret_matched_and_when)
{
    usage.use({"2026-11", "2025-03"});
    BOOST_TEST((known("2026-11") && known("2025-03")));  // there before the first delivery: 0 is never
    usage.matched(1, wall_time(100s));
    usage.matched(0, wall_time(160s));
    usage.matched(0, wall_time(200s));
    BOOST_TEST(matches("2026-11") == 2);
    BOOST_TEST(last("2026-11") == 200);
    BOOST_TEST(matches("2025-03") == 1);
    BOOST_TEST(last("2025-03") == 100);
}

BOOST_AUTO_TEST_CASE(a_name_that_stays_keeps_its_figures_and_one_that_goes_takes_them_along)
{
    usage.use({"new", "old"});
    usage.matched(0, wall_time(1s));
    usage.matched(1, wall_time(2s));
    usage.use({"newest", "new"});
    BOOST_TEST(!known("old"));
    BOOST_TEST(matches("new") == 1);
    usage.matched(1, wall_time(3s));
    BOOST_TEST(matches("new") == 2);
    BOOST_TEST(matches("newest") == 0);
    BOOST_TEST(sink.size() == 4U);
}

BOOST_AUTO_TEST_CASE(a_secret_without_a_name_is_shown_as_its_place_and_begins_anew)
{
    usage.use({"", "named"});
    usage.matched(0, wall_time(1s));
    usage.matched(1, wall_time(1s));
    BOOST_TEST(matches("0") == 1);
    usage.use({"", "named", ""});  // another secret may stand at place 0 now
    BOOST_TEST(matches("0") == 0);
    BOOST_TEST(last("0") == 0);
    BOOST_TEST(matches("named") == 1);
    BOOST_TEST(known("2"));
    usage.use({});
    BOOST_TEST(sink.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_place_that_no_list_has_is_passed_over)
{
    usage.matched(0, wall_time(1s));
    usage.use({"a"});
    usage.matched(1, wall_time(1s));
    BOOST_TEST(matches("a") == 0);
    BOOST_TEST(sink.size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
