#include <penstock/reconcile/controller.hpp>

#include <penstock/testing/loop.hpp>
#include <penstock/testing/recording_log.hpp>
#include <penstock/testing/recording_sink.hpp>

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;
namespace names = penstock::metrics::names;
using reconcile::outcome;

namespace {

using world = env::basic_environment<testing::manual_clock, testing::recording_sink, testing::recording_log>;

/// Does what the test scripted for a key; records what ran.
struct scripted
{
    using key_type = std::string;

    world& env;
    std::map<std::string, std::vector<result<outcome>>> answers;
    std::map<std::string, duration> takes;
    std::set<std::string> throws;
    std::vector<std::string> ran;
    std::multiset<std::string> running;
    std::size_t most = 0;
    bool twice = false;
    std::vector<std::string> aborted;

    awaitable<result<outcome>> reconcile(std::string key)
    {
        ran.push_back(key);
        twice = twice || running.contains(key);
        running.insert(key);
        most = std::max(most, running.size());
        if (auto const it = takes.find(key); it != takes.end()) {
            auto const ec = co_await env.clock().sleep_until(env.clock().now() + it->second);
            if (ec) {
                running.erase(key);
                aborted.push_back(key);
                co_return ec;
            }
        }
        running.erase(key);
        if (throws.contains(key))
            throw std::runtime_error("thrown by " + key);
        auto& left = answers[key];
        if (left.empty())
            co_return outcome::done();
        auto answer = left.front();
        left.erase(left.begin());
        co_return answer;
    }
};

struct fixture : testing::loop
{
    world env{testing::loop::env.clock(), {}, {}};
    scripted work{.env = env, .answers = {}, .takes = {}, .throws = {}, .ran = {}, .running = {}, .aborted = {}};

    reconcile::controller<scripted, world> make(unsigned workers = 1)
    {
        return {env, work, context.get_executor(), options(workers)};
    }

    static reconcile::controller_options options(unsigned workers)
    {
        reconcile::controller_options o;
        o.name = "sync";
        o.workers = workers;
        o.deadline = 1min;
        return o;
    }

