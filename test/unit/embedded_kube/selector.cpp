#include <penstock/embedded/kube_selector.hpp>

#include <boost/json/parse.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace penstock::embedded;
namespace data = boost::unit_test::data;

namespace {

boost::json::object object()
{
    return boost::json::parse(
               R"({"metadata":{"name":"n","namespace":"s","labels":{"app":"web","tier":"front","x.io/y":""}}})")
        .as_object();
}

kube_type secrets()
{
    kube_type t;
    t.kind = "Secret";
    return t;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(embedded_kube_selector)

BOOST_DATA_TEST_CASE(picks_objects_whose_labels_match,
                     data::make({"", "app=web", "app==web", "app!=db", "other!=a", "app in (db, web)", "app notin (db)",
                                 "app", "!other", "x.io/y", "x.io/y=", "app=web,tier in (front,back),!other",
                                 " app = web "}),
                     text)
{
    auto const s = kube_label_selector::parse(text);
    BOOST_REQUIRE(s.has_value());
    BOOST_TEST(s->matches(object()));
}

BOOST_DATA_TEST_CASE(leaves_the_others,
                     data::make({"app=db", "app!=web", "app in (db)", "app notin (web)", "!app", "other",
                                 "app=web,other", "other=x"}),
                     text)
{
    auto const s = kube_label_selector::parse(text);
    BOOST_REQUIRE(s.has_value());
    BOOST_TEST(!s->matches(object()));
}

BOOST_DATA_TEST_CASE(refuses_what_it_cannot_understand,
                     data::make({"app in web", "app in (web", "=x", "a b", ",", "app=we$b", "!"}), text)
{
    auto const s = kube_label_selector::parse(text);
    BOOST_REQUIRE(!s.has_value());
    BOOST_TEST(s.error().code == 400);
}

BOOST_AUTO_TEST_CASE(knows_the_fields_that_the_real_server_knows)
{
    BOOST_TEST(kube_field_selector::parse(secrets(), "metadata.name=n,metadata.namespace!=t")->matches(object()));
    BOOST_TEST(!kube_field_selector::parse(secrets(), "metadata.name==m")->matches(object()));
    BOOST_TEST(kube_field_selector::parse(secrets(), "type=")->matches(object()));
    BOOST_TEST(kube_field_selector::parse(secrets(), "spec.x=1").error().message
               == "field label not supported: spec.x");
    BOOST_TEST(!kube_field_selector::parse(secrets(), "nonsense").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
