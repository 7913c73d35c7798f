#include <penstock/kube/shard_keeper.hpp>

#include <penstock/embedded/kube_store.hpp>
#include <penstock/kube/api_client.hpp>
#include <penstock/kube/shard.hpp>
#include <penstock/testing/loop.hpp>
#include <penstock/testing/recording_log.hpp>
#include <penstock/testing/recording_sink.hpp>

#include "in_process_cluster.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

using namespace kube_test;
using namespace penstock::kube;
using namespace std::chrono_literals;
using penstock::reconcile::outcome;

namespace {

using world = env::basic_environment<testing::manual_clock, testing::recording_sink, testing::recording_log>;
using client = api_client<world, in_process_transport>;

struct cluster : penstock::testing::loop
{
    std::set<std::string> leases()
    {
        std::set<std::string> names;
        auto const all = run(api.list(known::leases, "n", list_options(), clock.now() + 10s));
        for (auto const& each : all.value().items)
            names.insert(record_of(each).holder);
        return names;
    }

    embedded::kube_store store{{}};
    embedded::kube_api served{store};
    world env{clock, {}, {}};
    in_process_transport wire{served, clock};
    client api{env, wire, "https://k", {}};
};

/// One of several that share keys, which works on each key that it owns for a while.
struct replica
{
    replica(cluster& at, std::string identity, sharding_options options = {})
        : loop(at), env(at.clock, {}, {}), keeper(env, api, "group", std::move(identity), "n", options)
    {
        shard_keeper<world, client>::question busy = [this] { return under_way_lost(); };
        shard_keeper<world, client>::news gained = [this] { ++woken; };
        running.emplace(at.start(keeper.run(std::move(busy), std::move(gained))));
    }
    ~replica()
    {
        wire.mishaps.clear();
        running->cancel();
        while (!running->done())
            loop.advance(1s);
    }
    bool owns(std::string const& key) const { return keeper.state().owns(key, loop.clock.now()); }
    bool under_way_lost() const
    {
        for (auto const& key : under_way)
            if (!keeper.state().keeps(key))
                return true;
        return false;
    }
    /// How many of a hundred keys it owns.
    int share() const
    {
        int n = 0;
        for (int i = 0; i < 100; ++i)
            n += owns("n/" + std::to_string(i)) ? 1 : 0;
        return n;
    }
    std::string const& me() const { return keeper.state().me(); }

    cluster& loop;
    world env;
    in_process_transport wire{loop.served, loop.clock};
    client api{env, wire, "https://k", {}};
    shard_keeper<world, client> keeper;
    std::multiset<std::string> under_way;
    int woken = 0;
    std::optional<penstock::testing::task<result<void>>> running;
};

/// Does what it is told when, and notes it.
struct patient
{
    using key_type = object_name;
    awaitable<result<outcome>> reconcile(object_name key)
    {
        ++running;
        ran += key.name + ' ';
        static_cast<void>(co_await clock.sleep_until(clock.now() + 5s));
        --running;
        co_return outcome::done();
    }
    testing::manual_clock& clock;
    std::string ran{};
    int running = 0;
};

/// One whose writes its controller waits for.
struct writer : patient
{
    own_writes writes{};
};
static_assert(remembers_writes<sharded<writer>> && !remembers_writes<sharded<patient>>);

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_shard_keeper, cluster)

BOOST_AUTO_TEST_CASE(one_alone_owns_everything)
{
    replica a(*this, "a");
    advance(100ms);
    BOOST_TEST(a.share() == 100);
    BOOST_TEST(a.woken >= 1);
    BOOST_TEST(leases() == std::set<std::string>{"a"}, boost::test_tools::per_element());
    advance(1min);
    BOOST_TEST(a.share() == 100);
}

BOOST_AUTO_TEST_CASE(several_share_and_each_key_has_one_owner)
{
    replica a(*this, "a");
    replica b(*this, "b");
    replica c(*this, "c");
    advance(10s);
    BOOST_TEST(a.share() + b.share() + c.share() == 100);
    for (auto const* each : {&a, &b, &c})
        BOOST_TEST(each->share() > 15);
}

