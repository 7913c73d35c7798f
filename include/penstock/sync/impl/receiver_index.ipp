#ifndef PENSTOCK_SYNC_IMPL_RECEIVER_INDEX_IPP
#define PENSTOCK_SYNC_IMPL_RECEIVER_INDEX_IPP
#include <penstock/sync/receiver_index.hpp>

#include <algorithm>

namespace penstock::sync {

PENSTOCK_DECL void receiver_index::put(receiver r, receiver_credential credential)
{
    erase(r.ns, r.name);
    key const k(r.ns, r.name);
    entry e;
    bool const open = r.type == receiver_type::generic_oidc;
    if (open || (credential.token && !credential.token->empty()))
        e.paths.push_back(receiver_path(open ? std::string_view() : credential.token->reveal(), r.name, r.ns));
    if (!r.webhook_path.empty() && std::find(e.paths.begin(), e.paths.end(), r.webhook_path) == e.paths.end())
        e.paths.push_back(r.webhook_path);
    for (auto const& path : e.paths)
        paths_[path].push_back(k);

    auto served = std::make_shared<served_receiver>();
    auto filters = receiver_filters::compile(r);
    if (filters)
        served->filters = *std::move(filters);
    else
        served->filter_problem = filters.error();
    served->what = std::move(r);
    served->credential = std::move(credential);
    e.receiver = std::move(served);
    entries_.insert_or_assign(k, std::move(e));
}

PENSTOCK_DECL void receiver_index::erase(std::string_view ns, std::string_view name)
{
    key const k{std::string(ns), std::string(name)};
    auto const at = entries_.find(k);
    if (at == entries_.end())
        return;
    for (auto const& path : at->second.paths) {
        auto const list = paths_.find(path);
        std::erase(list->second, k);
        if (list->second.empty())
            paths_.erase(list);
    }
    entries_.erase(at);
}

PENSTOCK_DECL receiver_index::found receiver_index::find(std::string_view path) const
{
    auto const at = paths_.find(std::string(path));
    if (at == paths_.end())
        return {};
    if (at->second.size() > 1)
        return {lookup::ambiguous, nullptr};
    return {lookup::one, entries_.at(at->second.front()).receiver};
}

PENSTOCK_DECL std::vector<std::pair<std::string, std::string>> receiver_index::collisions() const
{
    std::vector<key> out;
    for (auto const& [path, keys] : paths_)
        if (keys.size() > 1)
            out.insert(out.end(), keys.begin(), keys.end());
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_IMPL_RECEIVER_INDEX_IPP
