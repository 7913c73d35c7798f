#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_FIELD_COMPARE_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_FIELD_COMPARE_IPP
#include <penstock/embedded/kube_field_set.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <string>
#include <utility>
#include <vector>

namespace penstock::embedded::kube_field_set {

namespace kube_detail {

/// @param maps Whether objects are maps, which are something themselves.
inline tree changed_below(tree const& fields, boost::json::value const* before, boost::json::value const& now,
                          bool root, bool maps)
{
    tree out;
    for (auto const& [element, branch] : fields) {
        if (element == ".") {
            if (!before)
                out["."] = tree();
            continue;
        }
        auto const* v = find(now, element);
        auto const* old = before ? find(*before, element) : nullptr;
        if (!v)
            continue;
        if (branch.get_object().empty()) {
            if (!old || *old != *v)
                out[element] = tree();
            continue;
        }
        bool const metadata = root && element == "f:metadata";
        bool const is_map = maps || (root && (element == "f:data" || element == "f:binaryData"));
        auto below = changed_below(branch.get_object(), old, *v, false, maps || metadata);
        if (is_map && !metadata && !old && element.starts_with("f:"))
            below["."] = tree();  // the map itself is new
        if (!below.empty())
            out[element] = std::move(below);
    }
    return out;
}

inline std::string readable(std::string_view element)
{
    auto const rest = element.substr(2);
    if (element.starts_with("f:"))
        return '.' + std::string(rest);
    if (element.starts_with("v:"))
        return '[' + std::string(rest) + ']';
    std::string keys;
    boost::system::error_code ec;
    auto const id = boost::json::parse(boost::json::string_view(rest.data(), rest.size()), ec);
    if (auto const* o = ec ? nullptr : id.if_object())
        for (auto const& [k, v] : *o)
            keys += (keys.empty() ? "" : ",") + std::string(k) + '=' + boost::json::serialize(v);
    return '[' + keys + ']';
}

inline void conflicts_below(tree const& mine, tree const& theirs, boost::json::value const* there,
                            boost::json::value const* applied, std::string const& path,
                            std::function<tree(tree)> const& wrap,
                            std::function<void(std::string const&, tree)> const& visit)
{
    for (auto const& [element, branch] : mine) {
        auto const* other = element == "." ? nullptr : theirs.if_contains(element);
        if (!other)
            continue;
        auto const* now = there ? find(*there, element) : nullptr;
        auto const* want = applied ? find(*applied, element) : nullptr;
        auto const here = path + readable(element);
        auto const wrapped = [&wrap, name = std::string(element)](tree inner) {
            tree outer;
            outer[name] = std::move(inner);
            return wrap(std::move(outer));
        };
        if (!branch.get_object().empty() && !other->get_object().empty())
            conflicts_below(branch.get_object(), other->get_object(), now, want, here, wrapped, visit);
        else if (branch.get_object().empty() && other->get_object().empty() && (!now || !want || *now != *want))
            visit(here, wrapped(tree()));
    }
}

}  // namespace kube_detail

PENSTOCK_DECL tree changed(boost::json::object const& before, boost::json::object const& now,
                           boost::json::object const* schema, bool maps)
{
    boost::json::value const old(before);
    boost::json::value const fresh(now);
    return kube_detail::changed_below(of(now, schema), &old, fresh, true, maps);
}

PENSTOCK_DECL void drop_missing(tree& fields, boost::json::value const& now)
{
    std::vector<std::string> gone;
    for (auto& [element, branch] : fields) {
        if (element == ".")
            continue;
        auto const* v = find(now, element);
        if (!v)
            gone.emplace_back(element);
        else if (auto* below = branch.if_object(); below && !below->empty())
            drop_missing(*below, *v);
    }
    for (auto const& element : gone)
        fields.erase(element);
}

PENSTOCK_DECL void conflicts(tree const& mine, tree const& theirs, boost::json::value const& there,
                             boost::json::value const& applied,
                             std::function<void(std::string const&, tree)> const& visit)
{
    kube_detail::conflicts_below(mine, theirs, &there, &applied, "", [](tree t) { return t; }, visit);
}

}  // namespace penstock::embedded::kube_field_set

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_FIELD_COMPARE_IPP
