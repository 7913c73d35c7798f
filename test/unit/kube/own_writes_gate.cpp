#include <penstock/kube/controller.hpp>

#include "watched_cluster.hpp"

using namespace kube_test;
using namespace penstock::kube;
using namespace std::chrono_literals;
using penstock::reconcile::outcome;

namespace {

/// Writes a ConfigMap for each Gate, and looks for it in the cache: a cache that is behind makes it write again.
struct writer
{
    using key_type = object_name;
    using client = watched_cluster::client;

    awaitable<result<outcome>> reconcile(object_name key, time_point deadline)
    {
        ran += key.name + ' ';
        auto const owner = co_await api->get(gates, key, deadline);
        boost::json::object metadata{{"name", key.name}, {"namespace", "n"}};
        metadata["annotations"] = {{"run", std::to_string(++runs)}};
        if (owner)
            metadata["ownerReferences"] = controlled_by(owner->as_object());
        boost::json::value map = {{"apiVersion", "v1"}, {"kind", "ConfigMap"}};
        map.as_object()["metadata"] = std::move(metadata);
        auto const made = co_await api->apply(known::config_maps, map, patch_options("writer"), deadline);
        if (!made)
            co_return made.error();
        writes.wrote(key, known::config_maps, *made);
        co_return outcome::done();
    }

    client* api;
    resource gates;
    own_writes writes;
    std::string ran;
    int runs = 0;
};

struct gated : watched_cluster
{
    using controller_type =
        controller<world, client, writer, source_of<everything, own_name>, source_of<generation_changed, owner_name>>;

    gated() : c(env, api, context.get_executor(), work, for_kind(gates), owns<generation_changed>(known::config_maps))
    {
        running.emplace(start(c.run()));
        advance(10ms);
    }
    ~gated()
    {
        running->cancel();
        settle();
    }
    std::string ran()
    {
        advance(1ms);
        return std::exchange(work.ran, std::string());
    }

    writer work{&api, gates, own_writes(), {}};
    controller_type c;
    std::optional<testing::task<result<void>>> running;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_own_writes_gate, gated)

BOOST_AUTO_TEST_CASE(a_key_is_held_back_until_the_cache_shows_what_was_written_for_it)
{
    c.add({"n", "a"});
    BOOST_TEST(ran() == "a ");
    advance(10ms);
    wire.weather->held = true;
    c.add({"n", "a"});
    BOOST_TEST(ran() == "a ");  // the first write has been seen, the second not
    c.add({"n", "a"});
    c.add({"n", "b"});
    advance(1s);
    BOOST_TEST(ran() == "b ");  // no worker waits with it
    wire.weather->held = false;
    advance(1s);
    BOOST_TEST(ran() == "a ");
    BOOST_TEST(work.writes.overdue() == 0U);
}

BOOST_AUTO_TEST_CASE(a_live_read_decides_when_what_was_written_has_gone_again)
{
    wire.weather->held = true;
    c.add({"n", "a"});
    BOOST_TEST(ran() == "a ");
    remove(known::config_maps, "a");
    c.add({"n", "a"});
    advance(4900ms);
    BOOST_TEST(ran().empty());
    advance(200ms);
    BOOST_TEST(ran() == "a ");
    BOOST_TEST(work.writes.overdue() == 0U);
}

BOOST_AUTO_TEST_CASE(what_somebody_deletes_is_made_again_at_once)
{
    make("a");
    advance(1s);
    BOOST_TEST(ran() == "a a ");  // what it made is told, too
    remove(known::config_maps, "a");
    advance(2ms);
    BOOST_TEST(ran() == "a a ");  // without a live read
}

BOOST_AUTO_TEST_CASE(a_cache_that_stays_behind_holds_a_key_back_no_longer_than_the_limit)
{
    wire.weather->held = true;
    c.add({"n", "a"});
    BOOST_TEST(ran() == "a ");
    c.add({"n", "a"});
    advance(59s);
    BOOST_TEST(ran().empty());
    advance(2s);
    BOOST_TEST(ran() == "a ");
    BOOST_TEST(work.writes.overdue() == 1U);
}

BOOST_AUTO_TEST_CASE(being_held_back_counts_for_nothing)
{
    wire.weather->held = true;
    c.add({"n", "a"});
    ran();
    c.add({"n", "a"});
    advance(3s);
    BOOST_TEST(c.work().failures({"n", "a"}) == 0U);
    for (auto const* result : {"error", "requeue", "requeue_after"})
        BOOST_TEST(env.metrics().value(metrics::names::reconcile_total, {"controller", result}) == 0);
    BOOST_TEST(env.metrics().value(metrics::names::reconcile_total, {"controller", "success"}) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
