#include <penstock/kube/conflict_backoff.hpp>

#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace penstock::kube;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(kube_conflict_backoff)

BOOST_AUTO_TEST_CASE(waits_four_times_and_gives_up)
{
    conflict_backoff backoff(7);
    for (int i = 1; i < conflict_backoff::attempts; ++i) {
        auto const wait = backoff.after(failure(errc::conflict));
        BOOST_REQUIRE(wait.has_value());
        BOOST_TEST((*wait >= 10ms && *wait <= 11ms));
    }
    BOOST_TEST(!backoff.after(failure(errc::conflict)).has_value());
}

BOOST_AUTO_TEST_CASE(waits_for_nothing_else)
{
    for (auto const code : {errc::gone, errc::not_found, errc::quota_exhausted, errc::unavailable})
        BOOST_TEST(!conflict_backoff().after(failure(code)).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
