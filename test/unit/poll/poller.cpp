#include <penstock/poll/poller.hpp>

#include <penstock/testing/loop.hpp>
#include <penstock/testing/script.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

struct every_five_seconds
{
    time_point next{};
    time_point reserve(time_point now) noexcept
    {
        auto const start = std::max(next, now);
        next = start + 5s;
        return start;
    }
};

struct never
{
    testing::manual_clock clock;
    awaitable<result<int>> fetch()
    {
        if (auto const ec = co_await clock.sleep_until(time_point::max()))
            co_return ec;
        co_return 1;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(poll_poller, testing::loop)

BOOST_AUTO_TEST_CASE(waits_for_the_limiter_before_it_fetches_again)
{
    testing::script<std::string> head{{"a", "b"}};
    poll::poller poller(env, head, every_five_seconds{});
    BOOST_TEST((run(poller.poll_once()).value() == poll::change::moved));
    auto second = start(poller.poll_once());
    BOOST_TEST(!second.done());
    BOOST_TEST(head.calls() == 1U);
    advance(5s);
    BOOST_TEST((second.get().value() == poll::change::moved));
}

BOOST_AUTO_TEST_CASE(compares_with_the_last_success)
{
    testing::script<std::string> head{{"a", "a", errc::unavailable, "a", "b"}};
    poll::poller poller(env, head);
    BOOST_TEST((run(poller.poll_once()).value() == poll::change::moved));
    BOOST_TEST((run(poller.poll_once()).value() == poll::change::none));
    BOOST_TEST((run(poller.poll_once()).error().code == condition::retryable));
    BOOST_TEST((run(poller.poll_once()).value() == poll::change::none));
    BOOST_TEST((run(poller.poll_once()).value() == poll::change::moved));
    BOOST_TEST(*poller.seen() == "b");
}

BOOST_AUTO_TEST_CASE(gives_up_at_its_deadline)
{
    never source{clock};
    poll::poller poller(env, source);
    auto polled = start(poller.poll_once());
    advance(30s);
    BOOST_TEST((polled.get().error().code == errc::deadline_exceeded));
}

BOOST_AUTO_TEST_SUITE_END()
