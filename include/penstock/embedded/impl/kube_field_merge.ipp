#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_FIELD_MERGE_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_FIELD_MERGE_IPP
#include <penstock/embedded/kube_field_set.hpp>

#include <penstock/embedded/impl/kube_field_set.ipp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::embedded::kube_field_set {

namespace kube_detail {

/** Merges lists whose elements have keys, or are keys themselves. What both have comes in the order of `applied`; what
    only `there` has keeps its place among what stays where it was. */
inline void merge_list(boost::json::array& there, boost::json::array const& applied, boost::json::object const& schema)
{
    auto const ids_of = [&schema](boost::json::array const& list) {
        std::vector<std::string> ids;
        for (auto const& e : list)
            ids.push_back(kind_of_list(&schema) == list_kind::set ? element_of_set(e) : element_of_map(e, schema));
        return ids;
    };
    auto const old = ids_of(there);
    auto const wanted = ids_of(applied);
    auto const in = [](std::vector<std::string> const& ids, std::string const& id) {
        return std::find(ids.begin(), ids.end(), id);
    };
    boost::json::array out;
    std::size_t at = 0;  // in `there`
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        auto const next = std::find_if(wanted.begin() + static_cast<std::ptrdiff_t>(i), wanted.end(),
                                       [&](auto const& id) { return in(old, id) != old.end(); });
        for (; at < old.size() && (next == wanted.end() || old[at] != *next); ++at)
            if (in(wanted, old[at]) == wanted.end())
                out.push_back(there[at]);
        auto const same = in(old, wanted[i]);
        boost::json::value merged;
        if (same != old.end())
            merged = there[static_cast<std::size_t>(same - old.begin())];
        if (same != old.end())
            kube_field_set::merge(merged, applied[i], items_of(&schema), false);
        else
            merged = applied[i];
        out.push_back(std::move(merged));
        at += at < old.size() && old[at] == wanted[i];
    }
    for (; at < old.size(); ++at)
        if (in(wanted, old[at]) == wanted.end())
            out.push_back(there[at]);
    there = std::move(out);
}

}  // namespace kube_detail

PENSTOCK_DECL void merge(boost::json::value& there, boost::json::value const& applied,
                         boost::json::object const* schema, bool root)
{
    if (auto const* o = applied.if_object()) {
        if (!there.is_object() || kube_detail::is_atomic_map(schema)) {
            there.emplace_object();
        }
        for (auto const& [name, value] : *o)
            merge(there.get_object()[name], value, schema_below(schema, name, root), false);
        return;
    }
    auto const* a = applied.if_array();
    auto const kind = kube_detail::kind_of_list(schema);
    if (!a || kind == kube_detail::list_kind::atomic || !there.is_array()) {
        there = applied;
        return;
    }
    kube_detail::merge_list(there.get_array(), *a, *schema);
}

PENSTOCK_DECL void remove(boost::json::value& from, tree const& gone, tree const& kept)
{
    for (auto const& [element, branch] : gone) {
        auto* v = element == "." ? nullptr : find(from, element);
        if (!v)
            continue;
        auto const* stays = kept.if_contains(element);
        if (!branch.get_object().empty())
            remove(*v, branch.get_object(), stays ? stays->get_object() : tree());
        bool const empty = branch.get_object().empty() || branch.get_object().contains(".")
                           || (v->is_object() && v->get_object().empty()) || (v->is_array() && v->get_array().empty());
        if (stays || !empty)
            continue;
        if (auto* o = from.if_object())
            o->erase(std::string_view(element).substr(2));
        else if (auto* a = from.if_array())
            a->erase(a->begin() + (v - a->data()));
    }
}

}  // namespace penstock::embedded::kube_field_set

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_FIELD_MERGE_IPP