BOOST_AUTO_TEST_CASE(who_comes_takes_its_share_and_who_leaves_gives_it_back_at_once)
{
    replica a(*this, "a");
    advance(10s);
    {
        replica b(*this, "b");
        advance(6s);
        BOOST_TEST(a.share() + b.share() == 100);
        BOOST_TEST(b.share() > 20);
    }
    BOOST_TEST(leases() == std::set<std::string>{"a"}, boost::test_tools::per_element());
    auto const woken = a.woken;
    advance(4100ms);
    BOOST_TEST(a.share() == 100);
    BOOST_TEST(a.woken > woken);
}

BOOST_AUTO_TEST_CASE(a_key_moves_only_when_no_work_on_it_is_under_way)
{
    replica a(*this, "a");
    advance(5s);
    std::string moving;
    for (int i = 0; moving.empty(); ++i)
        if (rendezvous_owner({"a", "b"}, "n/" + std::to_string(i)) == "b")
            moving = "n/" + std::to_string(i);
    a.under_way.insert(moving);
    replica b(*this, "b");
    advance(30s);
    BOOST_TEST(!a.owns(moving));  // no new work begins
    BOOST_TEST(!b.owns(moving));
    a.under_way.clear();
    advance(5s);
    BOOST_TEST(b.owns(moving));
}

BOOST_AUTO_TEST_CASE(the_keys_of_one_that_died_are_taken_when_its_lease_has_run_out)
{
    replica a(*this, "a");
    replica b(*this, "b");
    advance(10s);
    auto const of_b = b.share();
    b.wire.away = true;
    auto const death = clock.now();
    while (b.share() > 0)
        advance(100ms);
    BOOST_TEST((clock.now() - death <= 10s));  // it stops by itself
    BOOST_TEST(a.share() == 100 - of_b);
    while (a.share() < 100)
        advance(100ms);
    BOOST_TEST((clock.now() - death > 12s));
    BOOST_TEST((clock.now() - death < 20s));
    b.wire.away = false;
    advance(10s);
    BOOST_TEST(a.share() + b.share() == 100);
    BOOST_TEST(b.share() == of_b);
}

BOOST_AUTO_TEST_CASE(without_the_api_server_nobody_owns_anything)
{
    replica a(*this, "a");
    advance(10s);
    a.wire.away = true;
    advance(11s);
    BOOST_TEST(a.share() == 0);
    BOOST_TEST((a.keeper.state().leads_until() <= clock.now()));
}

BOOST_AUTO_TEST_CASE(a_lease_that_somebody_removed_gives_nothing)
{
    replica a(*this, "a");
    advance(10s);
    auto const gone = run(api.remove(known::leases, a.keeper.state().lease(), remove_options(), clock.now() + 10s));
    BOOST_TEST(gone.has_value());
    a.wire.mishaps = {mishap::none, mishap::refused};  // it sees that, and cannot make it anew yet
    advance(2s);
    BOOST_TEST(a.share() == 0);
    advance(5s);
    BOOST_TEST(a.share() == 100);
}

