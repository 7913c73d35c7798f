#include <penstock/reconcile/retry.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace penstock::reconcile;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

struct every_second
{
    time_point next{};
    time_point reserve(time_point now) noexcept
    {
        auto const start = std::max(next, now);
        next = start + 1s;
        return start;
    }
};

constexpr time_point now{1h};

}  // namespace

BOOST_AUTO_TEST_SUITE(reconcile_retry)

BOOST_DATA_TEST_CASE(doubles_from_the_base_to_the_cap,
                     data::make({0U, 1U, 2U, 10U, 17U, 18U, 60U, 1000U, ~0U})
                         ^ data::make({5L, 10L, 20L, 5120L, 655'360L, 1'000'000L, 1'000'000L, 1'000'000L, 1'000'000L}),
                     failures, expected_ms)
{
    BOOST_TEST((exponential_retry{}.delay(failures, now) == std::chrono::milliseconds(expected_ms)));
}

BOOST_AUTO_TEST_CASE(does_not_overflow_at_the_longest_cap)
{
    BOOST_TEST((exponential_retry{1ms, duration::max()}.delay(200, now) == duration::max()));
    BOOST_TEST((exponential_retry{0ms, 1s}.delay(200, now) == 0s));
    BOOST_TEST((exponential_retry{-5ms, 1s}.delay(3, now) == 0s));
    BOOST_TEST((exponential_retry{10s, 1s}.delay(0, now) == 1s));
}

BOOST_DATA_TEST_CASE(switches_from_fast_to_slow, data::make({0U, 2U, 3U, 99U}) ^ data::make({5L, 5L, 10'000L, 10'000L}),
                     failures, expected_ms)
{
    BOOST_TEST((fast_slow_retry{5ms, 10s, 3}.delay(failures, now) == std::chrono::milliseconds(expected_ms)));
}

BOOST_AUTO_TEST_CASE(takes_the_longest_of_several)
{
    longest_retry both(exponential_retry{}, limited_retry(every_second{}));
    BOOST_TEST((both.delay(0, now) == 5ms));
    BOOST_TEST((both.delay(0, now) == 1s));  // the limiter counts every call
    BOOST_TEST((both.delay(10, now) == 5120ms));
}

BOOST_AUTO_TEST_CASE(caps_what_another_says)
{
    capped_retry capped(exponential_retry{}, 1s);
    BOOST_TEST((capped.delay(1, now) == 10ms));
    BOOST_TEST((capped.delay(15, now) == 1s));
}

BOOST_AUTO_TEST_SUITE_END()
