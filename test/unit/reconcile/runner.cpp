#include <penstock/reconcile/runner.hpp>

#include <penstock/testing/loop.hpp>
#include <penstock/testing/recording_log.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>

using namespace penstock;
using namespace std::chrono_literals;
using reconcile::part;
using reconcile::stage;

namespace {

using world_type = env::basic_environment<testing::manual_clock, metrics::none, testing::recording_log>;

struct parts : testing::loop
{
    using runner = reconcile::runner<world_type>;

    /// A part that notes its start and its end, and takes its time to end.
    part noting(std::string name, duration takes = {})
    {
        part p(name, [this, name, takes] { return work(name, takes); });
        return p;
    }
    awaitable<result<void>> work(std::string name, duration takes)
    {
        story += '+' + name + ' ';
        auto const ec = co_await world.clock().sleep_until(time_point::max());
        co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
        if (takes > duration::zero())
            co_await world.clock().sleep_until(world.clock().now() + takes);
        story += '-' + name + ' ';
        co_return failure(ec);
    }

    /// A part that ends when it is asked to, after a while.
    part polite(std::string name, duration takes)
    {
        part p(name, [this, name] { return until_asked(name); });
        p.stop = [this, takes](time_point deadline) {
            told = deadline;
            end_at = clock.now() + takes;
            asked.notify();
        };
        return p;
    }
    awaitable<result<void>> until_asked(std::string name)
    {
        story += '+' + name + ' ';
        if (auto const ec = co_await asked.wait()) {
            story += '!' + name + ' ';
            co_return ec;
        }
        if (auto const ec = co_await world.clock().sleep_until(end_at)) {
            story += '!' + name + ' ';
            co_return ec;
        }
        story += '-' + name + ' ';
        co_return result<void>();
    }

    /// A lease that is there from the start and can be taken away.
    runner::election lease()
    {
        return [this](runner::work lead) { return elect(std::move(lead)); };
    }
    awaitable<result<void>> elect(runner::work lead)
    {
        story += "+lease ";
        clock::task_group leading(context.get_executor());
        leading.spawn(lead());
        clock::gate poll(context.get_executor());
        while (leading.size() > 0 && !robbed) {
            auto const ec = co_await world.clock().sleep_until(world.clock().now() + 1ms);
            if (ec)
                break;
        }
        leading.cancel();
        co_await leading.join();
        story += "-lease ";
        if (robbed)
            co_return failure(errc::not_leader, "robbed");
        co_return result<void>();
    }

    std::string take() { return std::exchange(story, std::string()); }

