#include <penstock/kube/election.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

using namespace penstock;
using namespace penstock::kube;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace penstock::kube {

std::ostream& operator<<(std::ostream& out, election_step step)
{
    static constexpr char const* names[] = {"read", "create", "update", "won", "lost"};
    return out << names[static_cast<int>(step)];
}

}  // namespace penstock::kube

namespace {

/// A Lease as a server sends it.
boost::json::object lease(std::string holder, std::string version, std::string renewed = "2020-01-01T00:00:00.000000Z",
                          std::int64_t transitions = 0)
{
    boost::json::object made{{"metadata", {{"namespace", "flux-system"}, {"name", "x"}, {"resourceVersion", version}}}};
    lease_record record;
    record.holder = std::move(holder);
    record.length = 15s;
    record.acquired = "2019-01-01T00:00:00.000000Z";
    record.renewed = std::move(renewed);
    record.transitions = transitions;
    set_record(made, record);
    return made;
}

struct candidate
{
    /// What the server makes of a proposal.
    boost::json::object accepted()
    {
        auto made = me.proposal(wall);
        made["metadata"].get_object()["resourceVersion"] = std::to_string(++version);
        return made;
    }
    /// Attempts with a Lease that the server has, and wins.
    void win(result<boost::json::object> const& there = failure(errc::not_found))
    {
        BOOST_TEST_REQUIRE(me.begin(now) == election_step::read);
        auto const step = me.read(there, now);
        BOOST_TEST_REQUIRE((step == election_step::create || step == election_step::update));
        BOOST_TEST_REQUIRE(me.written(accepted(), now, now) == election_step::won);
    }
    lease_record proposed() const { return record_of(me.proposal(wall)); }

