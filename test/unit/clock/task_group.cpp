#include <penstock/clock/task_group.hpp>

#include <penstock/testing/loop.hpp>

#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

struct fixture : testing::loop
{
    clock::task_group group{context.get_executor()};
    int ended = 0;
    error_code after;  // what the owner heard from its next wait

    awaitable<void> work(duration length, duration to_unwind)
    {
        auto const ec = co_await clock.sleep_until(clock.now() + length);
        if (ec) {  // takes its time to unwind
            co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
            co_await clock.sleep_until(clock.now() + to_unwind);
        }
        ++ended;
    }

    awaitable<bool> join()
    {
        co_await group.join();
        co_return true;
    }

    awaitable<bool> own()
    {
        group.spawn(work(10s, 1s));
        group.spawn(work(20s, 2s));
        co_await group.join();
        after = co_await clock.sleep_until(clock.now() + 1h);
        co_return true;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(clock_task_group, fixture)

BOOST_AUTO_TEST_CASE(takes_work_whose_value_nobody_wants)
{
    auto const length = 10s;
    group.spawn(clock.sleep_until(clock.now() + length));
    auto owner = start(join());
    BOOST_TEST(group.size() == 1U);
    advance(length);
    BOOST_TEST(owner.done());
}

BOOST_AUTO_TEST_CASE(joins_when_all_have_ended)
{
    auto owner = start(join());
    BOOST_TEST(owner.done());
    group.spawn(work(10s, 0s));
    group.spawn(work(20s, 0s));
    auto second = start(join());
    advance(10s);
    BOOST_TEST(!second.done());
    advance(10s);
    BOOST_TEST(second.done());
    BOOST_TEST(ended == 2);
}

BOOST_AUTO_TEST_CASE(a_cancelled_join_waits_for_all_and_leaves_its_caller_cancelled)
{
    auto owner = start(own());
    advance(5s);
    owner.cancel();
    settle();
    BOOST_TEST(group.size() == 2U);
    advance(1s);
    BOOST_TEST(!owner.done());
    BOOST_TEST(ended == 1);
    advance(1s);
    BOOST_TEST(owner.done());  // it does not sleep for another hour
    BOOST_TEST(ended == 2);
    BOOST_TEST((after == asio::error::operation_aborted));
}

BOOST_AUTO_TEST_SUITE_END()
