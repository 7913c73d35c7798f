#include "../../../benchmarks/polled_day.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(poll_day)

// bench_day does the same for 100 000 sources.
BOOST_AUTO_TEST_CASE(a_day_of_2000_sources_meets_no_end_of_a_quota_and_makes_no_bursts)
{
    polled_day::day day(2000);
    auto const& seen = day.pass();
    for (auto const& [holds, what] : polled_day::judge(seen))
        BOOST_TEST(holds, what);
    BOOST_TEST_MESSAGE(seen.requests << " requests, " << seen.unchanged << " of them 304");
}

BOOST_AUTO_TEST_SUITE_END()
