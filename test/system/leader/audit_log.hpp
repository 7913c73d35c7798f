#ifndef PENSTOCK_TEST_SYSTEM_LEADER_AUDIT_LOG_HPP
#define PENSTOCK_TEST_SYSTEM_LEADER_AUDIT_LOG_HPP
#include <penstock/kube/object.hpp>
#include <penstock/time/rfc3339.hpp>
#include <penstock/time/types.hpp>

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::testing {

/// A write that the API server has done, as its audit log tells.
class audited_write
{
public:
    std::string by;         ///< The user agent.
    std::string lease;      ///< Who holds the lease from here on, where it is one that was written.
    std::string job;        ///< Which ConfigMap, where it is one.
    std::string change;     ///< What of it its writer says to have seen.
    std::uint64_t version;  ///< The resource version that the write made: all writes stand in this order.
    wall_time begun;        ///< The request came.
    wall_time ended;        ///< The answer went.
};

/// What a log proves about those who take turns in leading.
struct audited_terms
{
    std::vector<std::string> faults;   ///< In words; empty: there was never more than one writer.
    std::vector<std::string> leaders;  ///< In the order of their terms.
    std::vector<duration> gaps;        ///< From the last word of a leader to that of the next.
    std::size_t jobs = 0;              ///< Writes of leaders that are no leases.
};

/// One line of the log; `version` is 0 where it is none of a write that was done in this namespace.
inline audited_write read_audit_line(std::string_view line, std::string_view ns)
{
    audited_write out{};
    error_code ec;
    auto const parsed = boost::json::parse(boost::json::string_view(line.data(), line.size()), ec);
    if (ec || !parsed.is_object())
        return out;
    auto const& e = parsed.as_object();
    auto const* code = parsed.find_pointer("/responseStatus/code", ec);
    auto const* object = e.if_contains("responseObject");
    if (kube::text_at(e, {"objectRef", "namespace"}) != ns || !code || code->to_number<int>() >= 300 || !object
        || !object->is_object())
        return out;
    auto const& now = object->as_object();
    out.by = kube::text_at(e, "userAgent");
    if (kube::text_at(e, {"objectRef", "resource"}) == "leases")
        out.lease = kube::text_at(now, {"spec", "holderIdentity"});
    else
        out.job = kube::name_of(now).name;
    out.change = kube::annotation_of(now, "seen");
    out.begun = parse_rfc3339(kube::text_at(e, "requestReceivedTimestamp")).value();
    out.ended = parse_rfc3339(kube::text_at(e, "stageTimestamp")).value();
    out.version = std::stoull(std::string(kube::resource_version_of(now)));
    return out;
}

/// The writes in that namespace by those whose user agent begins like this, in the order of their versions.
inline std::vector<audited_write> read_audit_log(std::string const& path, std::string_view ns, std::string_view agents)
{
    std::vector<audited_write> out;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);)
        if (auto write = read_audit_line(line, ns); write.version != 0 && write.by.starts_with(agents))
            out.push_back(std::move(write));
    std::sort(out.begin(), out.end(), [](auto const& a, auto const& b) { return a.version < b.version; });
    return out;
}

/** Follows a lease through the order in which etcd did the writes. At each of them exactly one holds it, and nobody
    else may write; nor may a write of one still be under way when the next asks for the lease. Versions and times
    must agree, and nobody does the same change to the same object twice. */
inline audited_terms judge(std::vector<audited_write> const& log)
{
    audited_terms out;
    std::string holder;
    audited_write const* last_word = nullptr;  // of the holder, about the lease
    wall_time term_begun{};
    wall_time latest_begin{};
    wall_time latest_end{};  // of what was written for a job
    std::uint64_t version = 0;
    std::set<std::string> done;
    auto const fault = [&out](audited_write const& w, std::string const& why) {
        out.faults.push_back(w.by + " at version " + std::to_string(w.version) + ": " + why);
    };
    for (auto const& w : log) {
        if (w.version <= version)
            fault(w, "the version does not grow");
        if (w.ended < latest_begin)
            fault(w, "ended before an earlier version was asked for");
        version = w.version;
        latest_begin = std::max(latest_begin, w.begun);
        if (w.job.empty()) {
            if (w.lease != w.by)
                fault(w, "writes a lease for " + w.lease);
            if (w.lease != holder) {
                if (latest_end > w.begun)
                    fault(w, "asks for the lease while " + holder + " writes");
                if (last_word)
                    out.gaps.push_back(w.ended - last_word->ended);
                if (std::find(out.leaders.begin(), out.leaders.end(), w.lease) != out.leaders.end())
                    fault(w, "leads a second time");
                holder = w.lease;
                term_begun = w.begun;
                out.leaders.push_back(holder);
            }
            last_word = &w;
            continue;
        }
        ++out.jobs;
        if (w.by != holder)
            fault(w, "writes " + w.job + " while " + holder + " holds the lease");
        if (w.begun < term_begun)
            fault(w, "wrote " + w.job + " before the term began");
        latest_end = std::max(latest_end, w.ended);
        if (!done.insert(w.job + '/' + w.change).second)
            fault(w, "does " + w.job + " again");
    }
    return out;
}

}  // namespace penstock::testing

#endif  // PENSTOCK_TEST_SYSTEM_LEADER_AUDIT_LOG_HPP
