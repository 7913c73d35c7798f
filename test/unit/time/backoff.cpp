#include <penstock/time/backoff.hpp>

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace penstock;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(time_backoff)

BOOST_AUTO_TEST_CASE(doubles_its_ceiling_up_to_the_cap)
{
    backoff b({.base = 800ms, .cap = 30s}, 1);
    for (auto const ceiling : {800ms, 1600ms, 3200ms, 6400ms, 12'800ms, 25'600ms, 30'000ms, 30'000ms}) {
        BOOST_TEST((b.ceiling() == ceiling));
        auto const wait = b.next();
        BOOST_TEST((wait >= 0ms && wait < ceiling));
    }
    BOOST_TEST(b.failures() == 8U);
    b.reset();
    BOOST_TEST((b.ceiling() == 800ms));
}

BOOST_AUTO_TEST_CASE(spreads_over_the_whole_ceiling)
{
    int low = 0;
    for (std::uint64_t seed = 0; seed < 1000; ++seed)
        low += backoff({.base = 1s, .cap = 1s}, seed).next() < 500ms ? 1 : 0;
    BOOST_TEST(low > 430);
    BOOST_TEST(low < 570);
}

BOOST_AUTO_TEST_CASE(gives_the_same_waits_for_the_same_seed)
{
    backoff a({}, 42);
    backoff b({}, 42);
    backoff c({}, 43);
    auto const first = a.next();
    BOOST_TEST((first == b.next()));
    BOOST_TEST((first != c.next()));
}

BOOST_AUTO_TEST_CASE(does_not_overflow)
{
    BOOST_TEST((exponential_delay(1ns, duration::max(), ~0U) == duration::max()));
    BOOST_TEST((exponential_delay(duration::max(), duration::max(), 5) == duration::max()));
    BOOST_TEST((exponential_delay(0ns, 5s, ~0U) == 0ns));
    BOOST_TEST((exponential_delay(1s, -5s, 3) == 0s));
    BOOST_TEST((fraction_of(10s, 2.0) == 10s));
    BOOST_TEST((fraction_of(10s, -1.0) == 0s));
}

BOOST_AUTO_TEST_SUITE_END()
