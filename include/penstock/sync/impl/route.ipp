#ifndef PENSTOCK_SYNC_IMPL_ROUTE_IPP
#define PENSTOCK_SYNC_IMPL_ROUTE_IPP
#include <penstock/git/repository_url.hpp>
#include <penstock/sync/route.hpp>

#include <algorithm>
#include <utility>

namespace penstock::sync {

PENSTOCK_DECL void route_table::put(source const& s)
{
    auto const key = make_key(s.kind, s.ns, s.name);
    erase(key);
    if (s.kind != "GitRepository" || s.url.empty())
        return;
    auto choice = git::reference_choice::make(s.ref);
    if (!choice)
        return;  // a constraint that cannot be read follows nothing; Flux says so in the object's status
    entry e{git::normalise(s.url), *std::move(choice)};
    by_url_[e.url].push_back(key);
    sources_.emplace(key, std::move(e));
}

PENSTOCK_DECL void route_table::erase(std::string const& key)
{
    auto const known = sources_.find(key);
    if (known == sources_.end())
        return;
    auto const row = by_url_.find(known->second.url);
    std::erase(row->second, key);
    if (row->second.empty())
        by_url_.erase(row);
    sources_.erase(known);
}

PENSTOCK_DECL routed route_table::find(hook::push_event const& event) const
{
    routed r;
    if (event.kind != hook::event_kind::push) {
        bool const ping = event.kind == hook::event_kind::ping;
        r.ignored = ping ? "ping" : event.reason.empty() ? "event '" + event.event + "' needs no sync" : event.reason;
        return r;
    }
    if (event.deleted) {
        r.ignored = event.ref + " was deleted";
        return r;
    }
    bool known = false;
    for (auto const& url : event.repository_urls) {
        auto const row = by_url_.find(git::normalise(url));
        if (row == by_url_.end())
            continue;
        known = true;
        for (auto const& key : row->second)
            if (sources_.find(key)->second.choice.follows(event.ref, event.default_branch))
                r.keys.push_back(key);
    }
    std::sort(r.keys.begin(), r.keys.end());
    r.keys.erase(std::unique(r.keys.begin(), r.keys.end()), r.keys.end());
    if (r.keys.empty())
        r.ignored = known ? "no source follows " + event.ref : "no source has this repository";
    return r;
}

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_IMPL_ROUTE_IPP