BOOST_AUTO_TEST_CASE(leases_of_those_that_died_long_ago_are_removed)
{
    auto dead = std::make_unique<replica>(*this, "dead");
    advance(3s);
    dead->wire.away = true;
    dead.reset();
    replica a(*this, "a");
    advance(2min);
    BOOST_TEST(leases().size() == 2U);
    BOOST_TEST(a.share() == 100);
    advance(1min);
    BOOST_TEST(leases() == std::set<std::string>{"a"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(two_never_own_a_key_whatever_their_requests_meet)
{
    std::vector<std::string> keys;
    for (int i = 0; i < 12; ++i)
        keys.push_back("n/" + std::to_string(i));
    int moves = 0;
    for (unsigned seed = 20; seed < 30; ++seed) {
        cluster at;
        std::mt19937 chance(seed);
        auto const one_in = [&](unsigned n) { return chance() % n == 0; };
        std::map<std::string, std::unique_ptr<replica>> all;
        std::map<std::string, std::string> last;
        int joined = 0;
        for (int step = 0; step < 800; ++step) {
            if (all.size() < 4 && one_in(40)) {
                auto const name = "r" + std::to_string(++joined);
                all.emplace(name, std::make_unique<replica>(at, name));
            }
            for (auto it = all.begin(); it != all.end();) {
                auto& one = *it->second;
                if (one_in(60)) {
                    auto const how = chance() % 3;
                    one.wire.mishaps.push_back(how == 0   ? mishap::refused
                                               : how == 1 ? mishap::hang
                                                          : mishap::done_after);
                }
                if (one_in(150))
                    one.wire.away = !one.wire.away;
                for (auto const& key : keys)
                    if (one.owns(key) && !one.under_way.contains(key) && one_in(10))
                        one.under_way.insert(key);
                if (!one.under_way.empty() && one_in(5))
                    one.under_way.erase(one.under_way.begin());
                it = one.under_way.empty() && one_in(300) ? all.erase(it) : std::next(it);
            }
            at.advance(std::chrono::milliseconds(50 + chance() % 400));
            for (auto const& key : keys) {
                std::string owner;
                for (auto const& [name, one] : all) {
                    bool const acts = one->owns(key)
                                      || (one->under_way.contains(key)
                                          && at.clock.now() < one->keeper.state().leads_until());  // fenced after that
                    BOOST_REQUIRE_MESSAGE(!acts || owner.empty(),
                                          "seed " << seed << ": " << owner << " and " << name << " own " << key);
                    if (acts)
                        owner = name;
                }
                moves += !owner.empty() && std::exchange(last[key], owner) != owner ? 1 : 0;
            }
        }
    }
    BOOST_TEST(moves > 200);  // so that it was tried
}

BOOST_AUTO_TEST_CASE(a_reconciler_is_asked_only_for_keys_that_are_owned)
{
    replica a(*this, "a");
    advance(5s);
    patient work{clock};
    sharded mine(work, a.keeper.state(), [this] { return clock.now(); });
    auto first = start(mine.reconcile(object_name("n", "1"), clock.now() + 1min));
    BOOST_TEST(work.running == 1);
    BOOST_TEST(!mine.busy());
    advance(5s);
    BOOST_TEST(first.get().has_value());
    a.wire.away = true;
    advance(11s);
    BOOST_TEST(run(mine.reconcile(object_name("n", "2"), clock.now() + 1min)).has_value());
    BOOST_TEST(work.ran == "1 ");
}

BOOST_AUTO_TEST_CASE(work_on_a_key_that_is_to_be_given_away_is_busy)
{
    replica a(*this, "a");
    advance(5s);
    std::string moving;
    for (int i = 0; moving.empty(); ++i)
        if (rendezvous_owner({"a", "b"}, "n/" + std::to_string(i)) == "b")
            moving = std::to_string(i);
    patient work{clock};
    sharded mine(work, a.keeper.state(), [this] { return clock.now(); });
    auto running = start(mine.reconcile(object_name("n", moving), clock.now() + 1min));
    replica b(*this, "b");
    advance(4s);
    BOOST_TEST(mine.busy());
    advance(1s);
    BOOST_TEST(!mine.busy());
    BOOST_TEST(running.get().has_value());
}

BOOST_AUTO_TEST_CASE(refuses_options_under_which_two_could_own_a_key)
{
    auto const ask = [&](std::string group, std::string me, sharding_options o) {
        shard_keeper<world, client> keeper(env, api, std::move(group), std::move(me), "n", o);
        auto running = start(keeper.run([] { return false; }, [] {}));
        auto const code = running.done() ? running.get().error().code : error_code();
        running.cancel();
        settle();
        return code;
    };
    BOOST_TEST((ask("g", "me", {10s, 10s, 2s}) == errc::invalid_argument));
    BOOST_TEST((ask("g", "me", {15s, 2s, 2s}) == errc::invalid_argument));
    BOOST_TEST((ask("g", "me", {15s, 10s, 0s}) == errc::invalid_argument));
    BOOST_TEST((ask("", "me", {}) == errc::invalid_argument));
    BOOST_TEST((ask("g", "", {}) == errc::invalid_argument));
    BOOST_TEST((ask("g", "a,b", {}) == errc::invalid_argument));
    BOOST_TEST((ask("g", "me", {}) == error_code()));
}

BOOST_AUTO_TEST_SUITE_END()
