#include <penstock/http/fields.hpp>

#include <boost/test/unit_test.hpp>

using namespace penstock;

BOOST_AUTO_TEST_SUITE(http_fields)

BOOST_AUTO_TEST_CASE(finds_names_without_regard_to_case)
{
    http::fields f{{"Content-Type", "a"}, {"X", "1"}, {"x", "2"}};
    BOOST_TEST(f["content-type"] == "a");
    BOOST_TEST(f["X"] == "1");
    BOOST_TEST(f.count("x") == 2U);
    BOOST_TEST(f["none"].empty());
    f.set("x", "3");
    BOOST_TEST(f.count("X") == 1U);
    BOOST_TEST(f.size() == 2U);
}

BOOST_AUTO_TEST_CASE(clear_keeps_memory_and_shows_nothing_of_what_stood_there)
{
    http::fields f{{"A", "1"}, {"B", "2"}, {"C", "3"}};
    f.clear();
    BOOST_TEST(f.empty());
    BOOST_TEST((f.begin() == f.end()));
    BOOST_TEST(!f.contains("B"));
    f.append("D", "4");
    f.add("E", "5");
    f.erase("D");
    BOOST_TEST(f.size() == 1U);
    BOOST_TEST(f["E"] == "5");
    BOOST_TEST(!f.contains("C"));
    auto const copy = f;
    BOOST_TEST(copy.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
