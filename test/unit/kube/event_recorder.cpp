#include <penstock/kube/event_recorder.hpp>

#include <penstock/embedded/kube_store.hpp>
#include <penstock/kube/api_client.hpp>
#include <penstock/testing/loop.hpp>
#include <penstock/testing/recording_log.hpp>
#include <penstock/testing/recording_sink.hpp>

#include "in_process_cluster.hpp"

#include <boost/test/unit_test.hpp>

using namespace kube_test;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace {

using world = env::basic_environment<testing::manual_clock, testing::recording_sink, testing::recording_log>;

struct recording : penstock::testing::loop
{
    using client = api_client<world, in_process_transport>;

    static event_recorder_options named()
    {
        event_recorder_options o;
        o.component = "robot";
        o.host = "pod-1";
        o.waiting = 30;
        return o;
    }
    void note(std::string message, std::string object = "a")
    {
        event_note n;
        n.about.api_version = "v1";
        n.about.kind = "ConfigMap";
        n.about.name = object_name("default", std::move(object));
        n.reason = "Synced";
        n.message = std::move(message);
        recorder.note(std::move(n));
        settle();
    }
    double total(char const* result) { return env.metrics().value(metrics::names::events_total, {result}); }
    std::size_t written() const { return store.count("events"); }
    /// The only Event that there is.
    boost::json::object only()
    {
        auto const all = store.list(*store.types().find_key("events"), "", {});
        BOOST_REQUIRE(all && all->items.size() == 1U);
        return *all->items.front();
    }

    embedded::kube_store store{{}};
    embedded::kube_api served{store};
    world env{clock, {}, {}};
    in_process_transport wire{served, clock};
    client api{env, wire, "https://k"};
    event_recorder<world, client> recorder{env, api, context.get_executor(), named()};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_event_recorder, recording)

BOOST_AUTO_TEST_CASE(writes_and_counts)
{
    auto task = start(recorder.run());
    note("m");
    BOOST_TEST(only().at("count").as_int64() == 1);
    note("m");
    note("m");
    BOOST_TEST(only().at("count").as_int64() == 3);
    BOOST_TEST(text_at(only(), {"source", "component"}) == "robot");
    BOOST_TEST(total("created") == 1.0);
    BOOST_TEST(total("counted") == 2.0);
    task.cancel();
    BOOST_TEST((task.get() == asio::error::operation_aborted));
}

BOOST_AUTO_TEST_CASE(makes_an_event_anew_that_the_cluster_has_forgotten)
{
    auto task = start(recorder.run());
    note("m");
    auto const& events = *store.types().find_key("events");
    BOOST_REQUIRE(store.remove(events, "default", std::string(text_at(only(), {"metadata", "name"}))).has_value());
    note("m");
    BOOST_TEST(only().at("count").as_int64() == 2);
    task.cancel();
}

BOOST_AUTO_TEST_CASE(tries_again_while_the_cluster_is_away_and_keeps_the_order)
{
    auto task = start(recorder.run());
    wire.away = true;
    note("m", "a");
    note("m", "b");
    advance(30s);
    BOOST_TEST(written() == 0U);
    BOOST_TEST(recorder.waiting() == 1U);
    wire.away = false;
    advance(10s);
    BOOST_TEST(written() == 2U);
    task.cancel();
}

BOOST_AUTO_TEST_CASE(gives_up_on_one_and_goes_on_with_the_next)
{
    auto task = start(recorder.run());
    wire.away = true;
    note("m", "a");
    advance(100s);
    BOOST_TEST(total("refused") == 0.0);
    advance(30s);
    BOOST_TEST(total("refused") == 1.0);
    BOOST_TEST(env.log().contains("cannot write an event"));
    BOOST_TEST(env.log().contains("ConfigMap default/a"));
    wire.away = false;
    note("m", "b");
    BOOST_TEST(written() == 1U);
    task.cancel();
}

BOOST_AUTO_TEST_CASE(leaves_out_what_the_server_refuses)
{
    auto task = start(recorder.run());
    note("m", "Not/A Name");
    BOOST_TEST(total("refused") == 1.0);
    note("m");
    BOOST_TEST(written() == 1U);
    task.cancel();
}

BOOST_AUTO_TEST_CASE(a_creation_without_an_answer_is_not_done_twice)
{
    auto task = start(recorder.run());
    wire.mishaps = {mishap::done_after};
    note("m");
    advance(1min);
    BOOST_TEST(written() == 1U);
    BOOST_TEST(total("created") == 1.0);
    BOOST_TEST(total("refused") == 0.0);
    task.cancel();
}

BOOST_AUTO_TEST_CASE(keeps_so_many_notes_and_no_more)
{
    for (int i = 0; i < 40; ++i)
        note("m", "a" + std::to_string(i));
    BOOST_TEST(recorder.waiting() == 30U);
    BOOST_TEST(total("overflow") == 10.0);
    auto task = start(recorder.run());
    BOOST_TEST(written() == 30U);
    for (int i = 0; i < 30; ++i)
        note("m", "a0");
    BOOST_TEST(total("spam") == 6.0);
    task.cancel();
}

BOOST_AUTO_TEST_CASE(writes_what_waits_when_it_is_stopped)
{
    note("m", "a");
    note("m", "b");
    recorder.stop();
    note("m", "c");
    auto task = start(recorder.run());
    BOOST_TEST(!task.get());
    BOOST_TEST(written() == 2U);
}

BOOST_AUTO_TEST_CASE(does_not_try_all_of_them_when_it_is_stopped_and_the_cluster_is_away)
{
    for (int n = 0; n < 20; ++n)
        note("m", "a" + std::to_string(n));
    wire.away = true;
    recorder.stop();
    auto task = start(recorder.run());
    advance(10s);
    BOOST_TEST(!task.get());
    BOOST_TEST(total("refused") == 1.0);
    BOOST_TEST(total("overflow") == 19.0);
}

BOOST_AUTO_TEST_CASE(does_not_sit_out_a_pause_when_it_is_stopped)
{
    auto task = start(recorder.run());
    wire.away = true;
    note("m", "a");
    note("m", "b");
    advance(25s);  // in a pause of 10 s
    recorder.stop();
    advance(1s);
    BOOST_TEST(task.done());
    BOOST_TEST(total("refused") == 1.0);
    BOOST_TEST(total("overflow") == 1.0);
}

BOOST_AUTO_TEST_SUITE_END()
