#ifndef PENSTOCK_KUBE_KNOWN_OBJECTS_HPP
#define PENSTOCK_KUBE_KNOWN_OBJECTS_HPP
#include <penstock/kube/sighting.hpp>
#include <penstock/text/compact_text.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
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

    A list is compared object by object (mark), and what it did not name at its end is gone (sweep): so objects that
    vanished while no watch ran are noticed. About 150 bytes per object, beside what is kept of it; one that is seen again
    as it was allocates nothing. */
template <projection P = names_only>
class known_objects
{
public:
    using value = typename P::value;

    /// What an observation means to handlers.
    enum class change : std::uint8_t
    {
        none,
        added,
        modified,
        replaced,  ///< Deleted, and another object of that name added.
    };

    /// A list begins; one that was broken off counts for nothing.
    void begin_list() noexcept { ++mark_; }

    /** An object of the list, or of an ADDED or MODIFIED event.

        @param now What is kept of it; moved from with a `dom_projection`, copied else, so that its memory serves again.
        @param before If it was replaced: what was kept of the other one. */
    change exists(object_head const& head, value& now, value& before)
    {
        auto const uid = std::hash<std::string_view>()(head.uid);
        auto const version = std::hash<std::string_view>()(head.version);
        auto const at = objects_.find(probe(head.name));
        if (at == objects_.end()) {
            objects_.try_emplace(compact_text(probe_), entry{version, uid, mark_, to_keep(now)});
            return change::added;
        }
        auto& known = at->second;
        known.mark = mark_;
        if (known.uid == uid && known.version == version && !head.version.empty())
            return change::none;
        known.version = version;
        if (known.uid != uid) {
            known.uid = uid;
            before = std::exchange(known.kept, to_keep(now));
            return change::replaced;
        }
        bool const told = matters<P>(known.kept, now);
        if (told || says_what_matters<P>)  // else what is kept is equal
            keep(known.kept, now);
        return told ? change::modified : change::none;
    }

    /// What is kept of an object; null where it does not exist. Valid until the next observation.
    value const* find(object_name const& name) const
    {
        auto const at = objects_.find(probe(name));
        return at == objects_.end() ? nullptr : &at->second.kept;
    }

    /// Calls `visit(name, kept)` for each, in the order of their names. It must not observe anything.
    template <class Visit>
    void for_each(Visit visit) const
    {
        object_name name;
        for (auto const& [packed, known] : objects_) {
            unpack(packed.view(), name);
            visit(std::as_const(name), known.kept);
        }
    }

    /// An object of a DELETED event. @return What was kept of it; nothing if it was not known.
    std::optional<value> vanished(object_name const& name)
    {
        auto const at = objects_.find(probe(name));
        if (at == objects_.end())
            return std::nullopt;
        std::optional<value> kept(std::move(at->second.kept));
        objects_.erase(at);
        return kept;
    }

    /// The list is complete. Gives what it did not name and what was kept of that, and forgets it.
    std::vector<std::pair<object_name, value>> end_list()
    {
        std::vector<std::pair<object_name, value>> gone;
        for (auto at = objects_.begin(); at != objects_.end();) {
            if (at->second.mark == mark_) {
                ++at;
            } else {
                unpack(at->first.view(), gone.emplace_back().first);
                gone.back().second = std::move(at->second.kept);
                at = objects_.erase(at);
            }
        }
        return gone;
    }

    std::size_t size() const noexcept { return objects_.size(); }
private:
    struct entry
    {
        std::size_t version;  // hashes; a collision hides a change
        std::size_t uid;      // hides that an object was replaced, not that it changed
        std::uint32_t mark;
        [[no_unique_address]] value kept;
    };

    static value to_keep(value& now)
    {
        if constexpr (field_projection<P>)
            return now;
        else
            return std::move(now);
    }
    static void keep(value& to, value& now)
    {
        if constexpr (field_projection<P>)
            to = now;
        else
            to = std::move(now);
    }

    struct by_name
    {
        using is_transparent = void;
        bool operator()(compact_text const& a, compact_text const& b) const noexcept { return a < b; }
        bool operator()(compact_text const& a, std::string_view b) const noexcept { return a.view() < b; }
        bool operator()(std::string_view a, compact_text const& b) const noexcept { return a < b.view(); }
    };

    /// Namespace and name in one: nothing comes before a zero, so the order is that of the names.
    std::string_view probe(object_name const& name) const
    {
        probe_.assign(name.ns);
        probe_.push_back('\0');
        probe_.append(name.name);
        return probe_;
    }
    static void unpack(std::string_view packed, object_name& name)
    {
        auto const zero = packed.find('\0');
        name.ns.assign(packed.substr(0, zero));
        name.name.assign(packed.substr(zero + 1));
    }

    std::map<compact_text, entry, by_name> objects_;
    std::uint32_t mark_ = 0;
    mutable std::string probe_;
};

/// What is left of an object that vanished unseen and of which nothing was kept: its kind and name.
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
