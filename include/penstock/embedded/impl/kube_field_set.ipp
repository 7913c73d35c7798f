#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_FIELD_SET_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_FIELD_SET_IPP
#include <penstock/embedded/kube_field_set.hpp>

#include <penstock/embedded/kube_object.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace penstock::embedded::kube_field_set {

namespace kube_detail {

enum class list_kind
{
    atomic,
    set,
    map,
};

inline list_kind kind_of_list(boost::json::object const* schema)
{
    auto const type = schema ? json_text(*schema, {"x-kubernetes-list-type"}) : std::string_view();
    return type == "map" ? list_kind::map : type == "set" ? list_kind::set : list_kind::atomic;
}

inline boost::json::object const* items_of(boost::json::object const* schema)
{
    auto const* items = schema ? schema->if_contains("items") : nullptr;
    return items ? items->if_object() : nullptr;
}

inline std::string element_of_set(boost::json::value const& v)
{
    return "v:" + boost::json::serialize(v);
}

/// `k:{…}` with the keys in the order of the schema's names, sorted as the real server does.
inline std::string element_of_map(boost::json::value const& v, boost::json::object const& schema)
{
    std::vector<std::string> keys;
    auto const* names = schema.if_contains("x-kubernetes-list-map-keys");
    if (names && names->is_array())
        for (auto const& n : names->get_array())
            if (n.is_string())
                keys.emplace_back(n.get_string());
    std::sort(keys.begin(), keys.end());
    boost::json::object id;
    for (auto const& k : keys)
        if (auto const* found = v.is_object() ? v.get_object().if_contains(k) : nullptr)
            id[k] = *found;
    return "k:" + boost::json::serialize(id);
}

inline tree fields_of(boost::json::value const& v, boost::json::object const* schema, bool root);

inline tree fields_of_object(boost::json::object const& o, boost::json::object const* schema, bool root)
{
    tree out;
    for (auto const& [name, value] : o) {
        if (root && (name == "apiVersion" || name == "kind"))
            continue;
        auto branch = fields_of(value, schema_below(schema, name, root), false);
        if (root && name == "metadata") {
            for (auto const* own : {"f:name", "f:namespace", "f:uid", "f:resourceVersion", "f:creationTimestamp",
                                    "f:generation", "f:managedFields", "f:deletionTimestamp", "f:selfLink",
                                    "f:deletionGracePeriodSeconds", "f:generateName"})
                branch.erase(own);
            if (branch.empty())
                continue;
        }
        out["f:" + std::string(name)] = std::move(branch);
    }
    return out;
}

inline tree fields_of(boost::json::value const& v, boost::json::object const* schema, bool root)
{
    if (auto const* o = v.if_object()) {
        if (schema && json_text(*schema, {"x-kubernetes-map-type"}) == "atomic")
            return {};
        return fields_of_object(*o, schema, root);
    }
    tree out;
    auto const* a = v.if_array();
    if (!a)
        return out;
    switch (kind_of_list(schema)) {
    case list_kind::atomic: break;
    case list_kind::set:
        for (auto const& e : *a)
            out[element_of_set(e)] = tree();
        break;
    case list_kind::map:
        for (auto const& e : *a) {
            auto branch = fields_of(e, items_of(schema), false);
            branch["."] = tree();
            out[element_of_map(e, *schema)] = std::move(branch);
        }
        break;
    }
    return out;
}

}  // namespace kube_detail

PENSTOCK_DECL boost::json::object const* schema_below(boost::json::object const* schema, std::string_view field,
                                                      bool root)
{
    if (root && field == "metadata") {
        static boost::json::value const metadata = boost::json::parse(
            R"({"properties":{"finalizers":{"x-kubernetes-list-type":"set"},"ownerReferences":{
            "x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["uid"]}}})");
        return &metadata.get_object();
    }
    if (!schema)
        return nullptr;
    auto const* found = json_member(*schema, {"properties", field});
    if (!found)
        found = schema->if_contains("additionalProperties");
    return found ? found->if_object() : nullptr;
}

PENSTOCK_DECL tree of(boost::json::object const& object, boost::json::object const* schema)
{
    return kube_detail::fields_of_object(object, schema, true);
}

PENSTOCK_DECL void add(tree& a, tree const& b)
{
    for (auto const& [element, branch] : b) {
        auto& into = a[element];
        if (!into.is_object())
            into.emplace_object();
        add(into.get_object(), branch.get_object());
    }
}

PENSTOCK_DECL void subtract(tree& a, tree const& b)
{
    for (auto const& [element, branch] : b) {
        auto* there = a.if_contains(element);
        if (!there)
            continue;
        auto& below = there->get_object();
        if (!branch.get_object().empty() && !below.empty()) {
            subtract(below, branch.get_object());
            if (!below.empty())
                continue;
        } else if (branch.get_object().empty() && !below.empty()) {
            below.erase(".");  // an empty map or list: it names itself, and nothing below
            if (!below.empty())
                continue;
        }
        a.erase(element);
    }
}

PENSTOCK_DECL boost::json::value const* find(boost::json::value const& container, std::string_view element)
{
    auto const rest = element.substr(std::min<std::size_t>(2, element.size()));
    if (element.starts_with("f:")) {
        auto const* o = container.if_object();
        return o ? o->if_contains(rest) : nullptr;
    }
    auto const* a = container.if_array();
    boost::system::error_code ec;
    auto const id = boost::json::parse(boost::json::string_view(rest.data(), rest.size()), ec);
    if (!a || ec)
        return nullptr;
    for (auto const& e : *a) {
        if (element.starts_with("v:")) {
            if (e == id)
                return &e;
            continue;
        }
        auto const* keys = id.if_object();
        auto const* o = e.if_object();
        if (keys && o && std::all_of(keys->begin(), keys->end(), [o](auto const& k) {
                auto const* v = o->if_contains(k.key());
                return v && *v == k.value();
            }))
            return &e;
    }
    return nullptr;
}

PENSTOCK_DECL boost::json::value* find(boost::json::value& container, std::string_view element)
{
    return const_cast<boost::json::value*>(find(std::as_const(container), element));
}

PENSTOCK_DECL void merge(boost::json::value& there, boost::json::value const& applied,
                         boost::json::object const* schema, bool root)
{
    if (auto const* o = applied.if_object()) {
        if (!there.is_object() || (schema && json_text(*schema, {"x-kubernetes-map-type"}) == "atomic")) {
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
    for (auto const& e : *a) {
        auto const id = kind == kube_detail::list_kind::set ? kube_detail::element_of_set(e)
                                                            : kube_detail::element_of_map(e, *schema);
        if (auto* same = find(there, id))
            merge(*same, e, kube_detail::items_of(schema), false);
        else
            there.get_array().push_back(e);
    }
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

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_FIELD_SET_IPP
