#include <penstock/kube/status_condition.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

using namespace penstock;
using namespace penstock::kube;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

constexpr wall_time noon{std::chrono::sys_days(std::chrono::year(2026) / 11 / 21) + 12h};

boost::json::object fresh(int generation = 3)
{
    return {{"metadata", {{"name", "a"}, {"generation", generation}}}};
}

std::string at(boost::json::object const& o, std::string_view type, std::string_view key)
{
    auto const* found = condition_of(o, type);
    auto const* member = found == nullptr ? nullptr : found->if_contains(key);
    return member == nullptr     ? "(none)"
           : member->is_string() ? std::string(member->get_string())
                                 : boost::json::serialize(*member);
}

}  // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(penstock::kube::progress)

BOOST_AUTO_TEST_SUITE(kube_status_condition)

BOOST_AUTO_TEST_CASE(a_condition_says_when_its_status_last_changed_and_for_which_generation)
{
    auto o = fresh();
    set_condition(o, {"Ready", "False", "Waiting", "for water"}, noon);
    BOOST_TEST(at(o, "Ready", "lastTransitionTime") == "2026-11-21T12:00:00Z");
    BOOST_TEST(at(o, "Ready", "observedGeneration") == "3");
    set_condition(o, {"Ready", "False", "Failed", "no water"}, noon + 1h);
    BOOST_TEST(at(o, "Ready", "lastTransitionTime") == "2026-11-21T12:00:00Z");
    BOOST_TEST(at(o, "Ready", "reason") == "Failed");
    BOOST_TEST(at(o, "Ready", "message") == "no water");
    set_condition(o, {"Ready", "True", "Flowing"}, noon + 2h);
    BOOST_TEST(at(o, "Ready", "lastTransitionTime") == "2026-11-21T14:00:00Z");
    BOOST_TEST(at(o, "Ready", "message").empty());
    BOOST_TEST(o["status"].at("conditions").as_array().size() == 1U);
}

BOOST_AUTO_TEST_CASE(saying_the_same_again_changes_nothing)
{
    auto o = fresh();
    mark_ready(o, "Flowing", "all is well", noon);
    auto const before = o;
    mark_ready(o, "Flowing", "all is well", noon + 1h);
    BOOST_TEST(o == before);
    remove_condition(o, "Stalled");
    BOOST_TEST(o == before);
}

BOOST_AUTO_TEST_CASE(what_others_say_stays)
{
    auto o = boost::json::parse(R"({"metadata":{"generation":4},"status":{"phase":"x","conditions":[
        {"type":"Healthy","status":"True"},
        {"type":"Ready","status":"True","lastTransitionTime":"2020-01-01T00:00:00Z","extra":7}, 5]}})")
                 .as_object();
    mark_stalled(o, "Broken", "the gate is bent", noon);
    auto const& list = o["status"].at("conditions").as_array();
    BOOST_TEST(list.size() == 4U);
    BOOST_TEST(at(o, "Healthy", "status") == "True");
    BOOST_TEST(at(o, "Ready", "extra") == "7");
    BOOST_TEST(at(o, "Ready", "lastTransitionTime") == "2026-11-21T12:00:00Z");
    BOOST_TEST(o["status"].at("phase") == "x");
    BOOST_TEST(o["status"].at("observedGeneration") == 4);
}

BOOST_AUTO_TEST_CASE(a_message_is_cut_off_at_the_end_of_a_character)
{
    auto o = fresh();
    std::string const text = std::string(32767, 'x') + "\xc3\xa4";  // ä lies across the limit
    set_condition(o, {"Ready", "False", "Long", text}, noon);
    BOOST_TEST(at(o, "Ready", "message").size() == 32767U);
}

BOOST_AUTO_TEST_CASE(an_object_without_a_generation_has_none_observed)
{
    boost::json::object o{{"metadata", {{"name", "a"}}}};
    mark_ready(o, "Flowing", "", noon);
    BOOST_TEST(at(o, "Ready", "observedGeneration") == "(none)");
    BOOST_TEST(!o["status"].as_object().contains("observedGeneration"));
}

BOOST_AUTO_TEST_CASE(the_phases_of_an_object_are_read_as_kstatus_reads_them)
{
    auto o = fresh();
    BOOST_TEST((progress_of(o) == progress::current));  // says nothing
    mark_reconciling(o, "Filling", "opens the gate", noon);
    BOOST_TEST((progress_of(o) == progress::in_progress));
    BOOST_TEST(at(o, "Ready", "status") == "Unknown");
    mark_failing(o, "NoWater", "the river is dry", noon);
    BOOST_TEST((progress_of(o) == progress::in_progress));
    BOOST_TEST(at(o, "Reconciling", "reason") == "ProgressingWithRetry");
    BOOST_TEST(at(o, "Ready", "status") == "False");
    BOOST_TEST(member_at(o, {"status", "observedGeneration"}) == nullptr);
    mark_stalled(o, "Broken", "", noon);
    BOOST_TEST((progress_of(o) == progress::failed));
    BOOST_TEST(condition_of(o, "Reconciling") == nullptr);
    BOOST_TEST((is_ready()(&o) == wait_verdict::never));
    mark_ready(o, "Flowing", "", noon);
    BOOST_TEST((progress_of(o) == progress::current));
    BOOST_TEST(condition_of(o, "Stalled") == nullptr);
    BOOST_TEST((is_ready()(&o) == wait_verdict::met));
    o["metadata"].as_object()["generation"] = 4;  // somebody wants something else
    BOOST_TEST((progress_of(o) == progress::in_progress));
    BOOST_TEST((is_ready()(&o) == wait_verdict::not_yet));
    o["metadata"].as_object()["deletionTimestamp"] = "2026-11-21T12:00:00Z";
    BOOST_TEST((progress_of(o) == progress::terminating));
}

BOOST_DATA_TEST_CASE(a_ready_condition_decides_where_nothing_else_does,
                     data::make({"True", "False", "Unknown"})
                         ^ data::make({progress::current, progress::in_progress, progress::in_progress}),
                     says, expected)
{
    auto o = fresh();
    set_condition(o, {"Ready", says, "Because"}, noon);
    BOOST_TEST((progress_of(o) == expected));
}

BOOST_AUTO_TEST_SUITE_END()
