// How a lease is let go, and in what order whoever listens is told: what client-go tests of its leader election beyond
// what elector.cpp says.
#include <penstock/kube/elector.hpp>

#include <penstock/embedded/kube_store.hpp>
#include <penstock/kube/api_client.hpp>
#include <penstock/testing/loop.hpp>
#include <penstock/testing/recording_log.hpp>
#include <penstock/testing/recording_sink.hpp>

#include "in_process_cluster.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>

using namespace kube_test;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace {

using world = env::basic_environment<testing::manual_clock, testing::recording_sink, testing::recording_log>;

/// Lets somebody else act in front of a request.
struct meddled_transport
{
    awaitable<result<http::response>> send(http::request r, time_point deadline)
    {
        if (before)
            before(r);
        return wire.send(std::move(r), deadline);
    }
    awaitable<result<std::unique_ptr<http::incoming>>> open(http::request r, time_point deadline)
    {
        return wire.open(std::move(r), deadline);
    }
    in_process_transport wire;
    std::function<void(http::request const&)> before{};
};

struct candidate : penstock::testing::loop
{
    using client = api_client<world, meddled_transport>;

    candidate()
    {
        elect.on_new_leader([this](std::string const& holder) { story += "leader:" + holder + ' '; });
    }

    awaitable<void> lead()
    {
        story += "+work ";
        static_cast<void>(co_await env.clock().sleep_until(time_point::max()));
        story += "-work:" + record().holder + ' ';
    }
    penstock::testing::task<result<void>> begin()
    {
        elector<world, client>::work work = [this] { return lead(); };
        return start(elect.run(std::move(work)));
    }
    boost::json::object lease()
    {
        auto const found = store.find("leases.coordination.k8s.io", "n", "x");
        return found ? *found : boost::json::object();
    }
    lease_record record() { return record_of(lease()); }
    /// Somebody else writes to the Lease; what of it counts stays.
    void touch()
    {
        in_process_transport other(served, clock);
        api_client<world, in_process_transport> by(env, other, "https://k", {});
        boost::json::value const label = {{"metadata", {{"labels", {{"seen", std::to_string(++touched)}}}}}};
        auto const done = run(
            by.patch(known::leases, {"n", "x"}, patch_type::merge, label, patch_options("other"), clock.now() + 1s));
        BOOST_TEST_REQUIRE(done.has_value());
    }
    std::size_t count(std::string const& method) const
    {
        return static_cast<std::size_t>(std::count_if(wire.wire.requests.begin(), wire.wire.requests.end(),
                                                      [&](auto const& line) { return line.starts_with(method); }));
    }

    embedded::kube_store store{{}};
    embedded::kube_api served{store};
    world env{loop::clock, {}, {}};
    meddled_transport wire{in_process_transport(served, clock)};
    client api{env, wire, "https://k", {}};
    elector<world, client> elect{env, api, context.get_executor(), "test", "me", {"n", "x"}};
    std::string story;
    int touched = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_elector_release, candidate)

BOOST_AUTO_TEST_CASE(listeners_hear_of_the_leader_before_the_work_and_the_lease_goes_after_it)
{
    auto task = begin();
    BOOST_TEST(story == "leader:me +work ");
    task.cancel();
    settle();
    BOOST_TEST(task.done());
    BOOST_TEST(story == "leader:me +work -work:me ");
    BOOST_TEST(record().holder.empty());
}

BOOST_AUTO_TEST_CASE(who_never_led_lets_go_of_nothing)
{
    boost::json::value held = {{"apiVersion", "coordination.k8s.io/v1"},
                               {"kind", "Lease"},
                               {"metadata", {{"name", "x"}, {"namespace", "n"}}},
                               {"spec", {{"holderIdentity", "other"}, {"leaseDurationSeconds", 15}}}};
    BOOST_TEST_REQUIRE(run(api.create(known::leases, "n", held, write_options(), clock.now() + 1s)).has_value());
    auto task = begin();
    auto const writes = count("PUT");
    task.cancel();
    settle();
    BOOST_TEST(task.done());
    BOOST_TEST(count("PUT") == writes);
    BOOST_TEST(record().holder == "other");
}

BOOST_AUTO_TEST_CASE(a_lease_that_has_gone_is_not_let_go)
{
    auto task = begin();
    store.remove(*store.types().find_key("leases.coordination.k8s.io"), "n", "x");
    task.cancel();
    settle();
    BOOST_TEST(task.done());
    BOOST_TEST(lease().empty());
    BOOST_TEST(!env.log().contains("error election"));
}

BOOST_AUTO_TEST_CASE(a_release_that_cannot_read_the_lease_gives_up_in_time)
{
    auto task = begin();
    wire.wire.mishaps = {mishap::hang};
    task.cancel();
    advance(4900ms);
    BOOST_TEST(!task.done());
    advance(100ms);
    BOOST_TEST(task.done());
    BOOST_TEST(env.log().contains("cannot read the lease"));
    BOOST_TEST(record().holder == "me");
}

BOOST_AUTO_TEST_CASE(a_release_that_meets_a_conflict_is_tried_again)
{
    auto task = begin();
    int conflicts = 2;
    wire.before = [&](http::request const& r) {
        if (r.method == "PUT" && conflicts-- > 0)
            touch();
    };
    auto const before = count("PUT");
    task.cancel();
    settle();
    BOOST_TEST(task.done());
    BOOST_TEST(count("PUT") == before + 3);
    BOOST_TEST(record().holder.empty());
}

BOOST_AUTO_TEST_CASE(a_cancellation_while_it_renews_lets_go_all_the_same)
{
    auto task = begin();
    wire.wire.mishaps = {mishap::hang};  // the renewal
    advance(2s);
    BOOST_TEST(!task.done());
    task.cancel();
    advance(1s);
    BOOST_TEST(task.done());
    BOOST_TEST(record().holder.empty());
}

BOOST_AUTO_TEST_CASE(a_cancellation_while_it_reads_lets_go_all_the_same)
{
    auto task = begin();
    wire.wire.mishaps = {mishap::refused, mishap::hang};  // the renewal fails, so it reads
    advance(2s);
    BOOST_TEST(count("GET") == 2U);
    task.cancel();
    advance(1s);
    BOOST_TEST(task.done());
    BOOST_TEST(record().holder.empty());
}

BOOST_AUTO_TEST_CASE(a_renewal_that_could_not_do_without_reading_is_counted)
{
    auto task = begin();
    advance(2s);
    auto const slow = [this] { return env.metrics().value(metrics::names::leader_election_slowpath_total, {"test"}); };
    BOOST_TEST(slow() == 0);
    touch();  // another version, the same record
    advance(2s);
    BOOST_TEST(slow() == 1);
    BOOST_TEST(elect.state().leads(clock.now()));
    task.cancel();
    settle();
    BOOST_TEST(task.done());
}

BOOST_AUTO_TEST_CASE(a_record_without_acknowledgement_is_taken_when_its_lease_has_run_out)
{
    // Somebody wrote his name into it and was never heard of again: no time of renewal at all.
    boost::json::value held = {{"apiVersion", "coordination.k8s.io/v1"},
                               {"kind", "Lease"},
                               {"metadata", {{"name", "x"}, {"namespace", "n"}}},
                               {"spec", {{"holderIdentity", "other"}}}};
    BOOST_TEST_REQUIRE(run(api.create(known::leases, "n", held, write_options(), clock.now() + 1s)).has_value());
    auto task = begin();
    advance(14s);
    BOOST_TEST(record().holder == "other");
    advance(6s);
    BOOST_TEST(record().holder == "me");
    task.cancel();
    settle();
    BOOST_TEST(task.done());
}

BOOST_AUTO_TEST_SUITE_END()
