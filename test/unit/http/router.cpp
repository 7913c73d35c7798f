#include <penstock/http/router.hpp>

#include <boost/test/unit_test.hpp>

using namespace penstock;

BOOST_AUTO_TEST_SUITE(http_router)

BOOST_AUTO_TEST_CASE(an_exact_path_goes_before_a_prefix_and_a_long_prefix_before_a_short_one)
{
    http::route_table<int> t;
    t.below("/", 1);
    t.below("/hook/", 2);
    t.below("/hook/deep", 3);
    t.exact("/hook/x", 4);
    auto const find = [&](std::string_view path) { return *t.find(path); };
    BOOST_TEST(find("/") == 1);
    BOOST_TEST(find("/hooks") == 1);
    BOOST_TEST(find("/hook") == 2);
    BOOST_TEST(find("/hook/a") == 2);
    BOOST_TEST(find("/hook/deep/a") == 3);
    BOOST_TEST(find("/hook/deeper") == 2);
    BOOST_TEST(find("/hook/x") == 4);
    BOOST_TEST(find("/hook/x/y") == 2);
}

BOOST_AUTO_TEST_CASE(finds_nothing_where_nothing_is)
{
    http::route_table<int> t;
    t.exact("/a", 1);
    t.below("/b", 2);
    BOOST_TEST((t.find("/") == nullptr));
    BOOST_TEST((t.find("/a/") == nullptr));
    BOOST_TEST((t.find("/bc") == nullptr));
    BOOST_TEST((t.find("") == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
