#include <penstock/rate/token_bucket.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(rate_token_bucket)

BOOST_DATA_TEST_CASE(spaces_calls_once_the_burst_is_spent,
                     data::make({1, 2, 3, 4, 5, 6}) ^ data::make({0, 0, 0, 1000, 2000, 3000}), nth_call,
                     expected_wait_ms)
{
    rate::token_bucket bucket({.burst = 3, .period = 1s});
    time_point const now{1h};
    time_point start;
    for (int i = 0; i < nth_call; ++i)
        start = bucket.reserve(now);
    BOOST_TEST((start - now == std::chrono::milliseconds(expected_wait_ms)));
}

BOOST_AUTO_TEST_CASE(admits_a_full_burst_after_idle_and_no_more)
{
    rate::token_bucket bucket({.burst = 2, .period = 10s});
    time_point now{1h};
    bucket.reserve(now);
    bucket.reserve(now);
    now += 10h;
    BOOST_TEST((bucket.reserve(now) == now));
    BOOST_TEST((bucket.reserve(now) == now));
    BOOST_TEST((bucket.peek(now) == now + 10s));
    BOOST_TEST((bucket.reserve(now) == now + 10s));
}

BOOST_AUTO_TEST_CASE(earns_one_call_in_each_period)
{
    rate::token_bucket bucket;
    time_point now{1h};
    BOOST_TEST((bucket.reserve(now) == now));
    BOOST_TEST((bucket.reserve(now + 400ms) == now + 1s));
    BOOST_TEST((bucket.reserve(now + 2s) == now + 2s));
}

BOOST_AUTO_TEST_CASE(the_unlimited_one_admits_at_once)
{
    rate::unlimited open;
    BOOST_TEST((open.reserve(time_point(5s)) == time_point(5s)));
}

BOOST_AUTO_TEST_SUITE_END()
