#ifndef PENSTOCK_EMBEDDED_KUBE_FINALIZERS_HPP
#define PENSTOCK_EMBEDDED_KUBE_FINALIZERS_HPP
#include <penstock/embedded/kube_object.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <string_view>
#include <utility>

namespace penstock::embedded {

/// What becomes of the objects that name the removed one as their owner, and have no other.
enum class kube_propagation
{
    unset,       ///< As finalizers of the object say that are there already; in the background otherwise.
    background,  ///< They go after it.
    foreground,  ///< They go first: it waits for those that block its deletion.
    orphan,      ///< They stay and forget their owner.
};

/// The finalizers by which a deletion tells the garbage collector what to do.
inline constexpr std::string_view foreground_finalizer = "foregroundDeletion";
inline constexpr std::string_view orphan_finalizer = "orphan";

inline bool has_finalizer(boost::json::object const& object, std::string_view name)
{
    auto const* list = json_member(object, {"metadata", "finalizers"});
    if (!list || !list->is_array())
        return false;
    for (auto const& f : list->get_array())
        if (f.is_string() && std::string_view(f.get_string()) == name)
            return true;
    return false;
}

inline void remove_finalizer(boost::json::object& object, std::string_view name)
{
    if (!has_finalizer(object, name))
        return;
    boost::json::array kept;
    auto& m = json_child(object, "metadata");
    for (auto const& f : m.at("finalizers").get_array())
        if (!f.is_string() || std::string_view(f.get_string()) != name)
            kept.push_back(f);
    if (kept.empty())
        m.erase("finalizers");
    else
        m["finalizers"] = std::move(kept);
}

/// What a deletion does to the finalizers of an object: the one for its policy takes the place of the other.
inline void set_collector_finalizers(boost::json::object& object, kube_propagation policy)
{
    if (policy == kube_propagation::unset)
        return;
    remove_finalizer(object, foreground_finalizer);
    remove_finalizer(object, orphan_finalizer);
    if (policy == kube_propagation::background)
        return;
    auto& list = json_child(object, "metadata")["finalizers"];
    if (!list.is_array())
        list.emplace_array();
    auto const name = policy == kube_propagation::orphan ? orphan_finalizer : foreground_finalizer;
    list.get_array().emplace_back(boost::json::string_view(name.data(), name.size()));
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_KUBE_FINALIZERS_HPP
