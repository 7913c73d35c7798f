#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_STORE_REMOVAL_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_STORE_REMOVAL_IPP
#include <penstock/embedded/kube_store.hpp>

#include <algorithm>

namespace penstock::embedded {

PENSTOCK_DECL kube_result<kube_removed> kube_store::remove(kube_type const& type, std::string_view ns,
                                                           std::string_view name, kube_removal const& how)
{
    auto const before = find(type.shelf(), ns, name);
    if (!before)
        return kube_errors::not_found(type, name);
    auto const uid = json_text(*before, {"metadata", "uid"});
    if (!how.uid.empty() && how.uid != uid)
        return kube_errors::precondition(type, name, "UID", how.uid, uid);
    if (!how.version.empty() && how.version != version_of(*before))
        return kube_errors::precondition(type, name, "ResourceVersion", how.version, version_of(*before));
    auto now = *before;
    set_collector_finalizers(now, how.propagation);
    kube_removed out;
    out.object = as(type, before);
    bool const is_namespace = type.kind == "Namespace" && !type.custom;
    out.gone = !has_finalizers(now);
    if (how.dry_run)
        return out;
    if (is_namespace)
        empty_namespace(std::string(name));
    bool const holds = is_namespace && std::any_of(shelves_.begin(), shelves_.end(), [name](auto const& s) {
                           return std::any_of(s.second.begin(), s.second.end(),
                                              [name](auto const& e) { return e.first.first == name; });
                       });
    if (out.gone && !holds) {
        erase(type, before, false);
        return out;
    }
    out.gone = false;
    if (json_text(now, {"metadata", "deletionTimestamp"}).empty()) {
        auto& m = json_child(now, "metadata");
        m["deletionTimestamp"] = timestamp();
        m["deletionGracePeriodSeconds"] = 0;
        if (auto* g = type.generation ? m.if_contains("generation") : nullptr; g && g->is_int64())
            *g = g->get_int64() + 1;
        if (is_namespace)
            json_child(now, "status")["phase"] = "Terminating";
    }
    if (now == *before)
        return out;
    auto const kept = commit(type, before, std::move(now));
    out.object = as(type, kept);
    if (options_.collect_garbage)
        settle(type, kept);
    return out;
}

PENSTOCK_DECL void kube_store::erase(kube_type const& type, kube_object const& object, bool alone)
{
    std::string const ns(namespace_of(*object));
    std::string const name(name_of(*object));
    // A copy: removing a definition removes the type.
    kube_type const kept = type;
    if (kept.kind == "CustomResourceDefinition") {
        std::vector<kube_object> all;
        for (auto const& [where, o] : shelves_[name])
            all.push_back(o);
        if (auto const custom = types_.find_key(name))
            for (auto const& o : all)
                erase(*custom, o, true);
        types_.remove(name);
    }
    shelves_[kept.shelf()].erase({ns, name});
    auto last = *object;
    json_child(last, "metadata")["resourceVersion"] = std::to_string(++version_);
    kube_change change;
    change.version = version_;
    change.key = kept.shelf();
    change.before = object;
    change.last = std::make_shared<boost::json::object const>(std::move(last));
    history_.add(std::move(change));
    if (options_.collect_garbage && !alone) {
        collect(json_text(*object, {"metadata", "uid"}));
        settle_owners(object);
    }
    if (!ns.empty())
        close_namespace(ns);
}

PENSTOCK_DECL void kube_store::empty_namespace(std::string const& ns)
{
    std::vector<std::pair<std::string, kube_object>> all;
    for (auto const& [key, objects] : shelves_)
        for (auto const& [where, o] : objects)
            if (where.first == ns)
                all.emplace_back(key, o);
    for (auto const& [key, o] : all)
        if (auto const type = types_.find_key(key))
            static_cast<void>(remove(*type, ns, name_of(*o)));
}

/// The last object of a namespace that is being deleted takes the namespace with it.
PENSTOCK_DECL void kube_store::close_namespace(std::string const& ns)
{
    auto const object = find("namespaces", "", ns);
    if (!object || json_text(*object, {"metadata", "deletionTimestamp"}).empty() || has_finalizers(*object))
        return;
    for (auto const& [key, objects] : shelves_)
        if (auto const at = objects.lower_bound({ns, ""}); at != objects.end() && at->first.first == ns)
            return;
    erase(*types_.find("", "v1", "namespaces"), object, true);
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_STORE_REMOVAL_IPP
