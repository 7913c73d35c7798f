#include <penstock/rate/aimd.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

using namespace penstock;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;
using rate::aimd;

BOOST_AUTO_TEST_SUITE(rate_aimd)

// Ten seconds lie between two calls: '.' succeeds, 'x' fails.
BOOST_DATA_TEST_CASE(halves_with_a_failure_and_grows_by_one_with_a_full_round,
                     data::make({"", "...", "x", "xx", "xxx", "xxxx", "xxxxx", "xx..", "xx....", "xxxx.", "xxxx..."})
                         ^ data::make({8, 8, 4, 2, 1, 1, 1, 2, 3, 2, 2}),
                     calls, expected)
{
    aimd a({.most = 8});
    time_point now{1h};
    for (char const c : std::string(calls)) {
        c == '.' ? a.succeeded() : a.failed(now);
        now += 10s;
    }
    BOOST_TEST(a.whole() == expected);
}

BOOST_AUTO_TEST_CASE(takes_many_calls_that_fail_together_for_one_failure)
{
    aimd a({.most = 16});
    time_point const now{1h};
    for (int n = 0; n < 10; ++n)
        a.failed(now + n * 100ms);
    BOOST_TEST(a.whole() == 8);
    a.failed(now + 5s);
    BOOST_TEST(a.whole() == 4);
}

BOOST_AUTO_TEST_CASE(is_a_share_of_a_rate_too)
{
    aimd share({.least = 0.125, .most = 1, .step = 0.01, .calm = 0s});
    time_point const now{1h};
    for (int n = 0; n < 5; ++n)
        share.failed(now);
    BOOST_TEST(share.value() == 0.125);
    for (int n = 0; n < 25; ++n)
        share.succeeded();
    BOOST_TEST(share.value() == 0.375, boost::test_tools::tolerance(1e-9));
    share.succeeded(10);  // one of ten
    BOOST_TEST(share.value() == 0.376, boost::test_tools::tolerance(1e-9));
    for (int n = 0; n < 100; ++n)
        share.succeeded();
    BOOST_TEST(share.value() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
