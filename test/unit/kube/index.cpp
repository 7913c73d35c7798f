#include <penstock/kube/index.hpp>

#include <boost/test/unit_test.hpp>

using namespace penstock;
using kube::object_name;

namespace {

std::string all(std::set<object_name> const& names)
{
    std::string out;
    for (auto const& each : names)
        out += each.text() + ' ';
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_index)

BOOST_AUTO_TEST_CASE(finds_all_that_have_a_value)
{
    kube::index secrets;
    secrets.put({"n", "b"}, {"token"});
    secrets.put({"n", "a"}, {"token", "key"});
    BOOST_TEST(all(secrets.find("token")) == "n/a n/b ");
    BOOST_TEST(all(secrets.find("key")) == "n/a ");
    BOOST_TEST(all(secrets.find("other")).empty());
}

BOOST_AUTO_TEST_CASE(follows_what_changes)
{
    kube::index secrets;
    secrets.put({"n", "a"}, {"old", "both", "both"});
    secrets.put({"n", "a"}, {"new", "both"});
    BOOST_TEST(all(secrets.find("old")).empty());
    BOOST_TEST(all(secrets.find("both")) == "n/a ");
    BOOST_TEST(all(secrets.find("new")) == "n/a ");
    BOOST_TEST(secrets.size() == 2U);
}

BOOST_AUTO_TEST_CASE(nothing_is_left_of_a_value_that_nobody_has)
{
    kube::index secrets;
    for (int i = 0; i < 1000; ++i) {
        secrets.put({"n", "a"}, {"token-" + std::to_string(i)});
        BOOST_TEST_REQUIRE(secrets.size() == 1U);
    }
    secrets.erase({"n", "a"});
    secrets.erase({"n", "a"});
    BOOST_TEST(secrets.size() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
