#include <penstock/poll/fleet.hpp>

#include <penstock/testing/loop.hpp>
#include <penstock/testing/recording_sink.hpp>

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;
using poll::sighting;
namespace names = penstock::metrics::names;

namespace {

using world = env::basic_environment<testing::manual_clock, testing::recording_sink>;

struct remote
{
    testing::manual_clock clock;
    std::vector<poll::source_id> polled;
    std::map<poll::source_id, std::vector<result<sighting>>> answers;
    std::set<poll::source_id> throws;
    duration takes{};
    std::size_t running = 0;
    std::size_t most = 0;
    std::size_t aborted = 0;

    awaitable<result<sighting>> poll(poll::source_id id)
    {
        polled.push_back(id);
        most = std::max(most, ++running);
        auto const ec = co_await clock.sleep_until(clock.now() + takes);
        --running;
        if (ec) {
            ++aborted;
            co_return ec;
        }
        if (throws.contains(id))
            throw std::runtime_error("broken");
        auto& left = answers[id];
        if (left.empty())
            co_return sighting::unchanged;
        auto answer = left.front();
        left.erase(left.begin());
        co_return answer;
    }
};

struct ask
{
    remote* to;
    awaitable<result<sighting>> operator()(poll::source_id id) const { return to->poll(id); }
};

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

struct fixture : testing::loop
{
    world env{testing::loop::env.clock(), {}, {}};
    remote peer{.clock = clock, .polled = {}, .answers = {}, .throws = {}};

    static poll::fleet_options options()
    {
        poll::fleet_options o;
        o.cadence.jitter_percent = 0;
        o.cadence.max_interval = 8min;
        return o;
    }

