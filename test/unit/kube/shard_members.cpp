#include <penstock/kube/shard_members.hpp>

#include <penstock/kube/shard.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace penstock;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace {

/// One replica, fed by hand.
struct member
{
    /// Publishes what it proposes, or meets a failure.
    void publish(bool drained = true, bool fails = false)
    {
        auto lease = me.proposal(drained, wall_time());
        lease["metadata"].as_object()["resourceVersion"] = std::to_string(++version);
        auto const sent = now;
        now += 1s;
        if (fails)
            return me.written(failure(errc::unavailable), sent, now);
        own = lease;
        me.written(lease, sent, now);
    }
    void list(std::vector<boost::json::object> others = {}, duration ago = {})
    {
        if (!own.empty())
            others.push_back(own);
        me.listed(others, now - ago, now);
    }
    /// The Lease of somebody else.
    boost::json::object lease_of(std::string const& who, std::string const& view, std::string const& seen = "1") const
    {
        return {{"metadata",
                 {{"name", "g-" + who},
                  {"namespace", "n"},
                  {"resourceVersion", seen},
                  {"annotations", {{"penstock.dev/shard-view", view}}}}},
                {"spec", {{"holderIdentity", who}, {"leaseDurationSeconds", 15}}}};
    }
    /// A key that is `whose` among me and b.
    static std::string key_of(std::string const& whose)
    {
        for (int i = 0;; ++i)
            if (rendezvous_owner({"b", "me"}, "n/" + std::to_string(i)) == whose)
                return "n/" + std::to_string(i);
    }
    bool owns(std::string const& key) const { return me.owns(key, now); }

    shard_members me{"g", "me", "n"};
    boost::json::object own;
    time_point now{1h};
    int version = 100;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_shard_members, member)

BOOST_AUTO_TEST_CASE(only_a_list_that_was_asked_for_after_the_view_was_published_counts)
{
    list();
    publish();
    BOOST_TEST(me.unsettled());
    BOOST_TEST(!owns("n/1"));
    list({}, 1ns);  // it may not show what others published since
    BOOST_TEST(!owns("n/1"));
    list();
    BOOST_TEST(!me.unsettled());
    BOOST_TEST(owns("n/1"));
}

BOOST_AUTO_TEST_CASE(a_key_is_owned_only_when_every_live_view_gives_it)
{
    auto const mine = key_of("me");
    auto const of_b = key_of("b");
    list({lease_of("b", "b")});
    publish();
    list({lease_of("b", "b")});
    BOOST_TEST(!owns(mine));  // b does not know of this replica yet
    list({lease_of("b", "b,me", "2")});
    BOOST_TEST(owns(mine));
    BOOST_TEST(!owns(of_b));
    list({lease_of("b", "b,dead,me", "3")});
    for (int i = 0; i < 100; ++i) {
        auto const key = "n/" + std::to_string(i);
        BOOST_TEST(owns(key) == (rendezvous_owner({"b", "dead", "me"}, key) == "me"));
    }
}

BOOST_AUTO_TEST_CASE(the_old_view_is_renewed_until_no_work_is_left)
{
    auto const of_b = key_of("b");
    list();
    publish();
    list();
    BOOST_TEST(owns(of_b));
    list({lease_of("b", "b,me")});
    BOOST_TEST(!owns(of_b));
    BOOST_TEST(!me.keeps(of_b));
    publish(false);
    BOOST_TEST(annotation_of(own, shard_view_annotation) == "me");
    publish(true);
    BOOST_TEST(annotation_of(own, shard_view_annotation) == "b,me");
}

BOOST_AUTO_TEST_CASE(a_publication_without_an_answer_holds_both_views)
{
    auto const mine = key_of("me");
    auto const of_b = key_of("b");
    list();
    publish();
    list();
    list({lease_of("b", "b,me")});
    publish(true, true);
    BOOST_TEST(me.unsettled());
    list({});  // and then b has gone
    BOOST_TEST(owns(mine));
    BOOST_TEST(!owns(of_b));  // others may go by what gives it to b
    publish();
    list({});
    BOOST_TEST(owns(of_b));
}

BOOST_AUTO_TEST_CASE(after_its_lease_ran_out_it_joins_anew_when_its_work_has_ended)
{
    list();
    publish();
    list();
    BOOST_TEST(owns("n/1"));
    now += 10s;
    BOOST_TEST(!owns("n/1"));
    list();
    BOOST_TEST(!me.keeps("n/1"));  // what runs must end
    publish(false);
    BOOST_TEST((me.leads_until() <= now));
    list();
    publish(true);
    list();
    BOOST_TEST(owns("n/1"));
}

BOOST_AUTO_TEST_CASE(a_lease_that_is_no_member_is_passed_over)
{
    boost::json::object const bare = {{"metadata", {{"name", "g-x"}, {"resourceVersion", "1"}}},
                                      {"spec", {{"holderIdentity", "x"}}}};
    list({bare, lease_of("", "x"), {}});
    publish();
    list({bare, lease_of("", "x"), {}});
    BOOST_TEST(owns("n/1"));
    BOOST_TEST(me.wanted() == std::vector<std::string>{"me"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(more_leases_than_a_group_can_have_are_a_mistake)
{
    list();
    publish();
    list();
    std::vector<boost::json::object> many;
    for (int i = 0; i < 1001; ++i)
        many.push_back(lease_of("x" + std::to_string(i), "x"));
    me.listed(many, now, now);
    BOOST_TEST(!owns("n/1"));
}

BOOST_AUTO_TEST_SUITE_END()
