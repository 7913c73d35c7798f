// What client-go and controller-runtime test of their queues beyond what queue.cpp says, line by line.
#include <penstock/reconcile/queue.hpp>

#include <penstock/reconcile/controller.hpp>
#include <penstock/testing/loop.hpp>
#include <penstock/testing/recording_sink.hpp>

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;
using reconcile::outcome;

namespace {

struct fixture
{
    std::string take()
    {
        auto key = q.take(now);
        return key ? *key : "-";
    }
    void finish(std::string const& key) { q.done(key); }

    reconcile::queue<std::string> q;
    time_point now{1h};
};

using world_type = env::basic_environment<testing::manual_clock, testing::recording_sink, observe::no_log>;

/// Handles each key for a while, and wakes others from within.
struct handler
{
    using key_type = std::string;
    awaitable<result<outcome>> reconcile(std::string key)
    {
        ++handled[key];
        if (wakes)
            wakes(key);
        auto const ec = co_await env.clock().sleep_until(env.clock().now() + takes);
        if (ec)
            co_return ec;
        co_return outcome::done();
    }
    world_type& env;
    duration takes{};
    std::map<std::string, int> handled{};
    std::function<void(std::string const&)> wakes{};
};

struct running : testing::loop
{
    world_type world{loop::clock, {}, {}};
    handler work{world};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(reconcile_workqueue, fixture)

BOOST_AUTO_TEST_CASE(its_length_is_the_number_of_keys_that_are_ready)
{
    BOOST_TEST(q.size() == 0U);
    q.add("a", now);
    q.add("b", now);
    q.add_after("c", 1s, now);
    BOOST_TEST(q.size() == 2U);
    take();
    BOOST_TEST(q.size() == 1U);
    finish("a");
    BOOST_TEST(q.size() == 1U);
}

BOOST_AUTO_TEST_CASE(duplicates_collapse_also_while_the_key_is_processed)
{
    q.add("a", now);
    BOOST_TEST(take() == "a");
    for (int i = 0; i < 3; ++i)
        q.add("a", now);
    BOOST_TEST(q.size() == 0U);
    finish("a");
    BOOST_TEST(q.size() == 1U);
    BOOST_TEST(take() == "a");
    finish("a");
    BOOST_TEST(take() == "-");
}

BOOST_AUTO_TEST_CASE(a_duplicate_moves_a_key_by_its_priority_but_not_while_it_is_processed)
{
    q.add("a", now);
    q.add("b", now);
    q.add("b", now, 1);
    BOOST_TEST(take() == "b");
    q.add("b", now, 2);  // it is not in any line now
    BOOST_TEST(q.size() == 1U);
    BOOST_TEST(take() == "a");
    finish("b");
    BOOST_TEST(take() == "b");
}

BOOST_AUTO_TEST_CASE(a_shutdown_does_not_wait_for_what_is_processed)
{
    q.add("a", now);
    BOOST_TEST(take() == "a");
    q.shut_down();
    BOOST_TEST(q.finished());
}

BOOST_AUTO_TEST_CASE(an_add_after_a_shutdown_is_ignored)
{
    q.shut_down();
    q.add("a", now);
    q.add_after("b", 1s, now);
    q.add_rate_limited("c", now);
    now += 1h;
    BOOST_TEST(take() == "-");
    BOOST_TEST(q.known() == 0U);
}

BOOST_AUTO_TEST_CASE(the_shorter_of_two_delays_wins_though_it_comes_second)
{
    q.add_after("a", 10s, now);
    q.add_after("a", 1s, now);
    now += 1s;
    BOOST_TEST(take() == "a");
    finish("a");
    now += 10s;
    BOOST_TEST(take() == "-");
}

BOOST_AUTO_TEST_CASE(many_delayed_keys_all_fire_however_the_heap_grows)
{
    for (int i = 0; i < 5000; ++i)
        q.add_after(std::to_string(i), std::chrono::milliseconds(1 + (i * 7919) % 5000), now);
    auto const start = now;
    int fired = 0;
    for (; q.waiting() > 0; now = q.next_due()) {
        for (auto key = take(); key != "-"; key = take()) {
            auto const due = start + std::chrono::milliseconds(1 + (std::stoi(key) * 7919) % 5000);
            BOOST_TEST_REQUIRE((now == due));
            ++fired;
            finish(key);
        }
        if (q.waiting() == 0)
            break;
    }
    BOOST_TEST(fired == 5000);
}

BOOST_AUTO_TEST_CASE(a_key_that_is_locked_is_not_handed_out_until_it_is_unlocked)
{
    q.add("a", now);
    BOOST_TEST(take() == "a");
    q.add("a", now, 100);
    BOOST_TEST(take() == "-");
    finish("a");
    BOOST_TEST(take() == "a");
}

BOOST_AUTO_TEST_CASE(a_lower_priority_that_is_added_later_changes_nothing)
{
    q.add("a", now, 5);
    q.add("a", now, 1);
    q.add("b", now, 3);
    auto const item = q.take_item(now);
    BOOST_TEST(item->key == "a");
    BOOST_TEST(item->priority == 5);
}

BOOST_AUTO_TEST_CASE(the_lowest_priority_comes_last_although_it_was_added_first)
{
    q.add("low", now, -100);
    q.add("middle", now, 0);
    q.add("high", now, 100);
    BOOST_TEST(take() == "high");
    BOOST_TEST(take() == "middle");
    BOOST_TEST(take() == "low");
}

BOOST_AUTO_TEST_CASE(the_length_excludes_what_waits)
{
    q.add_after("a", 1s, now);
    BOOST_TEST(q.size() == 0U);
    BOOST_TEST(q.waiting() == 1U);
    now += 1s;
    q.promote(now);
    BOOST_TEST(q.size() == 1U);
}

BOOST_AUTO_TEST_CASE(keys_of_one_priority_come_in_the_order_of_their_coming)
{
    for (int i = 0; i < 100; ++i)
        q.add(std::to_string(i), now, i % 2);
    for (int i = 1; i < 100; i += 2)
        BOOST_TEST(take() == std::to_string(i));
    for (int i = 0; i < 100; i += 2)
        BOOST_TEST(take() == std::to_string(i));
}

BOOST_AUTO_TEST_CASE(a_rate_limit_and_a_delay_together_give_the_earlier_of_both)
{
    for (auto const other : {duration(1ms), duration(1s)}) {
        reconcile::queue<std::string> both(reconcile::exponential_retry{100ms, 10s});
        both.add_rate_limited("a", now);
        both.add_after("a", other, now);
        BOOST_TEST((both.next_due() == now + std::min<duration>(other, 100ms)));
    }
}

// Steps of random length and steps of one instant: time only orders, so both hand out each add exactly once.
BOOST_AUTO_TEST_CASE(under_stress_it_does_the_same_whether_time_passes_evenly_or_in_leaps)
{
    for (bool const leaps : {false, true}) {
        std::mt19937 chance(7);
        std::map<std::string, int> wanted, got;
        std::set<std::string> held;
        reconcile::queue<std::string> s;
        for (int step = 0; step < 20'000; ++step) {
            auto const key = std::to_string(chance() % 50);
            switch (chance() % 4) {
            case 0:
                s.add(key, now, static_cast<int>(chance() % 3));
                wanted[key] = 1;
                break;
            case 1: s.add_after(key, std::chrono::milliseconds(chance() % 100), now); break;
            default:
                if (auto const item = s.take_item(now)) {
                    BOOST_TEST_REQUIRE(held.insert(item->key).second);
                    wanted[item->key] = 0;
                    ++got[item->key];
                } else if (!held.empty()) {
                    s.done(*held.begin());
                    held.erase(held.begin());
                }
            }
            now += leaps ? std::chrono::milliseconds(chance() % 60) : 1ms;
        }
        for (auto const& key : held)
            s.done(key);
        now += 1h;
        while (auto const item = s.take_item(now)) {
            wanted[item->key] = 0;
            s.done(*item);
        }
        for (auto const& [key, left] : wanted)
            BOOST_TEST(left == 0, key << " was added and never handed out");
        BOOST_TEST(got.size() == 50U);
        BOOST_TEST(s.known() == 0U);
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(reconcile_workqueue_workers, running)

BOOST_AUTO_TEST_CASE(many_producers_and_many_workers_handle_each_key_once)
{
    work.takes = 3ms;
    reconcile::controller_options options;
    options.workers = 8;
    reconcile::controller c(world, work, context.get_executor(), options);
    auto run = start(c.run());
    for (int producer = 0; producer < 10; ++producer) {
        asio::post(context, [&, producer] {
            for (int i = 0; i < 50; ++i)
                c.add(std::to_string(producer * 50 + i));
        });
    }
    advance(1s);
    BOOST_TEST(work.handled.size() == 500U);
    for (auto const& [key, times] : work.handled)
        BOOST_TEST(times == 1, key << " was handled " << times << " times");
    c.stop(clock.now() + 1s);
    advance(1s);
    BOOST_TEST(run.get().has_value());
}

BOOST_AUTO_TEST_CASE(whoever_waits_for_a_key_is_released_by_a_shutdown)
{
    reconcile::controller c(world, work, context.get_executor());
    auto run = start(c.run());
    advance(1min);
    BOOST_TEST(!run.done());
    c.stop(clock.now() + 1min);
    BOOST_TEST(run.get().has_value());
}

BOOST_AUTO_TEST_CASE(a_reconciler_that_wakes_thousands_does_not_wait_for_itself)
{
    reconcile::controller c(world, work, context.get_executor());
    work.wakes = [&](std::string const& key) {
        for (int i = 0; key == "first" && i < 5000; ++i)
            c.add(std::to_string(i));
    };
    c.add("first");
    auto run = start(c.run());
    advance(1s);
    BOOST_TEST(work.handled.size() == 5001U);
    c.stop(clock.now() + 1s);
    BOOST_TEST(run.get().has_value());
}

BOOST_AUTO_TEST_CASE(no_workers_at_all_are_one_worker_and_not_as_many_as_there_are_keys)
{
    work.takes = 1s;
    reconcile::controller_options options;
    options.workers = 0;
    reconcile::controller c(world, work, context.get_executor(), options);
    c.add("a");
    c.add("b");
    auto run = start(c.run());
    BOOST_TEST(c.active() == 1U);
    advance(2s);
    BOOST_TEST(work.handled.size() == 2U);
    c.stop(clock.now() + 1s);
    BOOST_TEST(run.get().has_value());
}

BOOST_AUTO_TEST_CASE(a_key_that_is_asked_for_twice_wakes_once_at_the_earlier_time)
{
    reconcile::controller c(world, work, context.get_executor());
    auto run = start(c.run());
    c.add_after("a", 10s);
    c.add_after("a", 2s);
    c.add_after("a", 5s);
    advance(2s);
    BOOST_TEST(work.handled["a"] == 1);
    advance(1min);
    BOOST_TEST(work.handled["a"] == 1);
    c.stop(clock.now() + 1s);
    BOOST_TEST(run.get().has_value());
}

BOOST_AUTO_TEST_CASE(a_key_is_held_while_it_runs_and_released_when_it_has_ended)
{
    work.takes = 10s;
    reconcile::controller_options options;
    options.workers = 2;
    reconcile::controller c(world, work, context.get_executor(), options);
    c.add("a");
    auto run = start(c.run());
    c.add("a");
    advance(9s);
    BOOST_TEST(work.handled["a"] == 1);
    BOOST_TEST(c.active() == 1U);
    advance(1s);
    BOOST_TEST(work.handled["a"] == 2);
    c.stop(clock.now() + 1min);
    advance(10s);
    BOOST_TEST(run.get().has_value());
}

BOOST_AUTO_TEST_CASE(nothing_of_a_controller_is_left_on_the_loop_when_it_has_ended)
{
    {
        work.takes = 1h;
        reconcile::controller c(world, work, context.get_executor());
        c.add("a");
        c.add_after("b", 1h);
        auto run = start(c.run());
        run.cancel();
        settle();
        BOOST_TEST(run.done());
    }
    context.restart();
    BOOST_TEST(context.poll() == 0U);
    BOOST_TEST(context.stopped());  // no timer, no coroutine
}

BOOST_AUTO_TEST_SUITE_END()
