#include <contract/kube/client_peer.hpp>
#include <penstock/kube/lease_record.hpp>
#include <penstock/process/child.hpp>

#include "audit_log.hpp"

#include <algorithm>
#include <map>
#include <set>

using namespace penstock;
using namespace penstock::testing;

namespace {

/// Two candidates as processes, and work for whoever leads.
struct rivals : with_client
{
    rivals()
    {
        start();
        start();
    }

    void start()
    {
        auto const identity = "candidate-" + std::to_string(++started);
        process::command what({PENSTOCK_CANDIDATE, own, identity});
        what.environment = {"PENSTOCK_KUBE_URL=" + url, "PENSTOCK_KUBE_TOKEN=" + token,
                            "PENSTOCK_KUBE_CA=" + variable("PENSTOCK_KUBE_CA")};
        auto made = process::child::start(context.get_executor(), what);
        BOOST_REQUIRE_MESSAGE(made.has_value(), said(made));
        running.emplace(identity, *std::move(made));
    }

    void add(std::string const& name)
    {
        boost::json::value const job = {
            {"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}, {"namespace", own}}}};
        must(run(api.create(kube::known::config_maps, own, job, write, soon())));
    }

    void add_work() { add("job-" + std::to_string(jobs++)); }

    /// Changes what is there, so that a leader has to look at it again.
    void change(std::string const& name, int round)
    {
        boost::json::value const next = {{"data", {{"change", std::to_string(round)}}}};
        must(run(api.patch(kube::known::config_maps, named(name), kube::patch_type::merge, next,
                           kube::patch_options("contract"), soon())));
    }

    /// Waits until a leader has seen the latest change of these.
    void await_seen(std::vector<std::string> const& names)
    {
        auto const end = clock::steady::now() + 30s;
        for (auto const& name : names) {
            for (;;) {
                auto const now = must(run(api.get(kube::known::config_maps, named(name), soon())));
                if (kube::annotation_of(now.as_object(), "seen") == kube::text_at(now.as_object(), {"data", "change"}))
                    break;
                BOOST_REQUIRE_MESSAGE(clock::steady::now() < end, "nobody has seen the change of " << name);
                run_for_real(context, clock::steady::sleep_until(clock::steady::now() + 50ms));
            }
        }
    }

    /// What the server's own log says, where there is one.
    void prove(int kills, std::string const& path)
    {
        auto const log = read_audit_log(path, own, "candidate-");
        auto const terms = judge(log);
        for (auto const& fault : terms.faults)
            BOOST_ERROR(fault);
        BOOST_TEST(terms.leaders.size() >= static_cast<std::size_t>(kills) + 1);
        std::set<std::string> seen;
        for (auto const& w : log)
            seen.insert(w.job + '/' + w.change);
        // What a leader writes while it is killed may be done and in the log as broken off, for nobody takes the answer: that
        // a change "before" was not lost, `await_seen` has seen.
        for (int i = 0; i < kills; ++i)
            for (auto const* when : {"during/", "after/"})
                BOOST_TEST(seen.count(when + std::to_string(i)) == 1U, when << i << " was lost");
        BOOST_TEST_REQUIRE(!terms.gaps.empty());
        auto gaps = terms.gaps;
        std::sort(gaps.begin(), gaps.end());
        auto const text = [](duration d) { return std::chrono::duration<double>(d).count(); };
        BOOST_TEST_MESSAGE(
            "audit log: " << log.size() << " writes, " << terms.jobs << " of them of work, " << terms.leaders.size()
                          << " terms of one writer each; a new leader " << text(gaps[gaps.size() / 2])
                          << " s after the last word of the old one, at most " << text(gaps.back()) << " s");
        // The lease of 2 s, a retry of at most 0.66 s to notice the last renewal and another to take over; and room.
        BOOST_TEST((gaps.back() < 2s + 2 * 660ms + 2s));
        BOOST_TEST((gaps.front() > 1s));
    }

    /// Who has done which job, in the order of the writes; empty names for those that are not done.
    std::vector<std::pair<std::uint64_t, std::string>> done()
    {
        auto const all = run(api.list(kube::known::config_maps, own, kube::list_options(), soon()));
        BOOST_REQUIRE_MESSAGE(all.has_value(), said(all));
        std::vector<std::pair<std::uint64_t, std::string>> out;
        for (auto const& each : all->items) {
            if (kube::name_of(each).name.starts_with("job-"))
                out.emplace_back(std::stoull(std::string(kube::resource_version_of(each))),
                                 kube::annotation_of(each, "done"));
        }
        std::sort(out.begin(), out.end());
        return out;
    }

    /// Adds work until somebody else than `before` has done some. @return Who.
    std::string next_leader(std::string const& before)
    {
        auto const end = clock::steady::now() + 30s;
        while (clock::steady::now() < end) {
            add_work();
            run_for_real(context, clock::steady::sleep_until(clock::steady::now() + 50ms));
            auto const all = done();
            for (auto at = all.rbegin(); at != all.rend(); ++at) {
                if (!at->second.empty() && dead.count(at->second) == 0 && at->second != before)
                    return at->second;
            }
        }
        BOOST_FAIL("nobody leads");
        return {};
    }

    std::map<std::string, process::child> running;
    std::set<std::string> dead;
    int started = 0;
    int jobs = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(system_leader, rivals)

BOOST_AUTO_TEST_CASE(a_leader_that_is_killed_is_followed_by_one_other_and_no_work_is_lost)
{
    auto const wanted = variable("PENSTOCK_KILLS");
    int const kills = wanted.empty() ? 3 : std::stoi(wanted);
    for (auto const* name : {"before", "during", "after"})
        add(name);
    auto leader = next_leader("");
    duration longest{};
    for (int i = 0; i < kills; ++i) {
        BOOST_TEST_REQUIRE(running.count(leader) == 1U);
        run_for_real(context, clock::steady::sleep_until(clock::steady::now() + 137ms * (i % 7)));  // renewing or not
        change("before", i);
        running.erase(leader);  // kill -9
        dead.insert(leader);
        auto const killed = clock::steady::now();
        change("during", i);
        start();
        leader = next_leader(leader);
        longest = std::max<duration>(longest, clock::steady::now() - killed);
        change("after", i);
        await_seen({"before", "during", "after"});
    }
    BOOST_TEST_MESSAGE(kills << " kills, the longest time without a leader was "
                             << std::chrono::duration<double>(longest).count() << " s");
    // The lease of 2 s and a retry of up to 0.66 s, and room for a busy machine.
    BOOST_TEST((longest < 8s));

    auto const end = clock::steady::now() + 30s;
    auto all = done();
    while (clock::steady::now() < end
           && std::any_of(all.begin(), all.end(), [](auto& d) { return d.second.empty(); })) {
        run_for_real(context, clock::steady::sleep_until(clock::steady::now() + 100ms));
        all = done();
    }
    BOOST_TEST(all.size() == static_cast<std::size_t>(jobs));
    std::set<std::string> terms;
    std::string last;
    for (auto const& [version, who] : all) {
        BOOST_TEST(!who.empty());
        if (who != last)
            BOOST_TEST(terms.insert(who).second, who << " wrote again after another had begun to lead");
        last = who;
    }
    BOOST_TEST(terms.size() >= static_cast<std::size_t>(kills) + 1);
    auto const record =
        kube::record_of(must(run(api.get(kube::known::leases, named("candidates"), soon()))).as_object());
    BOOST_TEST(record.transitions >= kills);
    BOOST_TEST(record.holder == last);
    if (auto const path = variable("PENSTOCK_KUBE_AUDIT_LOG"); !path.empty())
        prove(kills, path);
}

BOOST_AUTO_TEST_SUITE_END()