    double total(char const* result) { return env.metrics().value(names::reconcile_total, {"sync", result}); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(reconcile_controller, fixture)

BOOST_AUTO_TEST_CASE(runs_what_is_added_before_and_after_the_start)
{
    auto c = make();
    c.add("a");
    BOOST_TEST(work.ran.empty());  // not started: it keeps the key
    auto running = start(c.run());
    BOOST_TEST(work.ran.size() == 1U);
    c.add("b");
    settle();
    BOOST_TEST(work.ran == std::vector<std::string>({"a", "b"}), boost::test_tools::per_element());
    BOOST_TEST(!running.done());
    BOOST_TEST(total("success") == 2);
    c.stop(clock.now() + 1s);
    BOOST_TEST(running.get().has_value());
}

BOOST_AUTO_TEST_CASE(never_runs_a_key_twice_at_once_and_no_more_than_its_workers)
{
    auto c = make(3);
    for (auto const* key : {"a", "b", "c", "d", "e"}) {
        work.takes[key] = 10s;
        c.add(key);
    }
    auto running = start(c.run());
    BOOST_TEST(work.running.size() == 3U);
    BOOST_TEST(env.metrics().value(names::active_workers, {"sync"}) == 3);
    for (int n = 0; n < 3; ++n)
        c.add("a");
    advance(1min);
    BOOST_TEST(work.most == 3U);
    BOOST_TEST(!work.twice);
    BOOST_TEST(work.ran.size() == 6U);  // a once more
    BOOST_TEST(env.metrics().value(names::active_workers, {"sync"}) == 0);
    c.stop(clock.now() + 1s);
    BOOST_TEST(running.get().has_value());
}

BOOST_AUTO_TEST_CASE(comes_back_with_growing_waits_until_a_success)
{
    auto c = make();
    work.answers["a"] = {errc::unavailable, errc::unavailable, errc::unavailable, outcome::done(), errc::unavailable};
    c.add("a");
    auto running = start(c.run());
    advance(5ms);
    BOOST_TEST(work.ran.size() == 2U);
    BOOST_TEST(c.failures("a") == 2U);
    advance(9ms);
    BOOST_TEST(work.ran.size() == 2U);
    advance(1ms);
    BOOST_TEST(work.ran.size() == 3U);
    advance(20ms);
    BOOST_TEST(work.ran.size() == 4U);
    BOOST_TEST(c.failures("a") == 0U);
    BOOST_TEST(total("error") == 3);
    BOOST_TEST(env.metrics().value(names::reconcile_errors_total, {"sync"}) == 3);
    BOOST_TEST(env.metrics().value(names::workqueue_retries_total, {"sync"}) == 3);
    c.add("a");
    advance(5ms);  // from the base again
    BOOST_TEST(work.ran.size() == 6U);
    BOOST_TEST(env.log().contains("error sync: Reconciler error error=unavailable"));
    running.cancel();
    BOOST_TEST((running.get().error().code == asio::error::operation_aborted));
}

BOOST_AUTO_TEST_CASE(limits_the_retries_of_all_keys_together)
{
    auto const retry = reconcile::overall_retry({.base = 5ms, .cap = 1s}, {.burst = 2, .period = 1min});
    reconcile::controller c(env, work, context.get_executor(), options(1), retry);
    for (auto const* key : {"a", "b", "c", "d"}) {
        work.answers[key] = {errc::unavailable};
        c.add(key);
    }
    auto running = start(c.run());
    BOOST_TEST(work.ran.size() == 4U);
    advance(10ms);
    BOOST_TEST(work.ran.size() == 6U);  // the burst
    c.add("new");
    settle();
    BOOST_TEST(work.ran.size() == 7U);  // which is no retry
    advance(1min);
    BOOST_TEST(work.ran.size() == 8U);
    advance(1min);
    BOOST_TEST(work.ran.size() == 9U);
    running.cancel();
    BOOST_TEST(running.done());
}

BOOST_AUTO_TEST_CASE(keeps_urgent_keys_ahead_of_a_backlog)
{
    auto c = make();
    for (int n = 0; n < 50; ++n)
        c.add("listed " + std::to_string(n), -100);  // as a first list does
    c.add("pushed");
    work.answers["listed 0"] = {outcome::again_after(1s).with_priority(10)};
    auto running = start(c.run());
    BOOST_TEST(work.ran.size() == 51U);
    BOOST_TEST(work.ran.front() == "pushed");
    work.takes["slow"] = 2s;
    c.add("slow");
    settle();
    c.add("after it");
    advance(2s);
    BOOST_TEST(work.ran[52] == "listed 0");  // with the priority that its outcome gave it
    BOOST_TEST(work.ran[53] == "after it");
    running.cancel();
    BOOST_TEST(running.done());
}

BOOST_AUTO_TEST_CASE(does_not_come_back_before_the_peer_allows_it)
{
    auto c = make();
    work.answers["a"] = {failure(errc::quota_exhausted, "forge", 1min)};
    c.add("a");
    auto running = start(c.run());
    advance(59s);
    BOOST_TEST(work.ran.size() == 1U);
    advance(1s);
    BOOST_TEST(work.ran.size() == 2U);
    running.cancel();
    BOOST_TEST(running.done());
}

BOOST_AUTO_TEST_CASE(comes_back_when_the_reconciler_says_so_past_the_limiter)
{
    auto c = make();
    work.answers["a"] = {errc::unavailable, outcome::again_after(10min)};
    c.add("a");
    auto running = start(c.run());
    advance(5ms);
    BOOST_TEST(c.failures("a") == 0U);  // it ends the row of failures
    BOOST_TEST(c.waiting() == 1U);
    advance(10min - 1ms);
    BOOST_TEST(work.ran.size() == 2U);
    advance(1ms);
    BOOST_TEST(work.ran.size() == 3U);
    BOOST_TEST(total("requeue_after") == 1);
    running.cancel();
    BOOST_TEST(running.done());
}

BOOST_AUTO_TEST_CASE(comes_back_limited_when_asked_to_run_again)
{
    auto c = make();
    work.answers["a"] = {outcome::again(), outcome::again()};
    c.add("a");
    auto running = start(c.run());
    advance(5ms);
    BOOST_TEST(work.ran.size() == 2U);
    advance(10ms);
    BOOST_TEST(work.ran.size() == 3U);
    BOOST_TEST(total("requeue") == 2);
    BOOST_TEST(total("error") == 0);
    running.cancel();
    BOOST_TEST(running.done());
}

BOOST_AUTO_TEST_CASE(does_not_come_back_after_a_terminal_failure)
{
    auto c = make();
    work.answers["a"] = {outcome::terminal(failure(errc::invalid_object, "the spec"))};
    c.add("a");
    auto running = start(c.run());
    advance(1h);
    BOOST_TEST(work.ran.size() == 1U);
    BOOST_TEST(env.metrics().value(names::terminal_reconcile_errors_total, {"sync"}) == 1);
    BOOST_TEST(total("error") == 1);
    running.cancel();
    BOOST_TEST(running.done());
}

BOOST_AUTO_TEST_CASE(runs_a_key_again_at_once_that_was_added_while_it_ran_whatever_came_out)
{
    auto c = make();
    work.takes["a"] = 1s;
    work.answers["a"] = {outcome::again_after(1h)};
    c.add("a");
    auto running = start(c.run());
    c.add("a");
    advance(1s);
    BOOST_TEST(work.ran.size() == 2U);
    running.cancel();
    BOOST_TEST(running.done());
}

BOOST_AUTO_TEST_CASE(a_key_that_has_to_wait_is_neither_a_success_nor_a_failure)
{
    auto c = make();
    work.answers["a"] = {errc::unavailable, errc::unavailable, outcome::not_yet(1s), errc::unavailable};
    c.add("a", 7);
    auto running = start(c.run());
    advance(15ms);  // twice failed, and now it waits
    BOOST_TEST(work.ran.size() == 3U);
    BOOST_TEST(c.failures("a") == 2U);
    advance(999ms);
    BOOST_TEST(work.ran.size() == 3U);
    advance(1ms);
    BOOST_TEST(work.ran.size() == 4U);
    BOOST_TEST(c.failures("a") == 3U);
    advance(19ms);  // the third wait of its row
    BOOST_TEST(work.ran.size() == 4U);
    advance(1ms);
    BOOST_TEST(work.ran.size() == 5U);
    BOOST_TEST(total("error") == 3);
    BOOST_TEST(total("success") == 1);
    BOOST_TEST(total("requeue_after") == 0);
    BOOST_TEST(env.metrics().observations(names::reconcile_time_seconds, {"sync"}).size() == 4U);
    c.stop(clock.now() + 1s);
    BOOST_TEST(running.get().has_value());
}

BOOST_AUTO_TEST_CASE(takes_an_exception_as_a_failure_and_counts_it)
{
    auto c = make();
    work.throws = {"a"};
    c.add("a");
    c.add("b");
    auto running = start(c.run());
    BOOST_TEST(work.ran == std::vector<std::string>({"a", "b"}), boost::test_tools::per_element());
    BOOST_TEST(env.metrics().value(names::reconcile_panics_total, {"sync"}) == 1);
    BOOST_TEST(env.log().contains("thrown by a"));
    advance(5ms);
    BOOST_TEST(work.ran.size() == 3U);
    running.cancel();
    BOOST_TEST(running.done());
}

BOOST_AUTO_TEST_CASE(cuts_a_reconcile_off_at_its_deadline)
{
    auto c = make();
    work.takes["a"] = 1h;
    c.add("a");
    auto running = start(c.run());
    advance(1min);
    BOOST_TEST(work.aborted.size() == 1U);
    BOOST_TEST(env.metrics().value(names::reconcile_timeouts_total, {"sync"}) == 1);
    BOOST_TEST(total("error") == 1);
    BOOST_TEST(c.failures("a") == 1U);
    running.cancel();
    BOOST_TEST(running.done());
}

BOOST_AUTO_TEST_CASE(keeps_the_priority_of_a_key_that_comes_back)
{
    auto c = make();
    work.answers["high"] = {errc::unavailable};
    work.takes["low"] = 1s;
    c.add("high", 10);
    auto running = start(c.run());
    c.add("low");
    c.add("later");
    settle();
    advance(1s);  // high is ready again since 5 ms, behind low, before later
    BOOST_TEST(work.ran == std::vector<std::string>({"high", "low", "high", "later"}),
               boost::test_tools::per_element());
    running.cancel();
    BOOST_TEST(running.done());
}

BOOST_AUTO_TEST_CASE(finishes_what_it_has_before_it_stops)
{
    auto c = make();
    work.takes["a"] = 2s;
    work.takes["b"] = 2s;
    c.add("a");
    c.add("b");
    c.add_after("later", 3s);
    auto running = start(c.run());
    c.stop(clock.now() + 10s);
    c.add("ignored");
    advance(3s);
    BOOST_TEST(!running.done());
    advance(1s);
    BOOST_TEST(running.get().has_value());
    BOOST_TEST(work.ran == std::vector<std::string>({"a", "b"}), boost::test_tools::per_element());
    BOOST_TEST((clock.next() == time_point::max()));
}

BOOST_AUTO_TEST_CASE(cuts_the_drain_off_at_its_deadline)
{
    auto c = make();
    work.takes["a"] = 1min;
    c.add("a");
    c.add("b");
    auto running = start(c.run());
    c.stop(clock.now() + 10s);
    advance(9s);
    BOOST_TEST(!running.done());
    advance(1s);
    BOOST_TEST((running.get().error().code == errc::deadline_exceeded));
    BOOST_TEST(work.aborted.size() == 1U);
    BOOST_TEST(work.ran.size() == 1U);
    BOOST_TEST((clock.next() == time_point::max()));  // nothing is left behind
}

BOOST_AUTO_TEST_CASE(unwinds_its_workers_when_cancelled)
{
    auto c = make(2);
    work.takes["a"] = 30s;
    work.takes["b"] = 30s;
    c.add("a");
    c.add("b");
    auto running = start(c.run());
    running.cancel();
    BOOST_TEST((running.get().error().code == asio::error::operation_aborted));
    BOOST_TEST(work.aborted.size() == 2U);
    BOOST_TEST(total("error") == 0);  // being stopped is not a failure of the key
    BOOST_TEST((clock.next() == time_point::max()));
}

BOOST_AUTO_TEST_CASE(refuses_to_be_started_twice)
{
    auto c = make();
    auto running = start(c.run());
    BOOST_TEST((run(c.run()).error().code == errc::invalid_argument));
    BOOST_TEST(!running.done());
    c.stop(clock.now());
    BOOST_TEST(running.done());
}

BOOST_AUTO_TEST_CASE(stops_at_once_when_nothing_is_to_do)
{
    auto c = make();
    auto running = start(c.run());
    c.stop(clock.now() + 1h);
    BOOST_TEST(running.get().has_value());
}

BOOST_AUTO_TEST_CASE(measures_waiting_working_and_what_is_unfinished)
{
    auto c = make();
    work.takes["a"] = 2s;
    c.add("a");
    c.add("b");
    BOOST_TEST(env.metrics().value(names::workqueue_depth, {"sync"}) == 2);
    BOOST_TEST(env.metrics().value(names::max_concurrent_reconciles, {"sync"}) == 1);
    auto running = start(c.run());
    BOOST_TEST(env.metrics().value(names::workqueue_depth, {"sync"}) == 1);
    clock.advance(1s);
    c.refresh();
    BOOST_TEST(env.metrics().value(names::workqueue_unfinished_work_seconds, {"sync"}) == 1);
    BOOST_TEST(env.metrics().value(names::workqueue_longest_running_processor_seconds, {"sync"}) == 1);
    advance(1s);
    BOOST_TEST(env.metrics().observations(names::workqueue_queue_duration_seconds, {"sync"})
                   == std::vector<double>({0, 2}),
               boost::test_tools::per_element());
    BOOST_TEST(env.metrics().observations(names::reconcile_time_seconds, {"sync"}) == std::vector<double>({2, 0}),
               boost::test_tools::per_element());
    BOOST_TEST(env.metrics().value(names::workqueue_adds_total, {"sync"}) == 2);
    BOOST_TEST(env.metrics().value(names::workqueue_unfinished_work_seconds, {"sync"}) == 0);
    running.cancel();
    BOOST_TEST(running.done());
}

BOOST_AUTO_TEST_SUITE_END()
