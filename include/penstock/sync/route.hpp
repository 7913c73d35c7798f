#ifndef PENSTOCK_SYNC_ROUTE_HPP
#define PENSTOCK_SYNC_ROUTE_HPP
#include <penstock/config.hpp>
#include <penstock/git/reference_choice.hpp>
#include <penstock/hook/event.hpp>
#include <penstock/sync/source.hpp>

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace penstock::sync {

/// Where an event goes: keys of sources, or the reason why nowhere.
struct routed
{
    std::vector<std::string> keys;
    std::string ignored;  ///< Empty when there are keys.
};

/** Finds the sources that follow what was pushed, by normalised repository URL and by ref.

    A pure index: `put` and `erase` as the cluster changes, `find` for each delivery. Not thread-safe. */
class route_table
{
public:
    /// Enters a source, or replaces what was known of it. Other kinds than GitRepository are not entered.
    PENSTOCK_DECL void put(source const& s);
    PENSTOCK_DECL void erase(std::string const& key);

    /// @return Keys in order; or why the event needs nothing: not a push, a deleted branch, no such repository,
    /// nobody follows that ref.
    PENSTOCK_DECL routed find(hook::push_event const& event) const;
private:
    struct entry
    {
        std::string url;
        git::reference_choice choice;
    };
    std::map<std::string, entry, std::less<>> sources_;
    std::unordered_map<std::string, std::vector<std::string>> by_url_;
};

}  // namespace penstock::sync

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/sync/impl/route.ipp>
#endif

#endif  // PENSTOCK_SYNC_ROUTE_HPP
