#include <penstock/reconcile/queue.hpp>

#include <boost/test/unit_test.hpp>

#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;
using queue = reconcile::queue<std::string>;

namespace {

struct fixture
{
    queue q;
    time_point now{1h};

    std::string take()
    {
        auto key = q.take(now);
        return key ? *key : "-";
    }

    void finish(std::string const& key) { q.done(key); }
};

}  // namespace

// Named after client-go's util/workqueue suite and controller-runtime's priority queue suite.
BOOST_FIXTURE_TEST_SUITE(reconcile_queue, fixture)

BOOST_AUTO_TEST_CASE(hands_out_keys_in_the_order_of_their_coming)
{
    for (auto const* key : {"a", "b", "c"})
        q.add(key, now);
    BOOST_TEST(q.size() == 3U);
    BOOST_TEST(take() == "a");
    BOOST_TEST(take() == "b");
    BOOST_TEST(take() == "c");
    BOOST_TEST(take() == "-");
    BOOST_TEST(q.size() == 0U);
    BOOST_TEST(q.processing() == 3U);
}

BOOST_AUTO_TEST_CASE(collapses_duplicates_that_wait)
{
    q.add("a", now);
    q.add("a", now);
    BOOST_TEST(q.size() == 1U);
    BOOST_TEST(q.adds() == 1U);
    BOOST_TEST(take() == "a");
    finish("a");
    BOOST_TEST(take() == "-");
}

BOOST_AUTO_TEST_CASE(an_item_does_what_its_key_does)
{
    q.add("a", now);
    auto item = *q.take_item(now);
    q.add_rate_limited(item, now);
    BOOST_TEST(q.num_requeues("a") == 1U);
    BOOST_TEST(q.waiting() == 1U);
    q.done(item);
    BOOST_TEST(q.processing() == 0U);
    now = q.next_waiting();
    item = *q.take_item(now);
    q.forget(item);
    BOOST_TEST(q.num_requeues("a") == 0U);
    q.add_after(item, 5s, now);
    BOOST_TEST((q.next_waiting() == now + 5s));
    q.add("a", now);  // meanwhile
    q.done(item);
    item = *q.take_item(now);
    BOOST_TEST(item.key == "a");
    q.done(item);
    BOOST_TEST(q.known() == 0U);
}

BOOST_AUTO_TEST_CASE(runs_a_key_once_more_when_it_was_added_while_processed)
{
    q.add("a", now);
    BOOST_TEST(take() == "a");
    q.add("a", now);
    q.add("a", now);  // collapses while processing
    BOOST_TEST(q.size() == 0U);
    BOOST_TEST(take() == "-");  // never to two workers
    finish("a");
    BOOST_TEST(q.size() == 1U);
    BOOST_TEST(take() == "a");
    finish("a");
    BOOST_TEST(take() == "-");
}

BOOST_AUTO_TEST_CASE(may_be_added_to_again_by_its_worker)
{
    q.add("a", now);
    q.add("b", now);
    BOOST_TEST(take() == "a");
    q.add("a", now);
    finish("a");
    BOOST_TEST(take() == "b");  // the worker's own key goes to the end
    BOOST_TEST(take() == "a");
}

BOOST_AUTO_TEST_CASE(ignores_done_for_a_key_that_is_not_processed)
{
    q.add("a", now);
    finish("a");
    finish("b");
    BOOST_TEST(q.size() == 1U);
    BOOST_TEST(take() == "a");
}

BOOST_AUTO_TEST_CASE(keeps_nothing_of_keys_that_are_idle)
{
    for (int n = 0; n < 1000; ++n)
        q.add(std::to_string(n), now);
    BOOST_TEST(q.known() == 1000U);
    while (auto key = q.take(now))
        q.done(*key);
    BOOST_TEST(q.known() == 0U);
    q.add_rate_limited("a", now);
    now += 1s;
    finish(take());
    BOOST_TEST(q.known() == 1U);  // its failures
    q.forget("a");
    BOOST_TEST(q.known() == 0U);
}

