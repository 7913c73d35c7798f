#include <penstock/kube/wait_condition.hpp>

#include <boost/json/parse.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

using namespace penstock::kube;

namespace {

boost::json::object json(std::string const& text)
{
    return boost::json::parse(text).as_object();
}

struct row
{
    char const* object;
    wait_verdict ready;
};
std::ostream& operator<<(std::ostream& o, row const& r)
{
    return o << r.object;
}

using enum wait_verdict;
row const rows[] = {
    {R"({})", not_yet},
    {R"({"status":{}})", not_yet},
    {R"({"status":{"conditions":7}})", not_yet},
    {R"({"status":{"conditions":[7,{"type":"Ready","status":"False"}]}})", not_yet},
    {R"({"status":{"conditions":[{"type":"Ready","status":"True"}]}})", met},
    {R"({"metadata":{"generation":2},"status":{"conditions":[{"type":"Ready","status":"True"}]}})", met},
    {R"({"metadata":{"generation":2},"status":{"observedGeneration":1,"conditions":[{"type":"Ready","status":"True"}]}})",
     not_yet},
    {R"({"metadata":{"generation":2},"status":{"observedGeneration":2,"conditions":[{"type":"Ready","status":"True"}]}})",
     met},
    {R"({"metadata":{"generation":2},"status":{"conditions":[{"type":"Ready","status":"True","observedGeneration":1}]}})",
     not_yet},
    {R"({"metadata":{"generation":2},"status":{"observedGeneration":1,
        "conditions":[{"type":"Ready","status":"True","observedGeneration":2}]}})",
     met},
    {R"({"status":{"conditions":[{"type":"Ready","status":"False"},{"type":"Stalled","status":"True"}]}})", never},
    {R"({"metadata":{"generation":2},"status":{"observedGeneration":1,
        "conditions":[{"type":"Stalled","status":"True"}]}})",
     not_yet},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_wait_condition)

BOOST_DATA_TEST_CASE(reads_readiness_of_the_newest_generation, rows, r)
{
    auto const object = json(r.object);
    BOOST_TEST((is_ready()(&object) == r.ready));
    BOOST_TEST((has_condition("Ready")(&object) == (r.ready == met ? met : not_yet)));
}

BOOST_AUTO_TEST_CASE(waits_for_another_status_of_another_condition)
{
    auto const object = json(R"({"status":{"conditions":[{"type":"Progressing","status":"Unknown"}]}})");
    BOOST_TEST((has_condition("Progressing", "Unknown")(&object) == met));
    BOOST_TEST((has_condition("Progressing")(&object) == not_yet));
    BOOST_TEST((has_condition("Ready", "Unknown")(&object) == not_yet));
}

BOOST_AUTO_TEST_CASE(knows_what_exists_and_what_is_gone)
{
    auto const object = json(R"({"metadata":{"uid":"u1"}})");
    BOOST_TEST((exists()(&object) == met));
    BOOST_TEST((exists()(nullptr) == not_yet));
    BOOST_TEST((is_gone()(&object) == not_yet));
    BOOST_TEST((is_gone()(nullptr) == met));
    BOOST_TEST((is_gone("u1")(&object) == not_yet));
    BOOST_TEST((is_gone("u0")(&object) == met));
    BOOST_TEST((has_condition("Ready")(nullptr) == not_yet));
    BOOST_TEST((is_ready()(nullptr) == not_yet));
}

BOOST_AUTO_TEST_CASE(tells_the_conditions_in_one_line)
{
    BOOST_TEST(conditions_text(json("{}")) == "no conditions");
    BOOST_TEST(conditions_text(json(R"({"status":{"conditions":[]}})")) == "no conditions");
    BOOST_TEST(conditions_text(json(R"({"status":{"conditions":[
                   {"type":"Ready","status":"False","reason":"Failed","message":"no such\nbranch"},
                   {"type":"Stalled","status":"True","reason":"Why"},{"type":"A","status":"B"}]}})"))
               == "Ready=False (Failed: no such branch), Stalled=True (Why), A=B");
}

BOOST_AUTO_TEST_SUITE_END()
