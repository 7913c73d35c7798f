#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_SCHEMA_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_SCHEMA_IPP
#include <penstock/embedded/kube_schema.hpp>

#include <penstock/embedded/impl/kube_schema_checker.ipp>
#include <penstock/embedded/kube_object.hpp>

#include <boost/json/array.hpp>

#include <utility>

namespace penstock::embedded {

namespace kube_detail {

inline void fill(boost::json::value& v, boost::json::object const& schema)
{
    if (auto* o = v.if_object()) {
        if (auto const* properties = sub(schema, "properties"))
            for (auto const& [name, s] : *properties) {
                auto const* p = s.if_object();
                auto const* d = p ? p->if_contains("default") : nullptr;
                auto const* there = o->if_contains(name);
                bool const nothing = there && there->is_null() && p && !flag(*p, "nullable");
                if (d && (!there || nothing))
                    (*o)[name] = *d;
                else if (nothing)
                    o->erase(name);  // a null that may not be is as good as nothing
            }
        for (auto& [name, value] : *o)
            if (auto const* s = member_schema(schema, name))
                fill(value, *s);
    } else if (auto* a = v.if_array())
        if (auto const* items = sub(schema, "items"))
            for (auto& e : *a)
                fill(e, *items);
}

inline void drop_unknown(boost::json::value& v, boost::json::object const& schema, std::string const& path, bool root,
                         std::vector<std::string>& dropped)
{
    if (auto* a = v.if_array()) {
        if (auto const* items = sub(schema, "items"))
            for (std::size_t i = 0; i < a->size(); ++i)
                drop_unknown((*a)[i], *items, path + '[' + std::to_string(i) + ']', false, dropped);
        return;
    }
    auto* o = v.if_object();
    if (!o)
        return;
    bool const keeps = flag(schema, "x-kubernetes-preserve-unknown-fields") || flag(schema, "additionalProperties");
    bool const embedded = root || flag(schema, "x-kubernetes-embedded-resource");
    std::vector<std::string> gone;
    for (auto& [name, value] : *o) {
        if (embedded && (name == "apiVersion" || name == "kind" || name == "metadata"))
            continue;
        if (auto const* s = member_schema(schema, name))
            drop_unknown(value, *s, joined(path, name), false, dropped);
        else if (!keeps)
            gone.emplace_back(name);
    }
    for (auto const& name : gone) {
        o->erase(name);
        dropped.push_back(joined(path, name));
    }
}

}  // namespace kube_detail

PENSTOCK_DECL kube_schema::kube_schema(boost::json::object root)
    : root_(std::move(root)), patterns_(std::make_unique<patterns>())
{}

PENSTOCK_DECL kube_schema::~kube_schema() = default;

PENSTOCK_DECL void kube_schema::set_defaults(boost::json::object& object) const
{
    boost::json::value v(std::move(object));
    kube_detail::fill(v, root_);
    object = std::move(v.get_object());
}

PENSTOCK_DECL std::vector<std::string> kube_schema::prune(boost::json::object& object) const
{
    std::vector<std::string> dropped;
    boost::json::value v(std::move(object));
    kube_detail::drop_unknown(v, root_, "", true, dropped);
    object = std::move(v.get_object());
    return dropped;
}

PENSTOCK_DECL std::vector<kube_cause> kube_schema::validate(boost::json::object const& object) const
{
    checker all(*patterns_);
    all.check(boost::json::value(object), root_, "");
    return std::move(all.causes);
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_SCHEMA_IPP