BOOST_AUTO_TEST_CASE(lets_go_of_what_a_taken_key_refers_to)
{
    auto object = std::make_shared<int>(1);
    reconcile::queue<std::shared_ptr<int>> pointers;
    pointers.add(object, now);
    pointers.done(*pointers.take(now));
    BOOST_TEST(object.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(still_hands_out_what_was_queued_before_a_shutdown)
{
    q.add("a", now);
    q.add("b", now);
    BOOST_TEST(take() == "a");
    q.shut_down();
    BOOST_TEST(q.finished());  // does not wait
    q.add("c", now);           // ignored
    BOOST_TEST(take() == "b");
    BOOST_TEST(take() == "-");
}

BOOST_AUTO_TEST_CASE(still_runs_a_key_that_was_dirty_at_a_shutdown)
{
    q.add("a", now);
    BOOST_TEST(take() == "a");
    q.add("a", now);
    q.shut_down();
    finish("a");
    BOOST_TEST(take() == "a");
}

BOOST_AUTO_TEST_CASE(drains_what_is_ready_and_what_is_processed)
{
    q.add("a", now);
    q.add("b", now);
    BOOST_TEST(take() == "a");
    q.shut_down_with_drain();
    BOOST_TEST(!q.finished());
    finish("a");
    BOOST_TEST(!q.finished());  // b is still ready
    BOOST_TEST(take() == "b");
    BOOST_TEST(!q.finished());
    finish("b");
    BOOST_TEST(q.finished());
}

BOOST_AUTO_TEST_CASE(drains_a_dirty_key_too)
{
    q.add("a", now);
    BOOST_TEST(take() == "a");
    q.add("a", now);
    q.shut_down_with_drain();
    finish("a");
    BOOST_TEST(!q.finished());
    finish(take());
    BOOST_TEST(q.finished());
}

BOOST_AUTO_TEST_CASE(is_released_from_a_drain_by_a_shutdown)
{
    q.add("a", now);
    BOOST_TEST(take() == "a");
    q.shut_down_with_drain();
    BOOST_TEST(!q.finished());
    q.shut_down();
    BOOST_TEST(q.finished());
}

BOOST_AUTO_TEST_CASE(delays_a_key)
{
    q.add_after("a", 50ms, now);
    BOOST_TEST(take() == "-");
    BOOST_TEST(q.size() == 0U);  // the length excludes what waits
    BOOST_TEST((q.next_due() == now + 50ms));
    now += 49ms;
    BOOST_TEST(take() == "-");
    now += 1ms;
    BOOST_TEST(take() == "a");
    BOOST_TEST((q.next_due() == time_point::max()));
}

BOOST_AUTO_TEST_CASE(keeps_the_earlier_of_two_delays)
{
    q.add_after("a", 50ms, now);
    q.add_after("a", 70ms, now);
    q.add_after("b", 1s, now);
    q.add_after("b", 30ms, now);  // the shorter second wins
    now += 30ms;
    BOOST_TEST(take() == "b");
    finish("b");
    now += 20ms;
    BOOST_TEST(take() == "a");
    finish("a");
    now += 1h;
    BOOST_TEST(take() == "-");  // and the other one is gone
}

BOOST_AUTO_TEST_CASE(fires_delayed_keys_in_the_order_of_their_times)
{
    q.add_after("b", 1s, now);
    q.add_after("a", 50ms, now);
    now += 2s;
    BOOST_TEST(take() == "a");
    BOOST_TEST(take() == "b");
}

BOOST_AUTO_TEST_CASE(adds_at_once_without_a_delay)
{
    q.add_after("a", 0s, now);
    q.add_after("b", -1s, now);
    BOOST_TEST(take() == "a");
    BOOST_TEST(take() == "b");
    BOOST_TEST(q.retries() == 2U);  // as client-go counts
}

BOOST_AUTO_TEST_CASE(counts_a_key_that_is_added_while_it_is_processed_from_then_on)
{
    q.add("a", now);
    auto const first = q.take_item(now);
    BOOST_REQUIRE(first.has_value());
    BOOST_TEST(q.depth() == 0U);
    q.add("a", now);
    BOOST_TEST(q.size() == 0U);
    BOOST_TEST(q.depth() == 1U);
    now += 30s;
    q.done(*first);
    BOOST_TEST(q.depth() == 1U);
    auto const second = q.take_item(now);
    BOOST_REQUIRE(second.has_value());
    BOOST_TEST((second->waited == 30s));
    BOOST_TEST(q.depth() == 0U);
}

BOOST_AUTO_TEST_CASE(lets_an_add_overtake_a_delay)
{
    q.add_after("a", 1h, now);
    q.add("a", now);
    BOOST_TEST(take() == "a");
    finish("a");
    now += 2h;
    BOOST_TEST(take() == "-");
    BOOST_TEST(q.known() == 0U);
}

BOOST_AUTO_TEST_CASE(holds_a_delayed_key_back_while_it_is_processed)
{
    q.add("a", now);
    BOOST_TEST(take() == "a");
    q.add_after("a", 1s, now);
    now += 5s;
    BOOST_TEST(take() == "-");
    finish("a");
    BOOST_TEST(take() == "a");
}

BOOST_AUTO_TEST_CASE(survives_a_delay_without_end)
{
    q.add_after("a", duration::max(), now);
    BOOST_TEST((q.next_due() == time_point::max()));
    BOOST_TEST(take() == "-");
}

BOOST_AUTO_TEST_CASE(drops_delayed_keys_at_a_shutdown)
{
    q.add_after("a", 1s, now);
    q.shut_down();
    q.add_after("b", 1s, now);
    now += 1h;
    BOOST_TEST(take() == "-");
    BOOST_TEST(q.waiting() == 0U);
    BOOST_TEST(q.known() == 0U);
}

BOOST_AUTO_TEST_CASE(doubles_the_wait_of_a_key_that_fails_and_forgets)
{
    reconcile::queue<std::string> limited(reconcile::exponential_retry{1ms, 1000s});
    for (auto const wait : {1ms, 2ms, 4ms, 8ms, 16ms}) {
        limited.add_rate_limited("a", now);
        BOOST_TEST((limited.next_due() == now + wait));
        now += wait;
        limited.done(*limited.take(now));
    }
    BOOST_TEST(limited.num_requeues("a") == 5U);
    BOOST_TEST(limited.num_requeues("b") == 0U);
    limited.forget("a");
    BOOST_TEST(limited.num_requeues("a") == 0U);
    limited.add_rate_limited("a", now);
    BOOST_TEST((limited.next_due() == now + 1ms));
    BOOST_TEST(limited.retries() == 6U);
}

BOOST_AUTO_TEST_CASE(does_not_take_a_key_out_when_its_failures_are_forgotten)
{
    q.add_rate_limited("a", now);
    q.forget("a");
    now += 5ms;
    BOOST_TEST(take() == "a");
}

BOOST_AUTO_TEST_CASE(waits_as_long_as_the_peer_asked)
{
    q.add_rate_limited("a", now, 0, 1min);
    BOOST_TEST((q.next_due() == now + 1min));
}

BOOST_AUTO_TEST_CASE(hands_out_the_highest_priority_first_and_in_order_within)
{
    q.add("low", now, -100);
    q.add("a", now);
    q.add("high", now, 7);
    q.add("b", now);
    BOOST_TEST(take() == "high");
    BOOST_TEST(take() == "a");
    BOOST_TEST(take() == "b");
    BOOST_TEST(take() == "low");
}

BOOST_AUTO_TEST_CASE(raises_a_priority_behind_its_new_peers_and_never_lowers_it)
{
    q.add("a", now, 0);
    q.add("b", now, 5);
    q.add("a", now, 5);
    q.add("b", now, 1);
    BOOST_TEST(take() == "b");
    BOOST_TEST(take() == "a");
}

BOOST_AUTO_TEST_CASE(keeps_the_highest_priority_of_a_key_that_is_added_while_locked)
{
    q.add("a", now, 1);
    BOOST_TEST(take() == "a");
    q.add("a", now, 2);
    q.add("a", now, 9);
    q.add("a", now, 3);
    finish("a");
    auto const item = q.take_item(now);
    BOOST_TEST(item->priority == 9);
}

BOOST_AUTO_TEST_CASE(carries_the_priority_through_a_wait)
{
    q.add_after("a", 1s, now, 4);
    q.add_after("a", 2s, now, 6);
    q.add("b", now, 5);
    now += 1s;
    BOOST_TEST(take() == "a");
}

BOOST_AUTO_TEST_CASE(says_how_long_a_key_was_ready)
{
    q.add_after("a", 1s, now);
    now += 3s;
    BOOST_TEST((q.take_item(now)->waited == 2s));
    q.add("b", now);
    now += 4s;
    BOOST_TEST((q.take_item(now)->waited == 4s));
}

// A model that is too simple to be wrong, beside the queue, over many random steps.
BOOST_AUTO_TEST_CASE(agrees_with_a_simple_model_under_load)
{
    std::mt19937 random(7);  // NOLINT: the same steps each time
    reconcile::queue<int> real;
    std::set<int> dirty, processing;
    std::map<int, time_point> waiting;
    auto settle = [&] {
        std::erase_if(waiting, [&](auto const& w) { return w.second <= now && (dirty.insert(w.first), true); });
    };
    for (int step = 0; step < 200'000; ++step) {
        int const key = static_cast<int>(random() % 50);
        settle();
        switch (random() % 6) {
        case 0:
        case 1:
            real.add(key, now, static_cast<int>(random() % 3));
            waiting.erase(key);
            dirty.insert(key);
            break;
        case 2: {
            auto const delay = std::chrono::milliseconds(1 + random() % 40);
            real.add_after(key, delay, now);
            if (!dirty.contains(key) && (!waiting.contains(key) || waiting[key] > now + delay))
                waiting[key] = now + delay;
            break;
        }
        case 3:
            if (auto const got = real.take(now)) {
                BOOST_REQUIRE(dirty.erase(*got) == 1U);
                BOOST_REQUIRE(processing.insert(*got).second);
            } else {
                for (int const k : dirty)
                    BOOST_REQUIRE(processing.contains(k));
            }
            break;
        case 4:
            if (!processing.empty()) {
                int const k = *processing.begin();
                processing.erase(k);
                real.done(k);
            }
            break;
        default: now += std::chrono::milliseconds(random() % 10);
        }
        BOOST_REQUIRE(real.processing() == processing.size());
    }
    while (!dirty.empty() || !processing.empty() || !waiting.empty()) {
        now += 1s;
        settle();
        for (int const k : std::exchange(processing, {}))
            real.done(k);
        while (auto const got = real.take(now)) {
            BOOST_REQUIRE(dirty.erase(*got) == 1U);
            processing.insert(*got);
        }
    }
    BOOST_TEST(real.known() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
