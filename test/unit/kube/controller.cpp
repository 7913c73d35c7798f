#include <penstock/kube/controller.hpp>

#include "watched_cluster.hpp"

#include <set>

using namespace kube_test;
using namespace penstock::kube;
using namespace std::chrono_literals;
namespace names = penstock::metrics::names;
using penstock::reconcile::outcome;

namespace {

/// Notes what it is asked to reconcile.
struct noting
{
    using key_type = object_name;
    awaitable<result<outcome>> reconcile(object_name key)
    {
        ran += key.name + ' ';
        co_return outcome::done();
    }
    std::string ran;
};

/// Takes its time.
struct slow
{
    using key_type = object_name;
    awaitable<result<outcome>> reconcile(object_name key)
    {
        *order += key.name + ' ';
        static_cast<void>(co_await clock->sleep_until(clock->now() + 100ms));
        co_return outcome::done();
    }
    std::string* order;
    testing::manual_clock* clock;
};

struct controlled : watched_cluster
{
    /// A ConfigMap that belongs to a Gate.
    boost::json::value map_of(std::string const& name, boost::json::value const& owner)
    {
        boost::json::object metadata{{"name", name}, {"namespace", "n"}};
        if (owner.is_object())
            metadata["ownerReferences"] = controlled_by(owner.as_object());
        boost::json::value map = {{"apiVersion", "v1"}, {"kind", "ConfigMap"}};
        map.as_object()["metadata"] = std::move(metadata);
        return create(known::config_maps, std::move(map));
    }

    template <class C>
    testing::task<result<void>> begin(C& c)
    {
        auto running = start(c.run());
        advance(10ms);
        return running;
    }
    template <class C>
    static awaitable<result<void>> watched(C& c)
    {
        co_await c.watch();
        co_return result<void>();
    }
    /// What has been reconciled since the last time, in this order.
    std::string ran()
    {
        advance(10ms);
        return std::exchange(work.ran, std::string());
    }

    static controller_options named(std::string name = "gates")
    {
        controller_options o;
        o.work.name = std::move(name);
        return o;
    }

