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

inline bool is_atomic_map(boost::json::object const* schema)
{
    return schema && json_text(*schema, {"x-kubernetes-map-type"}) == "atomic";
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
        else if (auto const* usual = json_member(schema, {"items", "properties", k, "default"}))
            id[k] = *usual;
    return "k:" + boost::json::serialize(id);
}

/// @param by_default Whether keys that it does not name are taken for right; one must be named.
inline bool has_keys(boost::json::value const& element, boost::json::object const& keys, bool by_default)
{
    auto const* o = element.if_object();
    bool named = false;
    return o
           && std::all_of(keys.begin(), keys.end(),
                          [&](auto const& k) {
                              auto const* v = o->if_contains(k.key());
                              named = named || v;
                              return v ? *v == k.value() : by_default;
                          })
           && named;
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
        if (is_atomic_map(schema))
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
            if (!is_atomic_map(items_of(schema)))
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
            "x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["uid"],"items":{"x-kubernetes-map-type":"atomic"}}}})");
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
    auto const* keys = id.if_object();
    auto const first = [&](auto is) {
        auto const at = std::find_if(a->begin(), a->end(), is);
        return at == a->end() ? nullptr : &*at;
    };
    if (element.starts_with("v:"))
        return first([&](auto const& e) { return e == id; });
    if (!keys)
        return nullptr;
    auto const* named = first([&](auto const& e) { return kube_detail::has_keys(e, *keys, false); });
    return named ? named : first([&](auto const& e) { return kube_detail::has_keys(e, *keys, true); });
}

PENSTOCK_DECL boost::json::value* find(boost::json::value& container, std::string_view element)
{
    return const_cast<boost::json::value*>(find(std::as_const(container), element));
}

}  // namespace penstock::embedded::kube_field_set

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_FIELD_SET_IPP
