#include "system/stage.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace penstock;
using namespace penstock::system_test;
using namespace std::chrono_literals;

namespace {

/// Two sidecars on one cluster, each with a store of its own; one polls.
struct elected : stage
{
    elected()
    {
        head = create("acme/app");
        source("app", "acme/app");
        BOOST_REQUIRE(until(10s, [&] { return revision("app") == head; }));
    }

    sidecar_options named(std::string name) const
    {
        sidecar_options o;
        o.name = std::move(name);
        o.poll = "{interval: 1s, max: 1s}";
        o.environment = {"RUNTIME_NAMESPACE=flux-system"};
        o.arguments = {"--enable-leader-election", "--leader-election-lease-duration=3s",
                       "--leader-election-renew-deadline=2s", "--leader-election-retry-period=500ms"};
        return o;
    }

    int leader_status(sidecar const& it)
    {
        auto const answer = send(http::request("GET", it.health_url() + "/leader"));
        said = answer ? answer->body : answer.error().message();
        return answer ? answer->status : 0;
    }
    static double polls(sidecar& it) { return it.metric("penstock_poll_total{result=\"unchanged\"}"); }

    std::string head;
    std::string said;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(system_elected_sidecars, elected)

BOOST_AUTO_TEST_CASE(one_polls_both_serve_hooks_and_the_other_takes_over)
{
    auto first = std::make_unique<sidecar>(*this, named("-1"));
    BOOST_REQUIRE(first->wait_ready());
    BOOST_REQUIRE(until(10s, [&] { return leader_status(*first) == 200; }));
    BOOST_TEST(said.starts_with("ok: "));
    BOOST_TEST(said.ends_with(" leads\n"));

    sidecar second(*this, named("-2"));
    BOOST_REQUIRE(second.wait_ready());
    BOOST_REQUIRE(until(10s, [&] { return leader_status(second) == 503 && said.find("nobody") == std::string::npos; }));
    BOOST_TEST(said.find(" follows ") != std::string::npos);
    BOOST_TEST(text("leases.coordination.k8s.io", "penstock-leader-election", {"spec", "holderIdentity"}).find('_')
               != std::string::npos);
    BOOST_TEST(until(10s, [&] { return polls(*first) >= 2; }));
    BOOST_TEST(polls(second) == 0);
    BOOST_TEST(first->metric("leader_election_master_status{name=\"penstock\"}") == 1);
    BOOST_TEST(second.metric("leader_election_master_status{name=\"penstock\"}") == 0);

    // Who follows acts on what he is told.
    auto const next = commit("acme/app");
    BOOST_TEST(second.push("acme/app", head, next, "d-1") == 202);
    BOOST_TEST(until(10s, [&] { return revision("app") == next; }));

    first->process().kill();
    first.reset();
    BOOST_REQUIRE(until(20s, [&] { return leader_status(second) == 200; }));
    BOOST_TEST(until(20s, [&] { return polls(second) >= 1; }));
}

BOOST_AUTO_TEST_CASE(one_that_ends_hands_over_at_once)
{
    auto options = named("-1");
    options.arguments = {"--enable-leader-election"};  // Flux's values: without handing over it takes 35 s
    auto first = std::make_unique<sidecar>(*this, options);
    BOOST_REQUIRE(until(10s, [&] { return leader_status(*first) == 200; }));
    sidecar second(*this, named("-2"));
    BOOST_REQUIRE(second.wait_ready());
    first->process().signal(SIGTERM);
    BOOST_TEST(first->process().wait(10s).value_or(-1) == 0);
    BOOST_TEST(until(15s, [&] { return leader_status(second) == 200; }));  // it may have looked just before
}

BOOST_AUTO_TEST_CASE(one_that_ends_while_the_api_server_hangs_takes_8_s_at_most)
{
    sidecar it(*this, named("-1"));
    BOOST_REQUIRE(it.wait_ready());
    BOOST_REQUIRE(until(10s, [&] { return leader_status(it) == 200; }));
    embedded::kube_fault hangs;
    hangs.count = -1;
    hangs.kind = embedded::kube_fault_kind::hang;
    fault(hangs);
    auto const next = commit("acme/app");
    BOOST_TEST(it.push("acme/app", head, next, "d-1") == 202);  // so that something is under way
    it.process().signal(SIGTERM);
    BOOST_TEST(it.process().wait(8s).value_or(-1) == 0);
}

BOOST_AUTO_TEST_CASE(wrong_values_are_named_with_their_flags)
{
    for (auto const& [flag, says] : std::initializer_list<std::pair<char const*, char const*>>{
             {"--leader-election-lease-duration=soon",
              "--leader-election-lease-duration: 'soon' is not a length of time"},
             {"--leader-election-renew-deadline=40s", "--leader-election-lease-duration must be longer than"},
             {"--leader-election-lease-duration=1500ms", "is not a whole number of seconds"}}) {
        auto options = named("-1");
        options.arguments = {"--enable-leader-election", flag};
        sidecar::configure(*this, options);
        child it(sidecar::command(*this, options), directory(), {});
        BOOST_TEST(it.wait(10s).value_or(-1) == 2);
        BOOST_TEST(it.err().find(says) != std::string::npos, it.err());
    }
}

BOOST_AUTO_TEST_SUITE_END()