    election me{"me", {"flux-system", "x"}, election_options()};
    time_point now{1h};
    wall_time wall{std::chrono::sys_days(std::chrono::year(2026) / 11 / 21)};
    int version = 100;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_election, candidate)

BOOST_AUTO_TEST_CASE(acquires_a_lease_that_does_not_exist)
{
    BOOST_TEST(me.begin(now) == election_step::read);
    BOOST_TEST(me.read(failure(errc::not_found), now) == election_step::create);
    auto const made = me.proposal(wall);
    BOOST_TEST(text_at(made, "apiVersion") == "coordination.k8s.io/v1");
    BOOST_TEST(text_at(made, "kind") == "Lease");
    BOOST_TEST(name_of(made).text() == "flux-system/x");
    BOOST_TEST(resource_version_of(made).empty());
    BOOST_TEST(proposed().holder == "me");
    BOOST_TEST((proposed().length == 15s));
    BOOST_TEST(proposed().acquired == "2026-11-21T00:00:00.000000Z");
    BOOST_TEST(proposed().renewed == "2026-11-21T00:00:00.000000Z");
    BOOST_TEST(proposed().transitions == 0);
    BOOST_TEST(!me.leads(now));
    BOOST_TEST(me.written(accepted(), now, now) == election_step::won);
    BOOST_TEST(me.leads(now));
    BOOST_TEST(me.holder() == "me");
}

BOOST_AUTO_TEST_CASE(loses_when_another_creates_it_first)
{
    me.begin(now);
    me.read(failure(errc::not_found), now);
    BOOST_TEST(me.written(failure(errc::conflict), now, now) == election_step::lost);
    BOOST_TEST(!me.leads(now));
    BOOST_TEST(me.begin(now) == election_step::read);
    BOOST_TEST(me.slow_paths() == 0U);
}

BOOST_AUTO_TEST_CASE(waits_for_the_lease_of_a_leader_that_it_has_just_seen)
{
    // However old the time is that the leader wrote: its clock is not ours.
    BOOST_TEST(me.begin(now) == election_step::read);
    BOOST_TEST(me.read(lease("other", "5"), now) == election_step::lost);
    BOOST_TEST(me.holder() == "other");
    now += 14999ms;
    me.begin(now);
    BOOST_TEST(me.read(lease("other", "5"), now) == election_step::lost);
    now += 1ms;
    me.begin(now);
    BOOST_TEST(me.read(lease("other", "5"), now) == election_step::update);
    BOOST_TEST(proposed().transitions == 1);
    BOOST_TEST(proposed().acquired == "2026-11-21T00:00:00.000000Z");
    BOOST_TEST(resource_version_of(me.proposal(wall)) == "5");
    BOOST_TEST(me.written(accepted(), now, now) == election_step::won);
}

BOOST_AUTO_TEST_CASE(starts_to_wait_again_when_the_leader_renews)
{
    me.begin(now);
    me.read(lease("other", "5"), now);
    now += 10s;
    me.begin(now);
    me.read(lease("other", "6", "2020-01-01T00:00:10.000000Z"), now);
    now += 14s;
    me.begin(now);
    BOOST_TEST(me.read(lease("other", "6", "2020-01-01T00:00:10.000000Z"), now) == election_step::lost);
    now += 1s;
    me.begin(now);
    BOOST_TEST(me.read(lease("other", "6", "2020-01-01T00:00:10.000000Z"), now) == election_step::update);
}

BOOST_AUTO_TEST_CASE(a_change_that_is_not_of_the_record_does_not_keep_a_dead_leader_alive)
{
    me.begin(now);
    me.read(lease("other", "5"), now);
    now += 15s;
    me.begin(now);
    BOOST_TEST(me.read(lease("other", "6"), now) == election_step::update);
    BOOST_TEST(resource_version_of(me.proposal(wall)) == "6");
}

// Clocks that are an hour off in either direction have no effect.
BOOST_DATA_TEST_CASE(a_clock_that_is_off_does_not_matter,
                     data::make({"2026-11-20T23:00:00.000000Z", "2026-11-21T01:00:00.000000Z", "rubbish", ""}), renewed)
{
    me.begin(now);
    BOOST_TEST(me.read(lease("other", "5", renewed), now) == election_step::lost);
    now += 15s;
    me.begin(now);
    BOOST_TEST(me.read(lease("other", "5", renewed), now) == election_step::update);
}

BOOST_AUTO_TEST_CASE(takes_at_once_what_nobody_holds)
{
    me.begin(now);
    BOOST_TEST(me.read(lease("", "5", "2026-11-21T00:00:00.000000Z", 7), now) == election_step::update);
    BOOST_TEST(proposed().transitions == 8);
    me.begin(now);
    BOOST_TEST(me.read(boost::json::object{{"metadata", {{"name", "x"}}}}, now) == election_step::update);
}

BOOST_AUTO_TEST_CASE(goes_on_with_a_lease_that_carries_its_name)
{
    // A process that was started again under the same identity.
    me.begin(now);
    BOOST_TEST(me.read(lease("me", "5", "2026-11-20T00:00:00.000000Z", 7), now) == election_step::update);
    BOOST_TEST(proposed().transitions == 7);
    BOOST_TEST(proposed().acquired == "2019-01-01T00:00:00.000000Z");
    BOOST_TEST(!me.leads(now));
}

BOOST_AUTO_TEST_CASE(gives_a_lease_a_time_that_somebody_made_without_one)
{
    auto bare = lease("me", "5");
    bare["spec"].as_object().erase("acquireTime");
    me.begin(now);
    BOOST_TEST(me.read(bare, now) == election_step::update);
    BOOST_TEST(proposed().acquired == "2026-11-21T00:00:00.000000Z");
}

BOOST_AUTO_TEST_CASE(renews_without_reading)
{
    win();
    auto const acquired = record_of(me.proposal(wall)).acquired;
    now += 2s;
    wall += 2s;
    BOOST_TEST(me.begin(now) == election_step::update);
    BOOST_TEST(proposed().acquired == acquired);
    BOOST_TEST(proposed().renewed == "2026-11-21T00:00:02.000000Z");
    BOOST_TEST(proposed().transitions == 0);
    BOOST_TEST(resource_version_of(me.proposal(wall)) == "101");
    BOOST_TEST(me.written(accepted(), now, now) == election_step::won);
    BOOST_TEST((me.leads_until() == now + 10s));
}

BOOST_AUTO_TEST_CASE(reads_when_a_renewal_without_reading_failed)
{
    win();
    now += 2s;
    BOOST_TEST(me.begin(now) == election_step::update);
    BOOST_TEST(me.written(failure(errc::conflict), now, now) == election_step::read);
    BOOST_TEST(me.slow_paths() == 1U);
    BOOST_TEST(me.leads(now));  // nobody else can have it yet
    auto changed = lease("me", "200");
    BOOST_TEST(me.read(changed, now) == election_step::update);
    BOOST_TEST(resource_version_of(me.proposal(wall)) == "200");
    BOOST_TEST(me.written(failure(errc::unavailable), now, now) == election_step::lost);
    BOOST_TEST(me.slow_paths() == 1U);
    BOOST_TEST(me.leads(now));
}

BOOST_AUTO_TEST_CASE(leads_no_more_when_the_record_names_another)
{
    win();
    now += 2s;
    me.begin(now);
    me.written(failure(errc::conflict), now, now);
    BOOST_TEST(me.read(lease("other", "200"), now) == election_step::lost);
    BOOST_TEST(!me.leads(now));
    BOOST_TEST(!me.holds());
}

BOOST_AUTO_TEST_CASE(leads_no_more_when_what_was_written_names_another)
{
    me.begin(now);
    me.read(failure(errc::not_found), now);
    BOOST_TEST(me.written(lease("other", "101"), now, now) == election_step::lost);
    BOOST_TEST(!me.leads(now));
}

BOOST_AUTO_TEST_CASE(leads_until_the_renew_deadline_from_when_the_request_was_sent)
{
    me.begin(now);
    me.read(failure(errc::not_found), now);
    auto const sent = now;
    now += 4s;
    BOOST_TEST(me.written(accepted(), sent, now) == election_step::won);
    BOOST_TEST((me.leads_until() == sent + 10s));
    BOOST_TEST(me.leads(sent + 9999ms));
    BOOST_TEST(!me.leads(sent + 10s));
    me.resigned();
    BOOST_TEST(!me.leads(now));
}

BOOST_AUTO_TEST_CASE(reads_first_when_its_own_lease_ran_out)
{
    win();
    now += 15s;
    BOOST_TEST(me.begin(now) == election_step::read);
    BOOST_TEST(me.slow_paths() == 0U);
}

BOOST_AUTO_TEST_CASE(makes_a_lease_anew_that_was_deleted)
{
    win();
    now += 2s;
    me.begin(now);
    BOOST_TEST(me.written(failure(errc::not_found), now, now) == election_step::read);
    BOOST_TEST(me.read(failure(errc::not_found), now) == election_step::create);
    BOOST_TEST(resource_version_of(me.proposal(wall)).empty());
    BOOST_TEST(me.written(accepted(), now, now) == election_step::won);
    BOOST_TEST(me.leads(now));
}

BOOST_AUTO_TEST_CASE(an_attempt_ends_when_nothing_can_be_read)
{
    me.begin(now);
    BOOST_TEST(me.read(failure(errc::unavailable), now) == election_step::lost);
    BOOST_TEST(me.holder().empty());
}

BOOST_AUTO_TEST_CASE(is_healthy_unless_it_should_lead_and_others_may)
{
    BOOST_TEST(me.healthy(now + 24h, 0s));  // follows
    win();
    BOOST_TEST(me.healthy(now + 15s, 0s));
    BOOST_TEST(!me.healthy(now + 15s + 1ns, 0s));
    BOOST_TEST(me.healthy(now + 35s, 20s));
    BOOST_TEST(!me.healthy(now + 36s, 20s));
}

BOOST_AUTO_TEST_CASE(lets_go_so_that_another_takes_it_at_once)
{
    auto const free = election::released(lease("me", "5", "2026-11-20T00:00:00.000000Z", 7), wall);
    auto const record = record_of(free);
    BOOST_TEST(record.holder.empty());
    BOOST_TEST((record.length == 1s));
    BOOST_TEST(record.transitions == 7);
    BOOST_TEST(record.renewed == "2026-11-21T00:00:00.000000Z");
    BOOST_TEST(record.acquired == "2026-11-21T00:00:00.000000Z");
    BOOST_TEST(resource_version_of(free) == "5");
    election other("other", {"flux-system", "x"}, {});
    other.begin(now);
    BOOST_TEST(other.read(free, now) == election_step::update);
}

BOOST_AUTO_TEST_CASE(followers_do_not_come_all_at_once)
{
    duration shortest = 1h, longest = 0s;
    for (int i = 0; i < 1000; ++i) {
        auto const wait = me.wait_to_acquire();
        shortest = std::min(shortest, wait);
        longest = std::max(longest, wait);
    }
    BOOST_TEST((shortest >= 2s));
    BOOST_TEST((shortest < 2100ms));
    BOOST_TEST((longest < 4400ms));
    BOOST_TEST((longest > 4300ms));
}

BOOST_AUTO_TEST_CASE(refuses_options_under_which_two_could_lead)
{
    auto const good = [](std::chrono::seconds length, duration renew, duration retry) {
        return check(election_options{length, renew, retry, 1}).has_value();
    };
    BOOST_TEST(good(15s, 10s, 2s));
    BOOST_TEST(good(35s, 30s, 5s));
    BOOST_TEST(check(flux_election_options()).has_value());
    BOOST_TEST(!good(10s, 10s, 2s));
    BOOST_TEST(!good(15s, 16s, 2s));
    BOOST_TEST(!good(15s, 2400ms, 2s));
    BOOST_TEST(good(15s, 2401ms, 2s));
    BOOST_TEST(!good(15s, 10s, 0s));
    BOOST_TEST(!good(15s, 10s, -1s));
    BOOST_TEST(!good(0s, 0s, 0s));
}

BOOST_AUTO_TEST_SUITE_END()
