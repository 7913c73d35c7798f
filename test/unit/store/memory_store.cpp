#include <penstock/store/memory_store.hpp>

#include <penstock/testing/loop.hpp>

#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace std::chrono_literals;

BOOST_FIXTURE_TEST_SUITE(store_memory_store, testing::loop)

BOOST_AUTO_TEST_CASE(refuses_more_items_than_it_may_hold_but_replaces)
{
    store::memory_store_options o;
    o.max_items = 2;
    store::memory_store s(o);
    run(s.put("a", "1")).value();
    run(s.put("b", "1")).value();
    BOOST_TEST((run(s.put("c", "1")).error().code == errc::too_large));
    BOOST_TEST(run(s.put("a", "2")).has_value());
}

BOOST_AUTO_TEST_CASE(lets_go_of_what_has_expired)
{
    wall_time now{1000s};
    store::memory_store_options o;
    o.now = [&] { return now; };
    store::memory_store s(o);
    for (int n = 0; n < 40; ++n)
        run(s.put(std::to_string(n), "x", store::precondition::any(), now + 1s)).value();
    now += 1min;
    for (int n = 0; n < 10; ++n)
        run(s.put("stays", "x")).value();
    BOOST_TEST(s.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
