#ifndef PENSTOCK_SYNC_ROUTE_HPP
#define PENSTOCK_SYNC_ROUTE_HPP
#include <penstock/config.hpp>
#include <penstock/git/reference_choice.hpp>
#include <penstock/hook/event.hpp>
#include <penstock/sync/repository_names.hpp>
#include <penstock/sync/source.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace penstock::sync {

/// Where an event goes: keys of sources, or the reason why nowhere.
struct routed
{
    std::vector<std::string> keys;
    std::string ignored;  ///< Empty when there are keys.
};

/** Finds the sources that follow what was pushed, by normalised repository URL and by ref.

    A pure index: `put` and `erase` as the cluster changes, `find` for each delivery. Not thread-safe, `find` neither:
    it remembers the names of the addresses that it has seen. */
class route_table
{
public:
    /// Enters a source, or replaces what was known of it. Other kinds than GitRepository are not entered.
    PENSTOCK_DECL void put(source const& s);
    PENSTOCK_DECL void erase(std::string const& key);

    /// @return Keys in order; or why the event needs nothing: not a push, a deleted branch, no such repository,
    /// nobody follows that ref.
    PENSTOCK_DECL routed find(hook::push_event const& event);

    /// The same, into what was used before, for its memory.
    PENSTOCK_DECL void find_into(routed& to, hook::push_event const& event);
private:
    struct entry
    {
        std::string url;
        git::reference_choice choice;
    };
    using followers = std::vector<std::pair<std::string const, entry> const*>;

    struct hash
    {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>()(text); }
    };

    std::map<std::string, entry, std::less<>> sources_;
    std::unordered_map<std::string, followers, hash, std::equal_to<>> by_url_;
    repository_names names_;
};

}  // namespace penstock::sync

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/sync/impl/route.ipp>
#endif

#endif  // PENSTOCK_SYNC_ROUTE_HPP