    executor ex = context.get_executor();
    noting work;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_controller, controlled)

BOOST_AUTO_TEST_CASE(objects_of_the_kind_wake_their_own_names)
{
    make("a");
    controller c(env, api, ex, work, named(), for_kind(gates));
    auto running = begin(c);
    BOOST_TEST(ran() == "a ");
    make("b");
    BOOST_TEST(ran() == "b ");
    merge(gates, "a", R"({"spec":{"width":2}})");
    BOOST_TEST(ran() == "a ");
    remove(gates, "b");
    BOOST_TEST(ran() == "b ");
    BOOST_TEST(env.metrics().value(names::reconcile_total, {"gates", "success"}) == 4);
    c.stop(clock.now() + 1s);
    advance(1s);
    BOOST_TEST(running.get().has_value());
}

BOOST_AUTO_TEST_CASE(a_change_that_the_predicate_does_not_pass_wakes_nobody)
{
    make("a");
    controller c(env, api, ex, work, for_kind<any_of<generation_changed, annotation_changed<"poke">>>(gates));
    auto running = begin(c);
    BOOST_TEST(ran() == "a ");
    merge(gates, "a", R"({"status":{"flow":1}})", "status");
    merge(gates, "a", R"({"metadata":{"labels":{"x":"y"}}})");
    BOOST_TEST(ran().empty());
    merge(gates, "a", R"({"metadata":{"annotations":{"poke":"1"}}})");
    BOOST_TEST(ran() == "a ");
    merge(gates, "a", R"({"spec":{"width":2}})");
    BOOST_TEST(ran() == "a ");
    remove(gates, "a");
    make("a");  // with the generation of the first
    BOOST_TEST(ran() == "a ");
    running.cancel();
    settle();
}

BOOST_AUTO_TEST_CASE(what_was_made_anew_with_the_same_generation_passes)
{
    make("a");
    controller c(env, api, ex, work, for_kind<generation_changed>(gates));
    auto running = begin(c);
    BOOST_TEST(ran() == "a ");
    wire.weather->held = true;
    remove(gates, "a");
    make("a");  // the cache has seen none of it
    store.history().forget();
    wire.weather->cut = true;
    advance(1s);
    wire.weather->cut = wire.weather->held = false;
    advance(2min);
    BOOST_TEST(ran() == "a ");
    running.cancel();
    settle();
}

BOOST_AUTO_TEST_CASE(what_a_predicate_keeps_of_an_object_goes_with_it)
{
    informer<world, client, passing<generation_changed>> it(env, api, ex, gates, {}, [](object_event, auto const&) {});
    make("a");
    auto running = start(it.run());
    advance(10ms);
    BOOST_TEST_REQUIRE(it.objects().find({"n", "a"}) != nullptr);
    BOOST_TEST(*it.objects().find({"n", "a"}) == 1);
    merge(gates, "a", R"({"spec":{"width":2}})");
    advance(10ms);
    BOOST_TEST(*it.objects().find({"n", "a"}) == 2);
    remove(gates, "a");
    advance(10ms);
    BOOST_TEST(it.objects().find({"n", "a"}) == nullptr);
    BOOST_TEST(it.size() == 0U);
    running.cancel();
    settle();
}

BOOST_AUTO_TEST_CASE(a_predicate_judges_what_appears_and_what_goes)
{
    constexpr auto is_wide = [](boost::json::object const& o) { return label_of(o, "wide") == "yes"; };
    controller c(env, api, ex, work, for_kind<when<is_wide>>(gates));
    auto running = begin(c);
    make("a");
    make("b", R"(,"labels":{"wide":"yes"})");
    BOOST_TEST(ran() == "b ");
    remove(gates, "a");
    BOOST_TEST(ran().empty());
    remove(gates, "b");
    BOOST_TEST(ran() == "b ");
    running.cancel();
    settle();
}

BOOST_AUTO_TEST_CASE(what_an_object_owns_wakes_it)
{
    auto const a = make("a");
    auto const b = make("b");
    controller c(env, api, ex, work, for_kind<generation_changed>(gates), owns(known::config_maps));
    auto running = begin(c);
    ran();
    map_of("of-a", a);
    map_of("of-nobody", {});
    BOOST_TEST(ran() == "a ");
    boost::json::value const to_b = {{"metadata", {{"ownerReferences", controlled_by(b.as_object())}}}};
    merge(known::config_maps, "of-a", boost::json::serialize(to_b));
    BOOST_TEST(ran() == "a b ");  // it has lost, and it has gained
    remove(known::config_maps, "of-a");
    BOOST_TEST(ran() == "b ");
    remove(known::config_maps, "of-nobody");
    BOOST_TEST(ran().empty());
    running.cancel();
    settle();
}

BOOST_AUTO_TEST_CASE(a_change_of_hands_wakes_both_whatever_the_predicate_says)
{
    auto const a = make("a");
    auto const b = make("b");
    map_of("of-a", a);
    controller c(env, api, ex, work, for_kind<generation_changed>(gates),
                 owns<annotation_changed<"x">>(known::config_maps));
    auto running = begin(c);
    ran();
    merge(known::config_maps, "of-a", R"({"data":{"k":"v"}})");
    BOOST_TEST(ran().empty());
    boost::json::value const to_b = {{"metadata", {{"ownerReferences", controlled_by(b.as_object())}}}};
    merge(known::config_maps, "of-a", boost::json::serialize(to_b));
    BOOST_TEST(ran() == "a b ");
    running.cancel();
    settle();
}

BOOST_AUTO_TEST_CASE(what_vanished_while_no_watch_ran_wakes_its_owner)
{
    map_of("of-a", make("a"));
    controller c(env, api, ex, work, for_kind(gates), owns(known::config_maps));
    auto running = begin(c);
    ran();
    wire.weather->cut = true;
    advance(1s);
    remove(known::config_maps, "of-a");
    store.history().forget();
    wire.weather->cut = false;
    advance(2min);
    BOOST_TEST(ran() == "a ");
    running.cancel();
    settle();
}

BOOST_AUTO_TEST_CASE(any_resource_wakes_those_that_a_mapping_names)
{
    make("a");
    make("b");
    auto const listed = [](boost::json::object const& o) {
        std::vector<object_name> keys;
        for (std::string_view const name : {"a", "b", "c"}) {
            if (annotation_of(o, "gates").find(name) != std::string_view::npos)
                keys.emplace_back("n", std::string(name));
        }
        return keys;
    };
    controller c(env, api, ex, work, for_kind<generation_changed>(gates), watches(known::config_maps, listed));
    auto running = begin(c);
    ran();
    map_of("river", {});
    BOOST_TEST(ran().empty());
    merge(known::config_maps, "river", R"({"metadata":{"annotations":{"gates":"ab"}}})");
    BOOST_TEST(ran() == "a b ");
    merge(known::config_maps, "river", R"({"metadata":{"annotations":{"gates":"c"}}})");
    BOOST_TEST(ran() == "a b c ");  // also those that it does not name any more
    remove(known::config_maps, "river");
    BOOST_TEST(ran() == "c ");
    running.cancel();
    settle();
}

BOOST_AUTO_TEST_CASE(keys_of_the_first_list_wait_behind_those_of_live_events)
{
    for (auto const* name : {"a", "b", "c"})
        make(name);
    std::string order;
    slow busy{&order, &clock};
    controller c(env, api, ex, busy, for_kind(gates));
    auto running = start(c.run());
    advance(50ms);
    make("z");
    merge(gates, "c", R"({"spec":{"width":2}})");
    advance(1s);
    BOOST_TEST(order == "a z c b ");
    running.cancel();
    settle();
}

BOOST_AUTO_TEST_CASE(a_resync_wakes_all_again_behind_everything_else)
{
    make("a");
    make("b");
    auto options = named();
    options.resync = 10min;
    controller c(env, api, ex, work, options, for_kind(gates));
    auto running = begin(c);
    ran();
    advance(8min);
    BOOST_TEST(ran().empty());
    advance(3min + 5s);
    BOOST_TEST(ran() == "a b ");
    wire.weather->held = true;  // the list of keys comes from the cache
    advance(12min);
    BOOST_TEST(ran() == "a b ");
    running.cancel();
    settle();
}

BOOST_AUTO_TEST_CASE(nothing_is_reconciled_before_all_caches_have_synced)
{
    make("a");
    wire.weather->cut = true;
    wire.calls.away = true;
    controller c(env, api, ex, work, for_kind(gates), owns(known::config_maps));
    auto running = begin(c);
    c.add({"n", "x"});
    advance(1min);
    BOOST_TEST(ran().empty());
    BOOST_TEST(!c.synced());
    BOOST_TEST(c.trouble().find("connection refused") != std::string::npos);
    wire.weather->cut = false;
    wire.calls.away = false;
    advance(59s);
    BOOST_TEST(c.synced());
    BOOST_TEST(c.trouble().empty());
    BOOST_TEST(ran() == "x a ");
    running.cancel();
    settle();
}

BOOST_AUTO_TEST_CASE(caches_that_do_not_sync_in_time_end_it_with_what_is_in_the_way)
{
    auto const nobody = [](boost::json::object const&) { return std::vector<object_name>(); };
    resource const strangers{"example.com", "v1", "strangers", "Stranger"};
    controller c(env, api, ex, work, for_kind(gates), watches(strangers, nobody));
    auto running = start(c.run());
    advance(119s);
    BOOST_TEST(!running.done());
    advance(2s);
    auto const ended = running.get();
    BOOST_TEST((ended.error().code == errc::deadline_exceeded));
    BOOST_TEST(ended.error().detail.find("the cache of strangers.example.com did not sync in time") == 0U);
    BOOST_TEST(ended.error().detail.find("not found") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_watch_beforehand_fills_the_queue_and_runs_nothing)
{
    make("a");
    controller c(env, api, ex, work, for_kind(gates));
    auto watching = start(watched(c));
    advance(10ms);
    make("b");
    BOOST_TEST(ran().empty());
    BOOST_TEST(c.work().ready() == 2U);
    auto const lists = wire.opened;
    auto running = begin(c);
    BOOST_TEST(ran() == "b a ");
    BOOST_TEST(wire.opened == lists);  // it does not watch twice
    running.cancel();
    settle();
    BOOST_TEST((running.get().error().code == asio::error::operation_aborted));
    make("c");
    advance(10ms);
    BOOST_TEST(!watching.done());  // who began it ends it
    watching.cancel();
    settle();
    BOOST_TEST(watching.done());
}

BOOST_AUTO_TEST_CASE(a_controller_that_was_not_started_keeps_what_it_watches)
{
    make("a");
    controller c(env, api, ex, work, for_kind(gates));
    c.add({"n", "early"});
    advance(1min);
    BOOST_TEST(wire.opened == 0);
    BOOST_TEST(work.ran.empty());
    auto running = begin(c);
    BOOST_TEST(ran() == "early a ");
    running.cancel();
    settle();
}

BOOST_AUTO_TEST_CASE(a_second_start_is_an_error)
{
    controller c(env, api, ex, work, for_kind(gates));
    auto running = begin(c);
    auto second = begin(c);
    BOOST_TEST((second.get().error().code == errc::invalid_argument));
    make("a");
    BOOST_TEST(ran() == "a ");
    running.cancel();
    settle();
}

BOOST_AUTO_TEST_SUITE_END()