    world_type world{loop::clock, {}, {}};
    std::string story;
    clock::gate asked{context.get_executor()};
    time_point told{};
    time_point end_at{};
    bool robbed = false;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(reconcile_runner, parts)

BOOST_AUTO_TEST_CASE(starts_in_order_and_stops_in_order_and_lets_the_lease_go_last)
{
    runner all(world, context.get_executor());
    all.add(stage::leading, noting("leading"));
    all.add(stage::warm_up, noting("warm"));
    all.add(stage::others, noting("other"));
    all.add(stage::caches, noting("cache"));
    all.add(stage::webhooks, noting("hooks"));
    all.add(stage::http, noting("http"));
    all.elect(lease());
    auto running = start(all.run());
    advance(10ms);
    BOOST_TEST(take() == "+http +hooks +cache +other +warm +lease +leading ");
    BOOST_TEST(all.leads());
    all.stop();
    advance(10ms);
    BOOST_TEST(running.get().has_value());
    auto const ends = take();
    BOOST_TEST((ends == "-warm -other -leading -cache -hooks -http -lease "
                || ends == "-other -warm -leading -cache -hooks -http -lease "));
}

BOOST_AUTO_TEST_CASE(waits_for_the_caches_before_what_needs_them)
{
    runner all(world, context.get_executor());
    bool synced = false;
    auto cache = noting("cache");
    cache.ready = [&]() -> awaitable<result<void>> {
        while (!synced) {
            if (auto const ec = co_await world.clock().sleep_until(world.clock().now() + 1s))
                co_return ec;
        }
        co_return result<void>();
    };
    all.add(stage::caches, cache);
    all.add(stage::others, noting("other"));
    auto running = start(all.run());
    advance(1min);
    BOOST_TEST(take() == "+cache ");
    BOOST_TEST(all.ready().ask().status == 503);
    BOOST_TEST(all.ready().ask().text.find("caches have not synced yet") != std::string::npos);
    synced = true;
    advance(1s);
    BOOST_TEST(take() == "+other ");
    BOOST_TEST(all.ready().ask().status == 200);
    all.stop();
    BOOST_TEST(all.ready().ask().text.find("draining") != std::string::npos);
    settle();
    BOOST_TEST(running.get().has_value());
}

BOOST_AUTO_TEST_CASE(caches_that_do_not_sync_in_time_end_it)
{
    runner all(world, context.get_executor());
    auto cache = noting("cache");
    cache.ready = [&]() -> awaitable<result<void>> {
        auto const ec = co_await world.clock().sleep_until(time_point::max());
        co_return failure(ec);
    };
    all.add(stage::caches, cache);
    all.add(stage::others, noting("other"));
    auto running = start(all.run());
    advance(119s);
    BOOST_TEST(!running.done());
    advance(1s);
    auto const ended = running.get();
    BOOST_TEST((ended.error().code == errc::deadline_exceeded));
    BOOST_TEST(ended.error().detail == "cache did not get ready");
    BOOST_TEST(take() == "+cache -cache ");
}

BOOST_AUTO_TEST_CASE(a_part_that_fails_or_throws_ends_all_of_them)
{
    for (bool const throws : {false, true}) {
        runner all(world, context.get_executor());
        part bad("bad", [&]() -> awaitable<result<void>> {
            static_cast<void>(co_await world.clock().sleep_until(world.clock().now() + 1s));
            if (throws)
                throw std::runtime_error("leaks");
            co_return failure(errc::unavailable, "leaks");
        });
        all.add(stage::others, bad);
        all.add(stage::caches, noting("cache"));
        auto running = start(all.run());
        advance(2s);
        auto const ended = running.get();
        BOOST_TEST((ended.error().code == (throws ? errc::exception_thrown : errc::unavailable)));
        BOOST_TEST(ended.error().detail == "bad: leaks");
        BOOST_TEST(take() == "+cache -cache ");
    }
    BOOST_TEST(world.log().contains("error runner: ended by itself part=bad"));
}

BOOST_AUTO_TEST_CASE(a_part_may_end_before_the_others)
{
    runner all(world, context.get_executor());
    part brief("brief", []() -> awaitable<result<void>> { co_return result<void>(); });
    all.add(stage::others, brief);
    all.add(stage::http, noting("http"));
    auto running = start(all.run());
    advance(1min);
    BOOST_TEST(!running.done());
    all.stop();
    settle();
    BOOST_TEST(running.get().has_value());
}

BOOST_AUTO_TEST_CASE(a_lost_lease_ends_it_at_once_and_with_an_error)
{
    runner all(world, context.get_executor());
    all.add(stage::leading, noting("leading"));
    all.add(stage::others, polite("other", 10s));
    all.elect(lease());
    auto running = start(all.run());
    advance(10ms);
    take();
    robbed = true;
    advance(10ms);
    auto const ended = running.get();
    BOOST_TEST((ended.error().code == errc::not_leader));
    BOOST_TEST(take() == "-leading -lease !other ");
}

BOOST_AUTO_TEST_CASE(a_graceful_stop_waits_no_longer_than_its_grace)
{
    runner all(world, context.get_executor());
    all.add(stage::others, polite("slow", 40s));
    all.add(stage::http, noting("http"));
    auto running = start(all.run());
    advance(1s);
    all.stop();
    advance(29s);
    BOOST_TEST(!running.done());
    BOOST_TEST((told == clock.now() + 1s));
    advance(1s);
    BOOST_TEST((running.get().error().code == errc::deadline_exceeded));
    BOOST_TEST(take() == "+http +slow !slow -http ");
}

BOOST_AUTO_TEST_CASE(a_graceful_stop_waits_for_what_ends_in_time)
{
    runner all(world, context.get_executor());
    all.add(stage::others, polite("slow", 20s));
    all.add(stage::http, noting("http"));
    auto running = start(all.run());
    advance(1s);
    all.stop();
    advance(20s);
    BOOST_TEST(running.get().has_value());
    BOOST_TEST(take() == "+http +slow -slow -http ");
}

BOOST_AUTO_TEST_CASE(who_waits_to_lead_stops_without_having_led)
{
    runner all(world, context.get_executor());
    all.add(stage::leading, noting("leading"));
    all.add(stage::warm_up, noting("warm"));
    all.elect([this](runner::work) -> awaitable<result<void>> {
        auto const ec = co_await world.clock().sleep_until(time_point::max());
        co_return failure(ec);
    });
    auto running = start(all.run());
    advance(1s);
    BOOST_TEST(take() == "+warm ");
    BOOST_TEST(!all.leads());
    all.stop();
    settle();
    BOOST_TEST(running.get().has_value());
    BOOST_TEST(take() == "-warm ");
}

BOOST_AUTO_TEST_CASE(a_cancellation_is_a_stop_without_grace)
{
    runner all(world, context.get_executor());
    all.add(stage::leading, noting("leading"));
    all.add(stage::others, polite("other", 10s));
    auto running = start(all.run());
    advance(1s);
    take();
    running.cancel();
    advance(1ms);
    BOOST_TEST((running.get().error().code == asio::error::operation_aborted));
    BOOST_TEST(take() == "!other -leading ");
}

BOOST_AUTO_TEST_CASE(a_second_start_is_an_error)
{
    runner all(world, context.get_executor());
    auto first = start(all.run());
    BOOST_TEST((run(all.run()).error().code == errc::invalid_argument));
    all.stop();
    settle();
    BOOST_TEST(first.get().has_value());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(reconcile_checks)

BOOST_AUTO_TEST_CASE(all_checks_are_asked_or_one_by_its_name)
{
    reconcile::checks c;
    std::string trouble;
    c.add("ping", [] { return std::string(); });
    c.add("leader", [&] { return trouble; });
    BOOST_TEST(c.ask().status == 200);
    BOOST_TEST(c.ask().text == "[+]leader ok\n[+]ping ok\nok\n");
    trouble = "the lease was not renewed";
    BOOST_TEST(c.ask().status == 503);
    BOOST_TEST(c.ask().text == "[-]leader: the lease was not renewed\n[+]ping ok\nfailed\n");
    BOOST_TEST(c.ask("ping").status == 200);
    BOOST_TEST(c.ask("leader").status == 503);
    BOOST_TEST(c.ask("nobody").status == 404);
    c.add("leader", [] { return std::string(); });
    BOOST_TEST(c.ask().status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