    template <class Limiter = rate::unlimited>
    poll::fleet<world, ask, Limiter> make(poll::fleet_options o = options())
    {
        return {env, context.get_executor(), ask{&peer}, o};
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(poll_fleet, fixture)

BOOST_AUTO_TEST_CASE(polls_each_source_once_an_interval_spread_over_it)
{
    auto f = make();
    for (int n = 0; n < 100; ++n)
        f.add("source " + std::to_string(n), "forge", 1min);
    auto running = start(f.run());
    advance(30s);
    BOOST_TEST(peer.polled.size() > 25U);  // no burst at the start
    BOOST_TEST(peer.polled.size() < 75U);
    advance(30s);
    BOOST_TEST(peer.polled.size() == 100U);
    advance(1min);
    BOOST_TEST(peer.polled.size() == 200U);
    BOOST_TEST(env.metrics().value(names::poll_total, {"unchanged"}) == 200);
    f.stop();
    BOOST_TEST(running.get().has_value());
    BOOST_TEST((clock.next() == time_point::max()));
}

BOOST_AUTO_TEST_CASE(polls_a_source_at_once_when_asked)
{
    auto f = make();
    auto const id = f.add("a", "forge", 1h);
    auto running = start(f.run());
    f.poll_now(id);
    settle();
    BOOST_TEST(peer.polled.size() == 1U);
    peer.takes = 1s;
    f.poll_now(id);
    settle();
    f.poll_now(id);  // while it is being polled: once more
    f.poll_now(id);
    advance(5s);
    BOOST_TEST(peer.polled.size() == 3U);
    running.cancel();
    BOOST_TEST((running.get().error().code == asio::error::operation_aborted));
}

BOOST_AUTO_TEST_CASE(keeps_to_its_limits_overall_and_for_each_host)
{
    auto o = options();
    o.concurrency = 5;
    o.host.concurrency = 2;
    auto f = make(o);
    peer.takes = 1s;
    for (int n = 0; n < 6; ++n)
        f.poll_now(f.add("a" + std::to_string(n), "one", 1h));
    auto running = start(f.run());
    BOOST_TEST(peer.running == 2U);
    for (int n = 0; n < 6; ++n)
        f.poll_now(f.add("b" + std::to_string(n), std::to_string(n), 1h));
    settle();
    BOOST_TEST(peer.running == 5U);
    advance(4s);
    BOOST_TEST(peer.polled.size() == 12U);
    BOOST_TEST(peer.most == 5U);
    BOOST_TEST(peer.running == 0U);
    running.cancel();
    BOOST_TEST(running.done());
}

BOOST_AUTO_TEST_CASE(asks_the_limiter_once_for_each_poll)
{
    auto f = make<every_second>();
    for (int n = 0; n < 5; ++n)
        f.poll_now(f.add(std::to_string(n), "forge", 1h));
    auto running = start(f.run());
    BOOST_TEST(peer.polled.size() == 1U);
    advance(2s);
    BOOST_TEST(peer.polled.size() == 3U);
    advance(2s);
    BOOST_TEST(peer.polled.size() == 5U);
    running.cancel();
    BOOST_TEST(running.done());
}

BOOST_AUTO_TEST_CASE(backs_one_failing_source_off_and_polls_the_others)
{
    auto f = make();
    auto const bad = f.add("bad", "forge", 1min);
    auto const good = f.add("good", "forge", 1min);
    peer.throws = {bad};
    std::size_t failures = 0;
    f.on_result([&](poll::source_id, result<sighting> const& r) { failures += r ? 0U : 1U; });
    auto running = start(f.run());
    advance(1h);
    auto const polls_of = [&](poll::source_id id) { return std::count(peer.polled.begin(), peer.polled.end(), id); };
    BOOST_TEST(polls_of(good) == 60);
    BOOST_TEST(polls_of(bad) >= 10);
    BOOST_TEST(polls_of(bad) < 20);
    BOOST_TEST(failures == static_cast<std::size_t>(polls_of(bad)));
    BOOST_TEST(env.metrics().value(names::poll_total, {"error"}) == static_cast<double>(failures));
    running.cancel();
    BOOST_TEST(running.done());
}

BOOST_AUTO_TEST_CASE(waits_as_long_as_the_peer_asked)
{
    auto f = make();
    auto const id = f.add("a", "forge", 1min);
    peer.answers[id] = {failure(errc::quota_exhausted, "forge", 20min)};
    auto running = start(f.run());
    f.poll_now(id);
    advance(20min - 1s);
    BOOST_TEST(peer.polled.size() == 1U);
    advance(10s);
    BOOST_TEST(peer.polled.size() == 2U);
    running.cancel();
    BOOST_TEST(running.done());
}

BOOST_AUTO_TEST_CASE(leaves_a_host_alone_that_is_down_and_polls_the_others)
{
    auto f = make();
    std::map<poll::source_id, bool> down;
    for (int n = 0; n < 200; ++n) {
        auto const id = f.add("a" + std::to_string(n), "down", 1min);
        down[id] = true;
        peer.answers[id] = std::vector<result<sighting>>(200, errc::connection_failed);
    }
    for (int n = 0; n < 20; ++n)
        down[f.add("b" + std::to_string(n), "up", 1min)] = false;
    auto running = start(f.run());
    auto const polls_of = [&](bool which) {
        return std::count_if(peer.polled.begin(), peer.polled.end(), [&](auto id) { return down[id] == which; });
    };
    advance(1h);
    BOOST_TEST(polls_of(false) == 20 * 60);
    BOOST_TEST(polls_of(true) < 60);  // 12 000 without a breaker
    BOOST_TEST(polls_of(true) > 10);  // it is tried now and then
    for (auto& [id, answers] : peer.answers)
        answers.clear();  // it is back
    auto const before = polls_of(true);
    advance(5min);
    auto const burst = polls_of(true) - before;
    advance(2min);
    BOOST_TEST(burst > 0);
    std::set<poll::source_id> const polled(peer.polled.begin(), peer.polled.end());
    BOOST_TEST(polled.size() == 220U);
    running.cancel();
    BOOST_TEST(running.done());
}

BOOST_AUTO_TEST_CASE(comes_back_spread_over_the_interval_to_a_host_that_refused)
{
    auto o = options();
    o.concurrency = o.host.concurrency = 100;
    auto f = make(o);
    for (int n = 0; n < 100; ++n) {
        auto const id = f.add(std::to_string(n), "forge", 10min);
        if (n == 0)
            peer.answers[id] = {failure(errc::quota_exhausted, "forge", 30min)};
        f.poll_now(id);
    }
    peer.takes = 1s;
    auto running = start(f.run());
    advance(1s);
    peer.takes = 0s;
    BOOST_TEST(peer.polled.size() == 100U);  // those under way end
    advance(30min);
    BOOST_TEST(peer.polled.size() < 110U);
    advance(5min);
    BOOST_TEST(peer.polled.size() > 125U);
    BOOST_TEST(peer.polled.size() < 175U);
    advance(6min);
    BOOST_TEST(peer.polled.size() >= 200U);
    BOOST_TEST(env.metrics().value(names::poll_total, {"error"}) == 1);
    running.cancel();
    BOOST_TEST(running.done());
}

BOOST_AUTO_TEST_CASE(cuts_a_poll_off_at_its_deadline)
{
    auto f = make();
    auto const id = f.add("a", "forge", 1h);
    peer.takes = 2h;
    auto running = start(f.run());
    f.poll_now(id);
    advance(30s);
    BOOST_TEST(peer.aborted == 1U);
    BOOST_TEST(f.in_flight() == 0U);
    BOOST_TEST(f.next(id).has_value());
    running.cancel();
    BOOST_TEST(running.done());
}

BOOST_AUTO_TEST_CASE(stretches_what_a_webhook_covers_and_shrinks_when_it_missed_a_movement)
{
    auto f = make();
    auto const id = f.add("a", "forge", 1min);
    auto running = start(f.run());
    f.webhook_worked(id);
    f.poll_now(id);
    settle();
    for (auto const wait : {2min, 4min, 8min, 8min}) {
        BOOST_TEST((*f.next(id) == clock.now() + wait));
        if (wait == 8min)
            peer.answers[id] = {sighting::announced};
        advance(wait);
    }
    BOOST_TEST(f.covered(id));
    peer.answers[id] = {sighting::missed};
    advance(8min);
    BOOST_TEST(!f.covered(id));
    BOOST_TEST((*f.next(id) == clock.now() + 1min));
    running.cancel();
    BOOST_TEST(running.done());
}

BOOST_AUTO_TEST_CASE(follows_a_change_of_the_interval)
{
    auto f = make();
    auto const id = f.add("a", "forge", 1h);
    auto running = start(f.run());
    f.poll_now(id);
    settle();
    f.set_interval(id, 10s);
    advance(10s);
    BOOST_TEST(peer.polled.size() == 2U);
    running.cancel();
    BOOST_TEST(running.done());
}

BOOST_AUTO_TEST_CASE(forgets_a_source_that_is_removed_even_while_it_is_polled_or_stands_in_line)
{
    auto o = options();
    o.host.concurrency = 1;
    auto f = make(o);
    peer.takes = 1s;
    std::size_t told = 0;
    f.on_result([&](poll::source_id, result<sighting> const&) { ++told; });
    auto const polled = f.add("polled", "forge", 1h);
    auto const in_line = f.add("in line", "forge", 1h);
    auto const next = f.add("next", "forge", 1h);
    auto const idle = f.add("idle", "forge", 1h);
    auto running = start(f.run());
    for (auto const id : {polled, in_line, next}) {
        f.poll_now(id);
        settle();
    }
    f.remove(idle);
    f.remove(in_line);
    f.remove(polled);
    f.remove(polled);
    advance(3s);
    BOOST_TEST(peer.polled == std::vector<poll::source_id>({polled, next}), boost::test_tools::per_element());
    BOOST_TEST(told == 1U);
    BOOST_TEST(f.size() == 1U);
    auto const again = f.add("again", "forge", 1h);
    BOOST_TEST(again != next);
    advance(1h);
    BOOST_TEST(f.size() == 2U);
    running.cancel();
    BOOST_TEST(running.done());
}

BOOST_AUTO_TEST_CASE(unwinds_what_is_under_way_when_it_stops)
{
    auto f = make();
    peer.takes = 20s;
    f.poll_now(f.add("a", "forge", 1h));
    f.poll_now(f.add("b", "forge", 1h));
    auto running = start(f.run());
    BOOST_TEST(f.in_flight() == 2U);
    f.stop();
    BOOST_TEST(running.get().has_value());
    BOOST_TEST(peer.aborted == 2U);
    BOOST_TEST((clock.next() == time_point::max()));
}

BOOST_AUTO_TEST_CASE(polls_on_when_it_is_run_again_after_it_was_cancelled)
{
    auto f = make();
    for (int n = 0; n < 8; ++n)
        f.poll_now(f.add("source " + std::to_string(n), "forge", 1min));
    auto const gone = f.add("gone", "forge", 1min);
    peer.takes = 1h;
    auto running = start(f.run());
    BOOST_TEST(peer.running > 1U);  // as many as one host may have
    auto const hung = peer.running;
    f.remove(gone);
    running.cancel();
    BOOST_TEST(!running.get().has_value());
    BOOST_TEST(peer.aborted == hung);
    peer.takes = duration::zero();
    peer.polled.clear();
    auto again = start(f.run());
    advance(2min);
    BOOST_TEST((std::set<poll::source_id>(peer.polled.begin(), peer.polled.end()).size()) == 8U);
    again.cancel();
}

BOOST_AUTO_TEST_SUITE_END()
