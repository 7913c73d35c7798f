#include "sync_report.hpp"

#include <penstock/text/redact.hpp>
#include <penstock/time/rfc3339.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace penstock::sidecar {

namespace {

constexpr std::array coverages{std::string_view("webhook"), std::string_view("poll"), std::string_view("not_polled")};

std::string wall_of(world& env, time_point when)
{
    return format_rfc3339(env.clock().wall() + (when - env.clock().now()));
}

/// What is under way now, in one clause.
std::string state_of(sync::ledger_entry const& entry)
{
    if (!entry.now.wanted)
        return "in step";
    auto const& w = *entry.now.wanted;
    std::string text = std::string(sync::to_string(w.by)) + " asked for a sync";
    if (!w.id.empty())
        text += " to " + w.id.substr(0, 12);
    return text + (entry.now.requested ? ", requested from Flux" : ", not requested yet");
}

boost::json::object summary(std::string const& key, sync::ledger_entry const& entry, polls_type const& polled,
                            world& env)
{
    boost::json::object o;
    o["object"] = key;
    o["state"] = state_of(entry);
    o["coverage"] = polled.coverage(key);
    if (auto const why = polled.not_polled(key); !why.empty())
        o["notPolled"] = why;
    if (entry.now.observed)
        o["revision"] = entry.now.observed->revision;
    if (auto const next = polled.next(key))
        o["nextPoll"] = wall_of(env, *next);
    if (!entry.notes.empty())
        o["last"] = redact(entry.notes.back().text);
    return o;
}

}  // namespace

result<boost::json::value> explain_source(sync::ledger const& book, polls_type const& polled, remote_type const& remote,
                                          world& env, std::string_view object)
{
    auto const slashes = std::count(object.begin(), object.end(), '/');
    auto const key = slashes == 1 ? "GitRepository/" + std::string(object) : std::string(object);
    auto const* const entry = book.find(key);
    if (entry == nullptr) {
        std::string known;
        for (auto const& [name, e] : book.entries()) {
            if (known.size() > 500) {
                known += ", …";
                break;
            }
            known += (known.empty() ? "" : ", ") + name;
        }
        return failure(errc::not_found, key + " is not known; known are: " + (known.empty() ? "none" : known));
    }
    auto o = summary(key, *entry, polled, env);
    if (entry->now.observed) {
        auto const& s = *entry->now.observed;
        o["url"] = redact(s.url);
        o["suspended"] = s.suspended;
        if (auto const shown = remote.credential_of(s); !shown.empty())
            o["credential"] = shown;
        if (!s.not_ready.empty())
            o["notReady"] = redact(s.not_ready);
    }
    if (entry->heard_at != wall_time())
        o["lastWebhook"] = format_rfc3339(entry->heard_at);
    if (entry->now.head) {
        boost::json::object head;
        head["asked"] = wall_of(env, entry->now.head->asked);
        head["commit"] = entry->now.head->id;
        if (!entry->now.head->failed.empty())
            head["failed"] = redact(entry->now.head->failed);
        o["remote"] = std::move(head);
    }
    if (entry->now.wanted) {
        auto const d = sync::decide(entry->now, env.clock().now());
        boost::json::object next;
        next["reason"] = redact(d.reason);
        if (d.what == sync::step::wait && d.again != time_point::max())
            next["notLaterThan"] = wall_of(env, d.again);
        o["next"] = std::move(next);
    }
    auto& notes = o["decisions"].emplace_array();
    for (auto const& n : entry->notes)
        notes.push_back(boost::json::object{{"at", format_rfc3339(n.at)}, {"text", redact(n.text)}});
    return boost::json::value(std::move(o));
}

boost::json::value describe_sources(sync::ledger const& book, polls_type const& polled, world& env)
{
    boost::json::array all;
    for (auto const& [key, entry] : book.entries())
        all.push_back(summary(key, entry, polled, env));
    return all;
}

void count_sources(sync::ledger const& book, polls_type const& polled, world& env)
{
    std::array<double, coverages.size()> counts{};
    for (auto const& [key, entry] : book.entries()) {
        auto const at = std::find(coverages.begin(), coverages.end(), polled.coverage(key));
        ++counts[static_cast<std::size_t>(at - coverages.begin())];
    }
    for (std::size_t i = 0; i < coverages.size(); ++i)
        env.metrics().make_gauge(metrics::names::sync_sources, {coverages[i]}).set(counts[i]);
    env.metrics().make_gauge(metrics::names::sync_pending, {}).set(static_cast<double>(book.wanted()));
}

}  // namespace penstock::sidecar
