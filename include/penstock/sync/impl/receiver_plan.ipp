#ifndef PENSTOCK_SYNC_IMPL_RECEIVER_PLAN_IPP
#define PENSTOCK_SYNC_IMPL_RECEIVER_PLAN_IPP
#include <penstock/kube/known.hpp>
#include <penstock/sync/receiver_plan.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace penstock::sync {
namespace receiver_detail {

inline bool is_label_text(std::string_view s, bool key)
{
    return (!s.empty() || !key) && s.size() <= (key ? 317U : 63U) && std::all_of(s.begin(), s.end(), [key](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_'
                      || c == '.' || (key && c == '/');
           });
}

/// `a=b,c=d`; anything else than label characters could say more than equality.
inline result<std::string> selector_of(std::vector<std::pair<std::string, std::string>> const& labels)
{
    std::string out;
    for (auto const& [key, v] : labels) {
        if (!is_label_text(key, true) || !is_label_text(v, false))
            return failure(errc::invalid_argument, "matchLabels has what is no label");
        out += (out.empty() ? "" : ",") + key + '=' + v;
    }
    return out;
}

inline result<receiver_target> target_of(receiver const& r, std::size_t entry, receiver_plan_options const& o)
{
    auto const& from = r.resources[entry];
    receiver_target t;
    t.entry = entry;
    t.ns = from.ns.empty() ? r.ns : from.ns;
    if (o.no_cross_namespace_refs && t.ns != r.ns)
        return failure(errc::forbidden, "namespace " + t.ns + ": cross-namespace references are not allowed");
    auto what = kube::known::find(from.api_version, from.kind);
    if (!what)
        return what.error();
    t.what = *std::move(what);
    if (from.name != "*") {
        if (from.name.empty())
            return failure(errc::invalid_argument, "no name");
        t.name = from.name;
        return t;
    }
    if (!from.match_labels)
        return failure(errc::invalid_argument, "the name '*' needs matchLabels");
    auto selector = selector_of(*from.match_labels);
    if (!selector)
        return selector.error();
    t.selector = *std::move(selector);
    return t;
}

}  // namespace receiver_detail

PENSTOCK_DECL std::vector<result<receiver_target>> plan_receiver(receiver const& r, receiver_plan_options const& o)
{
    std::vector<result<receiver_target>> out;
    for (std::size_t i = 0; i < r.resources.size(); ++i) {
        auto target = receiver_detail::target_of(r, i, o);
        if (target)
            out.push_back(std::move(target));
        else
            out.emplace_back(failure(target.error().code,
                                     r.resources[i].kind + ' ' + r.resources[i].name + ": " + target.error().detail));
    }
    return out;
}

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_IMPL_RECEIVER_PLAN_IPP
