#ifndef PENSTOCK_KUBE_KNOWN_OBJECTS_HPP
#define PENSTOCK_KUBE_KNOWN_OBJECTS_HPP
#include <penstock/kube/object.hpp>
#include <penstock/kube/projection.hpp>
#include <penstock/kube/watch_decoder.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace penstock::kube {

/// What happened to an object, as handlers are told.
enum class object_event : std::uint8_t
{
    added,
    modified,
    deleted,
};

/** Remembers which objects exist, and of each what a projection keeps, and so tells what lists and events mean. Pure.

    A list is compared page by page (mark), and what it did not name at its end is gone (sweep): so objects that
    vanished while no watch ran are noticed. About 200 bytes per object, beside what is kept of it. */
template <projection P = names_only>
class known_objects
{
public:
    /// What an observation means to handlers.
    enum class change : std::uint8_t
    {
        none,
        added,
        modified,
        deleted,
        replaced,  ///< Deleted, and another object of that name added.
    };

    /// A list begins; one that was broken off counts for nothing.
    void begin_list() noexcept { ++mark_; }

    /// An object of the list, or of an ADDED or MODIFIED event.
    change exists(boost::json::object const& object)
    {
        auto const uid = std::hash<std::string_view>()(uid_of(object));
        auto const version = resource_version_of(object);
        auto const [at, fresh] = objects_.try_emplace(name_of(object));
        auto& known = at->second;
        known.mark = mark_;
        if (!fresh && known.uid == uid && known.version == version && !version.empty())
            return change::none;
        bool const other = !fresh && known.uid != uid;
        auto kept = P::of(object);
        bool const matters = fresh || other || P::matters(known.kept, kept);
        known.uid = uid;
        known.version = version;
        known.kept = std::move(kept);
        return fresh ? change::added : other ? change::replaced : matters ? change::modified : change::none;
    }

    /// What is kept of an object; null where it does not exist. Valid until the next observation.
    typename P::value const* find(object_name const& name) const
    {
        auto const at = objects_.find(name);
        return at == objects_.end() ? nullptr : &at->second.kept;
    }

    /// Calls `visit(name, kept)` for each, in the order of their names. It must not observe anything.
    template <class Visit>
    void for_each(Visit visit) const
    {
        for (auto const& [name, known] : objects_)
            visit(name, known.kept);
    }

    /// An object of a DELETED event.
    change vanished(boost::json::object const& object)
    {
        return objects_.erase(name_of(object)) != 0 ? change::deleted : change::none;
    }

    /// The list is complete. Gives what it did not name, and forgets it.
    std::vector<object_name> end_list()
    {
        std::vector<object_name> gone;
        for (auto at = objects_.begin(); at != objects_.end();) {
            if (at->second.mark == mark_) {
                ++at;
            } else {
                gone.push_back(at->first);
                at = objects_.erase(at);
            }
        }
        return gone;
    }

    std::size_t size() const noexcept { return objects_.size(); }
private:
    struct entry
    {
        std::string version;
        std::size_t uid = 0;  // a hash; a collision hides that an object was replaced, not that it changed
        std::uint64_t mark = 0;
        [[no_unique_address]] typename P::value kept;
    };
    std::map<object_name, entry> objects_;
    std::uint64_t mark_ = 0;
};

/// What is left of an object that vanished unseen: its kind and name.
inline boost::json::object tombstone(resource const& what, object_name const& name)
{
    boost::json::object metadata{{"name", name.name}};
    if (!name.ns.empty())
        metadata["namespace"] = name.ns;
    boost::json::object object{{"apiVersion", what.api_version()}, {"kind", what.kind}};
    object["metadata"] = std::move(metadata);
    return object;
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_KNOWN_OBJECTS_HPP
