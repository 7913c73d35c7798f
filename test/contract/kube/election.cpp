#include <contract/kube/client_peer.hpp>
#include <penstock/kube/elector.hpp>
#include <penstock/kube/fenced_transport.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

using namespace penstock;
using namespace penstock::testing;

namespace {

struct candidates : with_client
{
    using client_type = kube::api_client<world, http::client>;

    /// One process of several; its work waits.
    struct replica
    {
        replica(candidates& at, std::string identity)
            : among(&at),
              elect(at.env, at.api, at.context.get_executor(), "contract", std::move(identity), at.named("x"), quick())
        {
            kube::elector<world, client_type>::work work = [this, &at] { return lead(at); };
            asio::co_spawn(at.context, unwinding(elect.run(std::move(work))),
                           asio::bind_cancellation_slot(stop.slot(), [this](std::exception_ptr e, result<void> r) {
                               BOOST_TEST(!e);
                               ended.emplace(std::move(r));
                           }));
        }
        ~replica() { end(); }

        /// Returns when it has let go.
        void end()
        {
            if (!ended)
                stop.emit(asio::cancellation_type::terminal);
            among->context.restart();
            for (int i = 0; i < 400 && !ended; ++i)
                among->context.run_one_for(50ms);
        }

        awaitable<void> lead(candidates& at)
        {
            leading = true;
            co_await at.env.clock().sleep_until(time_point::max());
            leading = false;
        }

        candidates* among;
        kube::elector<world, client_type> elect;
        asio::cancellation_signal stop;
        std::optional<result<void>> ended;
        bool leading = false;
    };

    static kube::elector_options quick()
    {
        kube::elector_options o;
        o.election.retry_period = 300ms;
        return o;
    }

    template <class Condition>
    void wait_until(Condition condition)
    {
        auto const end = clock::steady::now() + 20s;
        context.restart();
        while (!condition() && clock::steady::now() < end)
            context.run_one_for(50ms);
        BOOST_TEST_REQUIRE(condition());
    }

    boost::json::object lease() { return must(run(api.get(kube::known::leases, named("x"), soon()))).as_object(); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(contract_kube_election, candidates)

BOOST_AUTO_TEST_CASE(one_leads_renews_and_hands_over)
{
    replica first(*this, "first");
    wait_until([&] { return first.leading; });
    auto const before = kube::record_of(lease());
    BOOST_TEST(before.holder == "first");
    BOOST_TEST((before.length == std::chrono::seconds(15)));
    BOOST_TEST(before.transitions == 0);

    replica second(*this, "second");
    wait_until([&] { return second.elect.state().holder() == "first"; });
    wait_until([&] { return kube::record_of(lease()).renewed != before.renewed; });
    BOOST_TEST(kube::record_of(lease()).acquired == before.acquired);
    BOOST_TEST(!second.leading);

    first.end();
    BOOST_TEST_REQUIRE(first.ended.has_value());
    BOOST_TEST((first.ended->error().code == asio::error::operation_aborted));
    wait_until([&] { return second.leading; });
    auto const after = kube::record_of(lease());
    BOOST_TEST(after.holder == "second");
    BOOST_TEST(after.transitions == 1);

    second.end();
    auto const free = kube::record_of(lease());
    BOOST_TEST(free.holder.empty());
    BOOST_TEST((free.length == std::chrono::seconds(1)));
    BOOST_TEST(free.transitions == 1);
}

BOOST_AUTO_TEST_CASE(a_lease_without_a_holder_is_taken)
{
    boost::json::value const empty = {{"apiVersion", "coordination.k8s.io/v1"},
                                      {"kind", "Lease"},
                                      {"metadata", {{"name", "x"}, {"namespace", own}, {"labels", {{"a", "b"}}}}}};
    must(run(api.create(kube::known::leases, own, empty, write, soon())));
    replica only(*this, "only");
    wait_until([&] { return only.leading; });
    BOOST_TEST(kube::record_of(lease()).transitions == 1);
    BOOST_TEST(kube::label_of(lease(), "a") == "b");
    only.end();
}

BOOST_AUTO_TEST_CASE(a_leader_whose_lease_is_deleted_makes_it_anew)
{
    replica only(*this, "only");
    wait_until([&] { return only.leading; });
    std::string const before(kube::uid_of(lease()));
    must(run(api.remove(kube::known::leases, named("x"), away, soon())));
    wait_until([&] {
        auto const now = run(api.get(kube::known::leases, named("x"), soon()));
        return now && kube::uid_of(now->as_object()) != before;
    });
    BOOST_TEST(kube::record_of(lease()).holder == "only");
    BOOST_TEST(only.leading);
    only.end();
}

BOOST_AUTO_TEST_CASE(a_leader_that_was_robbed_writes_no_more)
{
    replica only(*this, "only");
    using fenced = kube::fenced_transport<http::client, clock::steady, kube::election>;
    fenced wire(client, env.clock(), only.elect.state());
    kube::api_client<world, fenced> writes(env, wire, url, kube::credential::bearer(secret(token)));
    wait_until([&] { return only.leading; });
    must(run(writes.create(valves, own, valve("a"), write, soon())));
    boost::json::value const theft = {{"spec", {{"holderIdentity", "thief"}}}};
    kube::patch_options const by{"thief"};
    must(run(api.patch(kube::known::leases, named("x"), kube::patch_type::merge, theft, by, soon())));
    wait_until([&] { return only.ended.has_value(); });
    BOOST_TEST((only.ended->error().code == errc::not_leader));
    auto const refused = run(writes.create(valves, own, valve("b"), write, soon()));
    BOOST_TEST((refused.error().code == errc::not_leader));
    BOOST_TEST(run(writes.get(valves, named("a"), soon())).has_value());
    BOOST_TEST((run(api.get(valves, named("b"), soon())).error().code == errc::not_found));
    BOOST_TEST(kube::record_of(lease()).holder == "thief");
}

BOOST_AUTO_TEST_SUITE_END()
