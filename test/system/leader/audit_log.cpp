#include "audit_log.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>

using namespace penstock;
using namespace penstock::testing;
using namespace std::chrono_literals;

namespace {

audited_write lease(std::string by, std::uint64_t version, duration begun, duration ended = 1ms)
{
    audited_write w{};
    w.by = w.lease = std::move(by);
    w.version = version;
    w.begun = wall_time(begun);
    w.ended = w.begun + ended;
    return w;
}

audited_write job(std::string by, std::string name, std::uint64_t version, duration begun, duration ended = 1ms)
{
    auto w = lease(std::move(by), version, begun, ended);
    w.lease.clear();
    w.job = std::move(name);
    return w;
}

/// Two terms with a write in each.
std::vector<audited_write> clean()
{
    return {lease("a", 1, 1s), job("a", "x", 2, 2s), lease("a", 3, 3s), lease("b", 7, 5500ms), job("b", "y", 8, 6s)};
}

std::string faults(std::vector<audited_write> const& log)
{
    std::string all;
    for (auto const& f : judge(log).faults)
        all += (all.empty() ? "" : "; ") + f;
    return all;
}

}  // namespace

// What the proof of the next file rests on: it must see what it says that there is not.
BOOST_AUTO_TEST_SUITE(system_audit_log)

BOOST_AUTO_TEST_CASE(terms_and_the_time_between_them_are_read_from_a_log)
{
    auto const terms = judge(clean());
    BOOST_TEST(terms.faults.empty());
    BOOST_TEST(terms.leaders.size() == 2U);
    BOOST_TEST(terms.jobs == 2U);
    BOOST_TEST_REQUIRE(terms.gaps.size() == 1U);
    BOOST_TEST((terms.gaps.front() == 2500ms));
}

BOOST_AUTO_TEST_CASE(a_second_writer_is_seen)
{
    auto log = clean();
    log.push_back(job("a", "z", 9, 7s));
    BOOST_TEST(faults(log) == "a at version 9: writes z while b holds the lease");
}

BOOST_AUTO_TEST_CASE(a_write_that_reaches_into_the_next_term_is_seen)
{
    auto log = clean();
    log[1].ended = log[3].begun + 1ms;
    BOOST_TEST(faults(log) == "b at version 7: asks for the lease while a writes");
}

BOOST_AUTO_TEST_CASE(a_write_before_the_term_is_seen)
{
    auto log = clean();
    log[4].begun = log[3].begun - 1ms;
    BOOST_TEST(faults(log) == "b at version 8: wrote y before the term began");
}

BOOST_AUTO_TEST_CASE(versions_that_do_not_grow_or_contradict_the_time_are_seen)
{
    auto same = clean();
    same[2].version = 2;
    BOOST_TEST(faults(same) == "a at version 2: the version does not grow");
    auto early = clean();
    early[2].begun = early[2].ended = wall_time(1500ms);
    BOOST_TEST(faults(early) == "a at version 3: ended before an earlier version was asked for");
}

BOOST_AUTO_TEST_CASE(a_lease_for_another_and_a_second_term_are_seen)
{
    auto foreign = clean();
    foreign[2].lease = "c";
    BOOST_TEST(faults(foreign).find("a at version 3: writes a lease for c") == 0U);
    auto again = clean();
    again.push_back(lease("a", 9, 9s));
    BOOST_TEST(faults(again) == "a at version 9: leads a second time");
}

BOOST_AUTO_TEST_CASE(work_that_is_done_twice_is_seen)
{
    auto log = clean();
    log.push_back(job("b", "x", 9, 7s));
    BOOST_TEST(faults(log) == "b at version 9: does x again");
    log.back().change = "2";  // another change of the same object
    BOOST_TEST(faults(log).empty());
}

BOOST_AUTO_TEST_CASE(a_line_of_the_log_is_a_write_or_nothing)
{
    std::string const line =
        R"({"verb":"update","userAgent":"candidate-1","objectRef":{"resource":"leases","namespace":"n"},)"
        R"("responseStatus":{"code":200},"responseObject":{"metadata":{"name":"l","resourceVersion":"12"},)"
        R"("spec":{"holderIdentity":"candidate-1"}},"requestReceivedTimestamp":"2026-01-01T00:00:01.000001Z",)"
        R"("stageTimestamp":"2026-01-01T00:00:01.500000Z"})";
    auto const w = read_audit_line(line, "n");
    BOOST_TEST(w.version == 12U);
    BOOST_TEST(w.lease == "candidate-1");
    BOOST_TEST((w.ended - w.begun == 499999us));
    BOOST_TEST(read_audit_line(line, "other").version == 0U);
    auto refused = line;
    refused.replace(refused.find("200"), 3, "409");
    BOOST_TEST(read_audit_line(refused, "n").version == 0U);
    BOOST_TEST(read_audit_line(line.substr(0, 80), "n").version == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
