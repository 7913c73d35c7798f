#include <penstock/embedded/kube_duplicates.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using penstock::embedded::duplicate_fields;

BOOST_AUTO_TEST_SUITE(embedded_kube_duplicates)

BOOST_AUTO_TEST_CASE(names_each_field_that_stands_twice)
{
    auto const found =
        duplicate_fields(R"({"a":1,"b":{"c":1,"d":[{"e":1},{"e":1,"f":{"g":null},"e":2}],"c":{}},"a":true,"a":"x"})");
    BOOST_REQUIRE(found.size() == 4U);
    BOOST_TEST(found[0] == "duplicate field \"b.d[1].e\"");
    BOOST_TEST(found[1] == "duplicate field \"b.c\"");
    BOOST_TEST(found[2] == "duplicate field \"a\"");
    BOOST_TEST(found[3] == "duplicate field \"a\"");
}

BOOST_AUTO_TEST_CASE(tells_fields_of_different_objects_apart)
{
    BOOST_TEST(duplicate_fields(R"([{"a":1},{"a":{"a":[[],{"a":2}]}}])").empty());
    BOOST_TEST(duplicate_fields("{}").empty());
}

BOOST_AUTO_TEST_CASE(says_nothing_of_what_is_no_json)
{
    BOOST_TEST(duplicate_fields("").empty());
    BOOST_TEST(duplicate_fields(R"({"a":1,"a":2)").empty());
    BOOST_TEST(duplicate_fields("a: 1\na: 2\n").empty());
    BOOST_TEST(duplicate_fields(std::string(1000, '[')).empty());
}

BOOST_AUTO_TEST_SUITE_END()
