#include <contract/kube/client_peer.hpp>
#include <penstock/kube/shard.hpp>
#include <penstock/kube/shard_keeper.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <set>
#include <vector>

using namespace penstock;
using namespace penstock::testing;

namespace {

struct sharing : with_client
{
    using client_type = kube::api_client<world, http::client>;
    using keeper = kube::shard_keeper<world, client_type>;

    struct replica
    {
        replica(sharing& at, std::string identity)
            : among(at), it(at.env, at.api, "valves", std::move(identity), at.own, quick())
        {
            keeper::question busy = [] { return false; };
            keeper::news gained = [] {};
            asio::co_spawn(at.context, unwinding(it.run(std::move(busy), std::move(gained))),
                           asio::bind_cancellation_slot(stop.slot(), [this](std::exception_ptr e, result<void>) {
                               BOOST_TEST(!e);
                               ended = true;
                           }));
        }
        ~replica()
        {
            stop.emit(asio::cancellation_type::terminal);
            among.context.restart();
            for (int i = 0; i < 400 && !ended; ++i)
                among.context.run_one_for(50ms);
        }
        /// Which of a hundred keys it owns.
        std::set<int> keys() const
        {
            std::set<int> mine;
            for (int i = 0; i < 100; ++i)
                if (it.state().owns("n/" + std::to_string(i), clock::steady::now()))
                    mine.insert(i);
            return mine;
        }

        sharing& among;
        keeper it;
        asio::cancellation_signal stop;
        bool ended = false;
    };

    static kube::sharding_options quick()
    {
        kube::sharding_options o;
        o.period = 200ms;
        return o;
    }

    /// Lets time pass until something is so; nobody owns a key twice meanwhile.
    template <class Condition>
    void wait_until(std::vector<replica const*> all, Condition condition)
    {
        auto const end = clock::steady::now() + 30s;
        context.restart();
        while (!condition() && clock::steady::now() < end) {
            context.run_one_for(50ms);
            std::set<int> seen;
            for (auto const* each : all)
                for (int const key : each->keys())
                    BOOST_REQUIRE_MESSAGE(seen.insert(key).second, key << " has two owners");
        }
        BOOST_TEST_REQUIRE(condition());
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(contract_kube_shards, sharing)

BOOST_AUTO_TEST_CASE(replicas_share_keys_and_hand_them_over_without_two_owners)
{
    replica a(*this, "a");
    wait_until({&a}, [&] { return a.keys().size() == 100U; });
    {
        replica b(*this, "b");
        wait_until({&a, &b}, [&] { return a.keys().size() + b.keys().size() == 100U && !b.keys().empty(); });
        for (int const key : b.keys())
            BOOST_TEST(kube::rendezvous_owner({"a", "b"}, "n/" + std::to_string(key)) == "b");
    }
    auto const left = run(api.list(kube::known::leases, own, kube::list_options(), soon()));
    BOOST_TEST(left.value().items.size() == 1U);  // who leaves takes its Lease along
    wait_until({&a}, [&] { return a.keys().size() == 100U; });
}

BOOST_AUTO_TEST_CASE(objects_of_a_shard_are_those_with_its_label)
{
    for (auto const* shard : {"", "one", "two"}) {
        auto object = valve(std::string("v") + shard);
        if (*shard != '\0')
            object.as_object()["metadata"].as_object()["labels"] = {{"sharding.fluxcd.io/key", shard}};
        must(run(api.create(valves, own, object, write, soon())));
    }
    for (auto const* shard : {"", "one", "two"}) {
        kube::list_options const ask(kube::shard_selector(shard).value());
        auto const found = run(api.list(valves, own, ask, soon())).value();
        BOOST_TEST_REQUIRE(found.items.size() == 1U);
        BOOST_TEST(kube::name_of(found.items.front()).name == std::string("v") + shard);
    }
}

BOOST_AUTO_TEST_SUITE_END()
