#include <penstock/kube/elector.hpp>

#include <penstock/embedded/kube_store.hpp>
#include <penstock/kube/api_client.hpp>
#include <penstock/testing/loop.hpp>
#include <penstock/testing/recording_log.hpp>
#include <penstock/testing/recording_sink.hpp>

#include "in_process_cluster.hpp"

#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <stdexcept>

using namespace kube_test;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace {

using world = env::basic_environment<testing::manual_clock, testing::recording_sink, testing::recording_log>;

struct cluster : penstock::testing::loop
{
    boost::json::object lease()
    {
        auto const found = store.find("leases.coordination.k8s.io", "flux-system", "x");
        return found ? *found : boost::json::object();
    }
    lease_record record() { return record_of(lease()); }

    embedded::kube_store store{{}};
    embedded::kube_api served{store};
};

/// One process of several, whose work does nothing but note that it runs.
struct replica
{
    using client = api_client<world, in_process_transport>;

    replica(cluster& at, std::string identity, elector_options options = {})
        : loop(&at), env(at.clock, {}, {}), who(identity),
          elect(env, api, at.context.get_executor(), "test", std::move(identity), {"flux-system", "x"},
                std::move(options))
    {
        elect.on_new_leader([this](std::string const& holder) { told.push_back(holder); });
    }

    awaitable<void> lead()
    {
        ++terms;
        leading = true;
        while (!stop) {
            if (auto const ec = co_await env.clock().sleep_until(env.clock().now() + 100ms))
                break;
        }
        still_held = loop->record().holder == who;
        leading = false;
    }

    penstock::testing::task<result<void>> run()
    {
        elector<world, client>::work work = [this] { return lead(); };
        return loop->start(elect.run(std::move(work)));
    }

    cluster* loop;
    world env;
    std::string who;
    in_process_transport wire{loop->served, loop->clock};
    client api{env, wire, "https://k", {}};
    elector<world, client> elect;
    std::vector<std::string> told;
    int terms = 0;
    bool leading = false;
    bool stop = false;
    bool still_held = false;  // when the work had ended
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_elector, cluster)

BOOST_AUTO_TEST_CASE(leads_renews_and_lets_go)
{
    replica a(*this, "a");
    auto task = a.run();
    BOOST_TEST(a.leading);
    BOOST_TEST(record().holder == "a");
    BOOST_TEST((a.told == std::vector<std::string>{"a"}));
    BOOST_TEST(a.env.metrics().value(metrics::names::leader_election_master_status, {"test"}) == 1.0);
    auto const first = record();
    auto const before = a.wire.requests.size();
    advance(20s);
    BOOST_TEST(record().renewed != first.renewed);
    BOOST_TEST(record().acquired == first.acquired);
    BOOST_TEST(record().transitions == 0);
    BOOST_TEST(a.wire.requests.size() == before + 10);  // each renewal is one PUT
    BOOST_TEST(a.wire.requests.back().starts_with("PUT /apis/coordination.k8s.io/v1/namespaces/flux-system/leases/x"));
    task.cancel();
    BOOST_TEST((task.get().error().code == asio::error::operation_aborted));
    BOOST_TEST(!a.leading);
    BOOST_TEST(a.still_held);  // first the work ends, then the lease
    BOOST_TEST(record().holder.empty());
    BOOST_TEST((record().length == 1s));
    BOOST_TEST(a.env.metrics().value(metrics::names::leader_election_master_status, {"test"}) == 0.0);
    BOOST_TEST(!a.elect.state().leads(clock.now()));
}

BOOST_AUTO_TEST_CASE(another_takes_over_at_once_what_was_let_go)
{
    replica a(*this, "a"), b(*this, "b");
    auto first = a.run();
    auto second = b.run();
    advance(60s);
    BOOST_TEST(a.leading);
    BOOST_TEST(!b.leading);
    BOOST_TEST((b.told == std::vector<std::string>{"a"}));
    first.cancel();
    advance(4400ms);
    BOOST_TEST(b.leading);
    BOOST_TEST(record().transitions == 1);
    BOOST_TEST((b.told == std::vector<std::string>{"a", "", "b"}));
    second.cancel();
    BOOST_TEST(second.done());
}

BOOST_AUTO_TEST_CASE(another_takes_over_from_one_that_died_when_its_lease_has_run_out)
{
    replica a(*this, "a"), b(*this, "b");
    auto first = a.run();
    auto second = b.run();
    advance(30s);
    a.wire.away = true;
    auto const died = clock.now();
    while (!b.leading && clock.now() < died + 1min)
        advance(100ms);
    BOOST_TEST((clock.now() - died > 13s));
    BOOST_TEST((clock.now() - died <= 15s + 4400ms));
    BOOST_TEST(!a.leading);
    BOOST_TEST((first.get().error().code == errc::not_leader));
    BOOST_TEST(!a.elect.state().leads(clock.now()));
    BOOST_TEST(a.env.log().contains("lost the lease"));
    second.cancel();
    BOOST_TEST(second.done());
}

BOOST_AUTO_TEST_CASE(two_never_lead_at_once_whatever_their_requests_meet)
{
    replica a(*this, "a"), b(*this, "b");
    uniform_source chance(20261121);
    auto first = a.run();
    auto second = b.run();
    int terms = 0;
    for (int i = 0; i < 20'000; ++i) {
        advance(100ms);
        BOOST_TEST_REQUIRE(!(a.elect.state().leads(clock.now()) && b.elect.state().leads(clock.now())));
        BOOST_TEST_REQUIRE(!(a.leading && b.leading));
        for (auto* r : {&a, &b}) {
            if (chance() < 0.02)
                r->wire.away = !r->wire.away;
            if (chance() < 0.02)
                r->wire.mishaps.assign(static_cast<std::size_t>(chance() * 4),
                                       chance() < 0.5 ? mishap::hang : mishap::done_after);
        }
        for (auto* t : {&first, &second}) {
            if (t->done()) {
                BOOST_TEST_REQUIRE((t->get().error().code == errc::not_leader));
                *t = t == &first ? a.run() : b.run();
                ++terms;
            }
        }
    }
    BOOST_TEST(terms > 50);
    BOOST_TEST(a.terms > 10);
    BOOST_TEST(b.terms > 10);
    first.cancel();
    second.cancel();
    advance(30s);
    BOOST_TEST(first.done());
    BOOST_TEST(second.done());
}

BOOST_AUTO_TEST_CASE(a_renewal_that_hangs_does_not_eat_the_deadline)
{
    replica a(*this, "a");
    auto task = a.run();
    a.wire.mishaps = {mishap::hang};
    advance(9s);
    BOOST_TEST(a.leading);
    BOOST_TEST(a.elect.state().leads(clock.now()));
    advance(60s);
    BOOST_TEST(a.leading);
    BOOST_TEST(a.terms == 1);
    BOOST_TEST(a.env.metrics().value(metrics::names::leader_election_slowpath_total, {"test"}) == 1.0);
    task.cancel();
    BOOST_TEST(task.done());
}

BOOST_AUTO_TEST_CASE(leads_no_more_at_the_renew_deadline)
{
    replica a(*this, "a");
    auto task = a.run();
    a.wire.away = true;
    advance(9900ms);
    BOOST_TEST(a.leading);
    advance(100ms);
    BOOST_TEST(!a.leading);
    BOOST_TEST(!task.done());  // it tries to let go
    advance(5s);
    BOOST_TEST((task.get().error().code == errc::not_leader));
}

BOOST_AUTO_TEST_CASE(a_renewal_that_was_done_without_an_answer_is_found_by_reading)
{
    replica a(*this, "a");
    auto task = a.run();
    a.wire.mishaps = {mishap::done_after};
    advance(60s);
    BOOST_TEST(a.leading);
    BOOST_TEST(a.terms == 1);
    BOOST_TEST(record().transitions == 0);
    task.cancel();
    BOOST_TEST(task.done());
    BOOST_TEST(record().holder.empty());
}

BOOST_AUTO_TEST_CASE(leads_no_more_when_somebody_else_put_his_name_into_the_lease)
{
    replica a(*this, "a");
    auto task = a.run();
    auto stolen = lease();
    auto other = record_of(stolen);
    other.holder = "thief";
    set_record(stolen, other);
    BOOST_REQUIRE(
        store.replace(*store.types().find_key("leases.coordination.k8s.io"), "flux-system", "x", stolen).has_value());
    advance(2s);
    BOOST_TEST(!a.leading);
    auto const why = task.get().error();
    BOOST_TEST((why.code == errc::not_leader));
    BOOST_TEST(why.detail == "the lease flux-system/x was lost to thief");
    BOOST_TEST(record().holder == "thief");  // not ours to let go
}

BOOST_AUTO_TEST_CASE(keeps_the_lease_when_told_to)
{
    elector_options options;
    options.release = false;
    replica a(*this, "a", options);
    auto task = a.run();
    task.cancel();
    BOOST_TEST(task.done());
    BOOST_TEST(record().holder == "a");
}

BOOST_AUTO_TEST_CASE(lets_go_of_a_lease_that_was_taken_while_it_was_cancelled)
{
    replica a(*this, "a");
    a.wire.mishaps = {mishap::none, mishap::done_after};  // the read, and then the creation
    auto task = a.run();
    BOOST_TEST(!a.leading);
    BOOST_TEST(record().holder == "a");
    task.cancel();
    BOOST_TEST((task.get().error().code == asio::error::operation_aborted));
    BOOST_TEST(record().holder.empty());
}

BOOST_AUTO_TEST_CASE(does_not_wait_long_to_let_go)
{
    replica a(*this, "a");
    auto task = a.run();
    a.wire.mishaps = {mishap::hang};
    task.cancel();
    BOOST_TEST(!task.done());
    BOOST_TEST(!a.leading);
    advance(5s);
    BOOST_TEST(task.done());
    BOOST_TEST(record().holder == "a");
}

BOOST_AUTO_TEST_CASE(ends_with_its_work)
{
    replica a(*this, "a");
    auto task = a.run();
    a.stop = true;
    advance(100ms);
    BOOST_TEST(task.get().has_value());
    BOOST_TEST(record().holder.empty());
    // Again is allowed.
    a.stop = false;
    auto again = a.run();
    BOOST_TEST(a.terms == 2);
    BOOST_TEST(record().transitions == 1);
    again.cancel();
    BOOST_TEST(again.done());
}

BOOST_AUTO_TEST_CASE(lets_go_and_throws_on_what_its_work_threw)
{
    replica a(*this, "a");
    elector<world, replica::client>::work work = []() -> awaitable<void> {
        throw std::runtime_error("a bug");
        co_return;
    };
    auto task = start(a.elect.run(std::move(work)));
    BOOST_CHECK_THROW(task.get(), std::runtime_error);
    BOOST_TEST(record().holder.empty());
}

BOOST_AUTO_TEST_CASE(says_once_who_leads_and_nothing_of_races)
{
    replica a(*this, "a"), b(*this, "b");
    auto first = a.run();
    auto second = b.run();
    advance(5min);
    for (auto* r : {&a, &b}) {
        for (auto const& line : r->env.log().lines())
            BOOST_TEST(!line.starts_with("error"), line);
    }
    BOOST_TEST(b.told.size() == 1U);
    first.cancel();
    second.cancel();
}

BOOST_AUTO_TEST_CASE(names_what_it_cannot_do)
{
    replica a(*this, "a");
    a.wire.away = true;
    auto task = a.run();
    advance(10s);
    auto const complaints = [&a] {
        auto const& lines = a.env.log().lines();
        return std::count_if(lines.begin(), lines.end(), [](auto const& line) { return line.starts_with("error"); });
    };
    BOOST_TEST(a.env.log().contains("error election: cannot read the lease, trying on lease=flux-system/x"));
    BOOST_TEST(complaints() == 1);
    advance(1h);
    BOOST_TEST(complaints() == 1);  // what lasts is said once
    a.wire.away = false;
    advance(10s);
    BOOST_TEST(a.leading);
    task.cancel();
    BOOST_TEST(task.done());
}

BOOST_AUTO_TEST_CASE(refuses_options_under_which_two_could_lead)
{
    elector_options options;
    options.election.renew_deadline = 20s;
    replica a(*this, "a", options);
    BOOST_TEST((a.run().get().error().code == errc::invalid_argument));
    replica nameless(*this, "");
    BOOST_TEST((nameless.run().get().error().code == errc::invalid_argument));
    BOOST_TEST(a.wire.requests.empty());
}

BOOST_AUTO_TEST_CASE(a_cancellation_is_not_forgotten_while_a_lost_lease_is_let_go)
{
    replica a(*this, "a");
    auto const stand_again = [&a]() -> awaitable<bool> {
        for (bool again = true; again;) {
            elector<world, replica::client>::work work = [&a] { return a.lead(); };
            auto const ended = co_await a.elect.run(std::move(work));
            again = !ended && ended.error().code == errc::not_leader;
        }
        co_return true;
    };
    auto task = start(stand_again());
    BOOST_TEST(a.leading);
    a.wire.away = true;
    advance(11s);  // the lease is lost, and letting go of it is tried
    BOOST_TEST(!a.leading);
    BOOST_TEST(!task.done());
    task.cancel();
    advance(10s);
    BOOST_TEST(task.done());
}

BOOST_AUTO_TEST_CASE(says_that_a_lease_cannot_be_made)
{
    replica a(*this, "a");
    embedded::kube_store_options strict;
    strict.namespaces_must_exist = true;
    embedded::kube_store other{strict};
    embedded::kube_api without_namespace{other};
    in_process_transport wire{without_namespace, clock};
    replica::client api{a.env, wire, "https://k"};
    elector<world, replica::client> lost(a.env, api, context.get_executor(), "test", "a", {"nowhere", "x"});
    elector<world, replica::client>::work work = [&a] { return a.lead(); };
    auto task = start(lost.run(std::move(work)));
    BOOST_TEST(a.env.log().contains("cannot create the lease"));
    BOOST_TEST(a.env.log().contains("nowhere/x"));
    task.cancel();
    BOOST_TEST(task.done());
}

BOOST_AUTO_TEST_SUITE_END()
