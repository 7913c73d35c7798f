#include <penstock/kube/object.hpp>

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

using namespace penstock;

BOOST_AUTO_TEST_SUITE(kube_object)

BOOST_AUTO_TEST_CASE(reads_at_a_path_what_is_there_with_its_type)
{
    auto const value = boost::json::parse(R"({"kind":"A","spec":{"ref":{"branch":"main"},"n":1}})");
    auto const& o = value.as_object();
    BOOST_TEST(kube::text_at(o, {"spec", "ref", "branch"}) == "main");
    BOOST_TEST(kube::text_at(o, {"kind"}) == "A");
    BOOST_TEST(kube::text_at(o, "kind") == "A");
    BOOST_TEST(kube::member_at(o, {"spec", "n"})->as_int64() == 1);
    BOOST_TEST(kube::text_at(o, {"spec", "n"}) == "");
    BOOST_TEST(kube::text_at(o, {"spec", "ref"}) == "");
    BOOST_TEST(kube::text_at(o, {"kind", "ref"}) == "");
    BOOST_TEST(kube::text_at(o, {"spec", "none", "branch"}) == "");
    BOOST_TEST((kube::member_at(o, {"spec", "none", "branch"}) == nullptr));
    BOOST_TEST((kube::member_at(o, {}) == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
