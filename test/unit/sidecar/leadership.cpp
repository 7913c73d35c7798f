#include "sidecar/leadership.hpp"

#include <penstock/embedded/kube_server.hpp>
#include <penstock/testing/loop.hpp>

#include <boost/test/unit_test.hpp>

#include <optional>

using namespace penstock;
using namespace penstock::sidecar;
using namespace std::chrono_literals;

namespace {

struct led
{
    led()
    {
        BOOST_REQUIRE(server.start().has_value());
        kube::connection to;
        to.server = server.url();
        cluster.emplace(env, context.get_executor(), to);
        settings.enabled = true;
        settings.election = {1s, 500ms, 100ms, 1};
        settings.tolerance = 500ms;
        it.emplace(env, cluster->api(), context.get_executor(), "default", settings);
    }

    /// Work that goes on for as long as it likes once it has been told to end.
    awaitable<void> work()
    {
        working = true;
        co_await env.clock().sleep_until(time_point::max());
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        while (stubborn)
            co_await env.clock().sleep_until(env.clock().now() + 20ms);
        working = false;
    }
    template <class Condition>
    bool until(Condition condition)
    {
        auto const end = clock::steady::now() + 20s;
        context.restart();
        while (!condition() && clock::steady::now() < end)
            context.run_one_for(20ms);
        return condition();
    }

    asio::io_context context{1};
    world env = make_world("error", "json");
    embedded::kube_server server{context.get_executor()};
    std::optional<cluster_type> cluster;
    leadership_settings settings;
    std::optional<leadership> it;
    bool working = false;
    bool stubborn = false;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sidecar_leadership, led)

BOOST_AUTO_TEST_CASE(only_work_that_goes_on_without_a_lease_is_unhealthy)
{
    clock::task_group tasks(context.get_executor());
    leadership::work const what = [this] { return work(); };
    tasks.spawn(it->run(what));
    BOOST_TEST_REQUIRE(until([&] { return working; }));
    BOOST_TEST(it->unhealthy_because().empty());
    bool stopped = false;
    asio::co_spawn(context, server.stop(clock::steady::now()), [&](std::exception_ptr) { stopped = true; });
    BOOST_TEST_REQUIRE(until([&] { return stopped && !working; }));  // it ends when the lease runs out
    auto const later = clock::steady::now() + 2s;
    until([&] { return clock::steady::now() > later; });
    BOOST_TEST(it->unhealthy_because().empty());  // nothing of it is left to restart
    tasks.cancel();
    BOOST_TEST(until([&] { return tasks.size() == 0; }));
}

BOOST_AUTO_TEST_CASE(work_that_does_not_end_with_its_lease_fails_the_probe)
{
    clock::task_group tasks(context.get_executor());
    leadership::work const what = [this] { return work(); };
    stubborn = true;
    tasks.spawn(it->run(what));
    BOOST_TEST_REQUIRE(until([&] { return working; }));
    asio::co_spawn(context, server.stop(clock::steady::now()), [](std::exception_ptr) {});
    BOOST_TEST(until([&] { return !it->unhealthy_because().empty(); }));
    BOOST_TEST(it->unhealthy_because() == "the work of the leader goes on although its lease has run out");
    stubborn = false;
    BOOST_TEST(until([&] { return it->unhealthy_because().empty(); }));
    tasks.cancel();
    BOOST_TEST(until([&] { return tasks.size() == 0; }));
}

BOOST_AUTO_TEST_SUITE_END()
