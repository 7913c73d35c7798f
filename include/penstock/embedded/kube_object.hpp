#ifndef PENSTOCK_EMBEDDED_KUBE_OBJECT_HPP
#define PENSTOCK_EMBEDDED_KUBE_OBJECT_HPP
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace penstock::embedded {

/// An object as the store keeps it: never changed once it is there, so that it can be shared.
using kube_object = std::shared_ptr<boost::json::object const>;

/// The member at the end of a path of names; null where there is none.
inline boost::json::value const* json_member(boost::json::object const& o, std::initializer_list<std::string_view> path)
{
    auto const* at = &o;
    boost::json::value const* found = nullptr;
    for (auto const name : path) {
        if (!at)
            return nullptr;
        found = at->if_contains(name);
        if (!found)
            return nullptr;
        at = found->if_object();
    }
    return found;
}

/// The string at the end of a path; empty where there is none.
inline std::string_view json_text(boost::json::object const& o, std::initializer_list<std::string_view> path)
{
    auto const* v = json_member(o, path);
    auto const* s = v ? v->if_string() : nullptr;
    return s ? std::string_view(s->data(), s->size()) : std::string_view();
}

/// The object at that name, made where it is missing or something else.
inline boost::json::object& json_child(boost::json::object& o, std::string_view name)
{
    auto& v = o[name];
    if (!v.is_object())
        v.emplace_object();
    return v.get_object();
}

inline boost::json::object const* meta_of(boost::json::object const& o)
{
    auto const* m = o.if_contains("metadata");
    return m ? m->if_object() : nullptr;
}

inline std::string_view name_of(boost::json::object const& o)
{
    return json_text(o, {"metadata", "name"});
}
inline std::string_view namespace_of(boost::json::object const& o)
{
    return json_text(o, {"metadata", "namespace"});
}
inline std::string_view version_of(boost::json::object const& o)
{
    return json_text(o, {"metadata", "resourceVersion"});
}

/// Whether `metadata.finalizers` holds anything.
inline bool has_finalizers(boost::json::object const& o)
{
    auto const* f = json_member(o, {"metadata", "finalizers"});
    auto const* list = f ? f->if_array() : nullptr;
    return list && !list->empty();
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_KUBE_OBJECT_HPP
