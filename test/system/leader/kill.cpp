#include <contract/kube/client_peer.hpp>
#include <penstock/kube/lease_record.hpp>
#include <penstock/process/child.hpp>

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

    void add_work()
    {
        boost::json::value const job = {{"apiVersion", "v1"},
                                        {"kind", "ConfigMap"},
                                        {"metadata", {{"name", "job-" + std::to_string(jobs++)}, {"namespace", own}}}};
        must(run(api.create(kube::known::config_maps, own, job, write, soon())));
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
    auto leader = next_leader("");
    duration longest{};
    for (int i = 0; i < kills; ++i) {
        BOOST_TEST_REQUIRE(running.count(leader) == 1U);
        running.erase(leader);  // kill -9
        dead.insert(leader);
        auto const killed = clock::steady::now();
        start();
        leader = next_leader(leader);
        longest = std::max<duration>(longest, clock::steady::now() - killed);
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
}

BOOST_AUTO_TEST_SUITE_END()
