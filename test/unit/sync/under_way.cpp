#include <penstock/sync/under_way.hpp>

#include <boost/test/unit_test.hpp>

#include <optional>

using penstock::sync::under_way;

BOOST_AUTO_TEST_SUITE(sync_under_way)

BOOST_AUTO_TEST_CASE(an_id_is_held_by_the_first_until_it_goes)
{
    under_way all;
    std::optional<under_way::claim> first;
    first.emplace(all, "a");
    BOOST_TEST(first->is_first());
    {
        under_way::claim const second(all, "a");
        BOOST_TEST(!second.is_first());
        under_way::claim const other(all, "b");
        BOOST_TEST(other.is_first());
    }
    BOOST_TEST(!under_way::claim(all, "a").is_first());  // what was not the first lets go of nothing
    first.reset();
    BOOST_TEST(under_way::claim(all, "a").is_first());
}

BOOST_AUTO_TEST_CASE(no_id_is_held_by_nobody)
{
    under_way all;
    under_way::claim const one(all, "");
    under_way::claim const two(all, "");
    BOOST_TEST(one.is_first());
    BOOST_TEST(two.is_first());
}

BOOST_AUTO_TEST_SUITE_END()
