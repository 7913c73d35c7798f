#include <penstock/kube/recently_used.hpp>

#include <boost/test/unit_test.hpp>

using penstock::kube::recently_used;

BOOST_AUTO_TEST_SUITE(kube_recently_used)

BOOST_AUTO_TEST_CASE(forgets_what_was_used_longest_ago)
{
    recently_used<int> values(2);
    values["a"] = 1;
    values["b"] = 2;
    BOOST_TEST(values["a"] == 1);
    values["c"] = 3;
    BOOST_TEST(values.size() == 2U);
    BOOST_TEST(values["a"] == 1);
    BOOST_TEST(values["b"] == 0);  // anew
    BOOST_TEST(values.size() == 2U);
}

BOOST_AUTO_TEST_CASE(holds_one_at_least)
{
    recently_used<int> values(0);
    values["a"] = 1;
    BOOST_TEST(values["a"] == 1);
    values["b"] = 2;
    BOOST_TEST(values.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
