#include <penstock/kube/owner_reference.hpp>

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

using namespace penstock::kube;

BOOST_AUTO_TEST_SUITE(kube_owner_reference)

BOOST_AUTO_TEST_CASE(what_it_writes_it_reads)
{
    auto const maker = boost::json::parse(
        R"({"apiVersion":"example.com/v1","kind":"Maker","metadata":{"name":"m","namespace":"apps","uid":"u"}})");
    boost::json::object made{{"metadata", {{"name", "x"}, {"namespace", "apps"}}}};
    made["metadata"].as_object()["ownerReferences"] = controlled_by(maker.as_object());
    auto const found = controller_of(made);
    BOOST_TEST_REQUIRE(found.has_value());
    BOOST_TEST(found->api_version == "example.com/v1");
    BOOST_TEST(found->kind == "Maker");
    BOOST_TEST(found->name.text() == "apps/m");
    BOOST_TEST(found->uid == "u");
    BOOST_TEST(found->is(resource("example.com", "v2", "makers", "Maker")));
    BOOST_TEST(!found->is(resource("other.com", "v1", "makers", "Maker")));
    BOOST_TEST(!found->is(resource("example.com", "v1", "takers", "Taker")));
    BOOST_TEST(made.at("metadata").at("ownerReferences").at(0).at("blockOwnerDeletion").as_bool());
}

BOOST_AUTO_TEST_CASE(finds_the_one_that_controls)
{
    auto const object = boost::json::parse(R"({"metadata":{"ownerReferences":[{"kind":"A","name":"a"},
        {"kind":"B","name":"b","controller":false},{"kind":"C","name":"c","controller":true}]}})");
    BOOST_TEST(controller_of(object.as_object())->kind == "C");
    BOOST_TEST(controller_of(object.as_object())->is(resource("", "v1", "cs", "C")));
}

BOOST_AUTO_TEST_CASE(finds_nobody_where_nobody_controls)
{
    for (auto const* text : {R"({})", R"({"metadata":{}})", R"({"metadata":{"ownerReferences":{}}})",
                             R"({"metadata":{"ownerReferences":[7,{"controller":"true"}]}})"})
        BOOST_TEST(!controller_of(boost::json::parse(text).as_object()).has_value(), text);
}

BOOST_AUTO_TEST_SUITE_END()
