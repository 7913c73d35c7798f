#include <penstock/kube/projection.hpp>

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

using namespace penstock::kube;

namespace {

metadata_only::value kept(char const* text)
{
    return metadata_only::of(boost::json::parse(text).as_object());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_projection)

BOOST_AUTO_TEST_CASE(keeps_what_says_that_something_else_is_wanted)
{
    auto const v =
        kept(R"({"metadata":{"generation":7,"labels":{"a":"1"},"annotations":{"b":"2"},"finalizers":["f","g"],
        "deletionTimestamp":"2026-11-21T00:00:00Z"},"spec":{},"status":{}})");
    BOOST_TEST(v.generation == 7);
    BOOST_TEST(v.deleting);
    BOOST_TEST(v.labels.at("a") == "1");
    BOOST_TEST(v.annotations.at("b") == "2");
    BOOST_TEST((v.finalizers == std::vector<std::string>{"f", "g"}));
}

BOOST_AUTO_TEST_CASE(each_of_it_matters_and_nothing_else)
{
    auto const base = kept(R"({"metadata":{"generation":7,"resourceVersion":"1"},"status":{"a":1}})");
    BOOST_TEST(!metadata_only::matters(base, kept(R"({"metadata":{"generation":7,"resourceVersion":"2"}})")));
    for (auto const* other : {R"({"metadata":{"generation":8}})", R"({"metadata":{"generation":7,"labels":{"a":"1"}}})",
                              R"({"metadata":{"generation":7,"annotations":{"a":"1"}}})",
                              R"({"metadata":{"generation":7,"finalizers":["f"]}})",
                              R"({"metadata":{"generation":7,"deletionTimestamp":"now"}})"})
        BOOST_TEST(metadata_only::matters(base, kept(other)), other);
}

BOOST_AUTO_TEST_CASE(reads_nothing_where_nothing_can_be_read)
{
    for (auto const* odd : {R"({})", R"({"metadata":null})", R"({"metadata":[]})",
                            R"({"metadata":{"generation":"7","labels":[],"annotations":{"a":1},"finalizers":{}}})"})
        BOOST_TEST((kept(odd) == metadata_only::value()), odd);
}

BOOST_AUTO_TEST_SUITE_END()
