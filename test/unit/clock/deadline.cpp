#include <penstock/clock/deadline.hpp>

#include <penstock/testing/loop.hpp>

#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

awaitable<result<int>> seven_after(testing::manual_clock& clock, duration wait)
{
    if (auto const ec = co_await clock.sleep_until(clock.now() + wait))
        co_return ec;
    co_return 7;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(clock_deadline, testing::loop)

BOOST_AUTO_TEST_CASE(gives_the_value_of_work_that_is_in_time)
{
    auto work = start(with_deadline(clock, clock.now() + 10s, seven_after(clock, 9s)));
    advance(8s);
    BOOST_TEST(!work.done());
    advance(1s);
    BOOST_TEST(work.get().value() == 7);
}

BOOST_AUTO_TEST_CASE(cuts_off_work_that_is_late)
{
    auto work = start(with_deadline(clock, clock.now() + 5s, seven_after(clock, 9s)));
    advance(5s);
    BOOST_TEST((work.get().error().code == errc::deadline_exceeded));
    BOOST_TEST((clock.next() == time_point::max()));  // nothing is left behind
}

BOOST_AUTO_TEST_CASE(passes_a_cancellation_on_as_a_value)
{
    auto work = start(with_deadline(clock, clock.now() + 50s, seven_after(clock, 9s)));
    work.cancel();
    BOOST_TEST((work.get().error().code == asio::error::operation_aborted));
    BOOST_TEST((clock.next() == time_point::max()));
}

namespace {

awaitable<error_code> wait_twice(testing::manual_clock& clock)
{
    auto const first = co_await clock.sleep_until(clock.now() + 1s);
    static_cast<void>(first);  // swallowed, as a loop may do that tries again
    co_return co_await clock.sleep_until(clock.now() + 1h);
}

}  // namespace

BOOST_AUTO_TEST_CASE(begins_no_wait_in_a_coroutine_that_was_cancelled)
{
    auto work = start(wait_twice(clock));
    work.cancel();
    BOOST_TEST(work.done());
    BOOST_TEST((work.get() == asio::error::operation_aborted));
}

BOOST_AUTO_TEST_SUITE_END()
