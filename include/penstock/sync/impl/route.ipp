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
    auto const& made = *sources_.emplace(key, std::move(e)).first;
    by_url_[made.second.url].push_back(&made);
}

PENSTOCK_DECL void route_table::erase(std::string const& key)
{
    auto const known = sources_.find(key);
    if (known == sources_.end())
        return;
    auto const row = by_url_.find(known->second.url);
    std::erase(row->second, &*known);
    if (row->second.empty())
        by_url_.erase(row);
    sources_.erase(known);
}

PENSTOCK_DECL routed route_table::find(hook::push_event const& event)
{
    routed r;
    find_into(r, event);
    return r;
}

PENSTOCK_DECL void route_table::find_into(routed& to, hook::push_event const& event)
{
    auto& keys = to.keys;
    to.ignored.clear();
    if (event.kind != hook::event_kind::push || event.deleted) {
        keys.clear();
        bool const ping = event.kind == hook::event_kind::ping;
        to.ignored = event.deleted          ? event.ref + " was deleted"
                     : ping                 ? "ping"
                     : event.reason.empty() ? "event '" + event.event + "' needs no sync"
                                            : event.reason;
        return;
    }
    std::size_t used = 0;
    followers const* before = nullptr;
    for (auto const& url : event.repository_urls) {
        auto const row = by_url_.find(names_.of(url));
        if (row == by_url_.end() || &row->second == before)
            continue;
        before = &row->second;
        for (auto const* const source : row->second) {
            if (!source->second.choice.follows(event.ref, event.default_branch))
                continue;
            if (used == keys.size())
                keys.emplace_back();
            keys[used++].assign(source->first);
        }
    }
    keys.resize(used);
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    if (keys.empty())
        to.ignored = before != nullptr ? "no source follows " + event.ref : "no source has this repository";
}

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_IMPL_ROUTE_IPP
