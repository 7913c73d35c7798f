#ifndef PENSTOCK_SYNC_IMPL_LEDGER_IPP
#define PENSTOCK_SYNC_IMPL_LEDGER_IPP
#include <penstock/sync/ledger.hpp>

#include <algorithm>
#include <utility>

namespace penstock::sync {

PENSTOCK_DECL void ledger::wrote(source s, time_point now)
{
    auto const key = make_key(s.kind, s.ns, s.name);
    auto const version = s.version;
    observe(std::move(s), now);
    auto& entry = entries_[key];
    entry.written = version;
    entry.written_until = now + std::chrono::seconds(30);
}

PENSTOCK_DECL ledger::seen ledger::watched(source s, time_point now)
{
    auto const key = make_key(s.kind, s.ns, s.name);
    entries_[key].watched = true;
    return observe(std::move(s), now);
}

PENSTOCK_DECL ledger::seen ledger::observe(source s, time_point now)
{
    auto& entry = entries_[make_key(s.kind, s.ns, s.name)];
    auto& known = entry.now.observed;
    if (known && s.version < entry.written && now < entry.written_until)
        return seen::stale;
    if (known && s.version != 0 && s.version == known->version)
        return seen::nothing;
    bool const moved = known && (known->url != s.url || known->ref != s.ref);
    if (moved)
        entry.now.head.reset();  // what the remote said was about another ref
    entry.now.pollable = not_polled_because(s).empty();
    known = std::move(s);
    return seen::news;
}

PENSTOCK_DECL void ledger::forget(std::string_view key)
{
    auto const at = entries_.find(key);
    if (at == entries_.end())
        return;
    at->second.now.observed.reset();
    at->second.watched = false;
    if (!at->second.now.wanted)
        entries_.erase(at);
}

PENSTOCK_DECL std::optional<wish> ledger::want(std::string const& key, wish w)
{
    auto& now = entries_[key].now;
    if (!now.wanted) {
        now.wanted = std::move(w);
        now.requested.reset();
        return std::nullopt;
    }
    auto& standing = *now.wanted;
    // A sender that names no commit cannot take the place of one that does, unless a request has been written
    // already: then the push may have come after it.
    bool const weaker = w.id.empty() && !standing.id.empty() && !now.requested;
    bool const doubled = !w.id.empty() && w.id == standing.id;
    if (weaker || doubled || !supersedes(w, standing))
        return w;
    std::swap(standing, w);
    now.requested.reset();
    return w;
}

PENSTOCK_DECL void ledger::asked(std::string_view key, remote_head head)
{
    auto* const entry = find(key);
    if (entry == nullptr)
        return;
    if (!head.failed.empty() && entry->now.head)
        head.failures = entry->now.head->failures + 1;
    else
        head.failures = head.failed.empty() ? 0 : 1;
    entry->now.head = std::move(head);
}

PENSTOCK_DECL void ledger::requested(std::string_view key, std::string token, time_point now)
{
    auto* const entry = find(key);
    if (entry == nullptr)
        return;
    request_made made;
    made.token = std::move(token);
    made.at = now;
    made.count = entry->now.requested ? entry->now.requested->count + 1 : 1;
    auto const& head = entry->now.head;
    auto const& wanted = entry->now.wanted;
    if (head && head->failed.empty() && wanted && head->asked >= wanted->since)
        made.id = head->id;
    entry->now.requested = std::move(made);
}

PENSTOCK_DECL std::optional<wish> ledger::settle(std::string_view key, outcome how)
{
    auto const at = entries_.find(key);
    if (at == entries_.end())
        return std::nullopt;
    auto ended = std::exchange(at->second.now.wanted, std::nullopt);
    at->second.now.requested.reset();
    bool const bad = how == outcome::failed || how == outcome::unanswered;
    at->second.gave_up_on = bad && ended ? ended->id : std::string();
    if (!at->second.now.observed)
        entries_.erase(at);
    return ended;
}

PENSTOCK_DECL void ledger::write(std::string_view key, wall_time at, std::string text)
{
    auto* const entry = find(key);
    if (entry == nullptr || (!entry->notes.empty() && entry->notes.back().text == text))
        return;
    note n;
    n.at = at;
    n.text = std::move(text);
    entry->notes.push_back(std::move(n));
    if (entry->notes.size() > max_notes)
        entry->notes.pop_front();
}

PENSTOCK_DECL void ledger::heard(std::string_view key, time_point now, wall_time at)
{
    if (auto* const entry = find(key)) {
        entry->heard = now;
        entry->heard_at = at;
    }
}

PENSTOCK_DECL ledger_entry const* ledger::find(std::string_view key) const
{
    auto const at = entries_.find(key);
    return at == entries_.end() ? nullptr : &at->second;
}

PENSTOCK_DECL ledger_entry* ledger::find(std::string_view key)
{
    auto const at = entries_.find(key);
    return at == entries_.end() ? nullptr : &at->second;
}

PENSTOCK_DECL void ledger::tidy()
{
    std::erase_if(entries_, [](auto const& e) { return !e.second.watched && !e.second.now.wanted; });
}

PENSTOCK_DECL std::size_t ledger::wanted() const
{
    return static_cast<std::size_t>(
        std::count_if(entries_.begin(), entries_.end(), [](auto const& e) { return e.second.now.wanted.has_value(); }));
}

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_IMPL_LEDGER_IPP
