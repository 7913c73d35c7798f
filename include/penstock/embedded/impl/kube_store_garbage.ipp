#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_STORE_GARBAGE_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_STORE_GARBAGE_IPP
#include <penstock/embedded/kube_store.hpp>

#include <algorithm>
#include <utility>

// What the garbage collector of a cluster does, at once.
namespace penstock::embedded {

namespace kube_detail {

/// Calls `visit(reference)` for each owner that an object names, until it returns true. @return Whether it did.
template <class Visit>
bool any_owner(boost::json::object const& object, Visit visit)
{
    auto const* refs = json_member(object, {"metadata", "ownerReferences"});
    auto const* list = refs ? refs->if_array() : nullptr;
    return list && std::any_of(list->begin(), list->end(), [&](boost::json::value const& r) {
               return r.is_object() && visit(r.get_object());
           });
}

inline bool is_being_deleted(boost::json::object const& object)
{
    return !json_text(object, {"metadata", "deletionTimestamp"}).empty();
}

/// Whether it is there only until its dependents are gone.
inline bool waits_for_dependents(boost::json::object const& object)
{
    return is_being_deleted(object) && has_finalizer(object, foreground_finalizer);
}

inline bool blocks(boost::json::object const& dependent, std::string_view owner_uid)
{
    return any_owner(dependent, [owner_uid](boost::json::object const& r) {
        auto const* b = r.if_contains("blockOwnerDeletion");
        return json_text(r, {"uid"}) == owner_uid && b && b->is_bool() && b->get_bool();
    });
}

}  // namespace kube_detail

PENSTOCK_DECL auto kube_store::with_uid(std::string_view uid) const -> relative
{
    for (auto const& [key, all] : shelves_)
        for (auto const& [where, o] : all)
            if (json_text(*o, {"metadata", "uid"}) == uid)
                return {types_.find_key(key), o};
    return {};
}

PENSTOCK_DECL auto kube_store::dependents(std::string_view owner_uid) const -> std::vector<relative>
{
    std::vector<relative> out;
    for (auto const& [key, all] : shelves_)
        for (auto const& [where, o] : all)
            if (kube_detail::any_owner(*o, [&](auto const& r) { return json_text(r, {"uid"}) == owner_uid; }))
                if (auto type = types_.find_key(key))
                    out.emplace_back(std::move(type), o);
    return out;
}

/// Another that lives, and does not itself wait for its dependents to go.
PENSTOCK_DECL bool kube_store::has_other_owner(kube_object const& dependent, std::string_view owner_uid) const
{
    return kube_detail::any_owner(*dependent, [&](boost::json::object const& r) {
        auto const uid = json_text(r, {"uid"});
        auto const owner = uid == owner_uid ? relative() : with_uid(uid);
        return owner.second && !kube_detail::waits_for_dependents(*owner.second);
    });
}

PENSTOCK_DECL void kube_store::disown(relative const& dependent, std::string_view owner_uid)
{
    auto now = *dependent.second;
    boost::json::array kept;
    auto& m = json_child(now, "metadata");
    for (auto const& r : m.at("ownerReferences").as_array())
        if (!r.is_object() || json_text(r.get_object(), {"uid"}) != owner_uid)
            kept.push_back(r);
    if (kept.empty())
        m.erase("ownerReferences");
    else
        m["ownerReferences"] = std::move(kept);
    commit(*dependent.first, dependent.second, std::move(now));
}

/// Of two that own each other none would ever go.
PENSTOCK_DECL void kube_store::unblock(relative const& dependent)
{
    auto now = *dependent.second;
    for (auto& r : json_child(now, "metadata").at("ownerReferences").as_array())
        if (r.is_object() && r.get_object().contains("blockOwnerDeletion"))
            r.get_object()["blockOwnerDeletion"] = false;
    commit(*dependent.first, dependent.second, std::move(now));
}

/// In the background: the owner has gone.
PENSTOCK_DECL void kube_store::collect(std::string_view owner_uid)
{
    for (auto const& d : dependents(owner_uid)) {
        if (kube_detail::is_being_deleted(*d.second))
            continue;
        if (has_other_owner(d.second, owner_uid))
            disown(d, owner_uid);
        else
            static_cast<void>(remove(*d.first, namespace_of(*d.second), name_of(*d.second)));
    }
}

/// The owner waits.
PENSTOCK_DECL void kube_store::collect_in_foreground(std::string const& uid)
{
    for (auto const& d : dependents(uid)) {
        if (kube_detail::is_being_deleted(*d.second))
            continue;
        if (has_other_owner(d.second, uid)) {
            disown(d, uid);
            continue;
        }
        auto const below = dependents(json_text(*d.second, {"metadata", "uid"}));
        bool const circle = std::any_of(below.begin(), below.end(),
                                        [](relative const& b) { return kube_detail::waits_for_dependents(*b.second); });
        if (circle)
            unblock(d);
        kube_removal how;
        how.propagation = below.empty() ? kube_propagation::unset : kube_propagation::foreground;
        static_cast<void>(remove(*d.first, namespace_of(*d.second), name_of(*d.second), how));
    }
}

/// Does for an object that is being deleted what its finalizers ask the collector for.
PENSTOCK_DECL void kube_store::settle(kube_type const& type, kube_object const& object)
{
    std::string const uid(json_text(*object, {"metadata", "uid"}));
    if (!kube_detail::is_being_deleted(*object) || settling_.contains(uid))
        return;
    if (has_finalizer(*object, orphan_finalizer)) {
        for (auto const& d : dependents(uid))
            disown(d, uid);
        release(type, object, orphan_finalizer);
    } else if (has_finalizer(*object, foreground_finalizer)) {
        settling_.insert(uid);
        collect_in_foreground(uid);
        settling_.erase(uid);
        auto const left = dependents(uid);
        if (std::none_of(left.begin(), left.end(),
                         [&uid](relative const& d) { return kube_detail::blocks(*d.second, uid); }))
            release(type, object, foreground_finalizer);
    }
}

/// One that its owners may have waited for has gone.
PENSTOCK_DECL void kube_store::settle_owners(kube_object const& dependent)
{
    std::vector<relative> owners;
    kube_detail::any_owner(*dependent, [&](boost::json::object const& r) {
        if (auto owner = with_uid(json_text(r, {"uid"})); owner.second)
            owners.push_back(std::move(owner));
        return false;
    });
    for (auto const& o : owners)
        settle(*o.first, o.second);
}

PENSTOCK_DECL void kube_store::release(kube_type const& type, kube_object const& object, std::string_view finalizer)
{
    auto const before = find(type.shelf(), namespace_of(*object), name_of(*object));
    if (!before || !has_finalizer(*before, finalizer))
        return;
    auto now = *before;
    remove_finalizer(now, finalizer);
    if (has_finalizers(now))
        commit(type, before, std::move(now));
    else
        erase(type, before, false);
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_STORE_GARBAGE_IPP
