#ifndef PENSTOCK_SIDECAR_SECRET_KEEPER_HPP
#define PENSTOCK_SIDECAR_SECRET_KEEPER_HPP
#include "secret_reader.hpp"
#include "world.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::sidecar {

/** Keeps secrets as fresh as the places they come from: reads them every 10 s and hands a list over when it differs
    from the one before. A place that cannot be read is logged once for each reason; what worked before stays in
    use. Every secret that was read is kept out of the logs. One thread. */
class secret_keeper
{
public:
    /// Takes a new list, in the order of its places, without those that could not be read. Empty only where a list that
    /// was in use has been taken away, or has lost a place and has nothing else. The names are those of the places, in
    /// the same order; empty where none was given.
    using user = std::function<result<void>(std::vector<secret> const&, std::vector<std::string> const& names)>;

    secret_keeper(world& env, cluster_secret_reader read_cluster);

    /// Begins a new set of lists: what `keep` does not name again until `replaced` is taken away.
    void replace();
    /// Adds a list under a name for log lines. An empty list of places is left out. What the list of that name before
    /// held from the same places stays in use while they cannot be read; what it held from others does not.
    void keep(std::string name, std::vector<secret_place> places, user use);
    /// Ends a new set of lists.
    void replaced();

    /// Whether a list of this name has been read once, well or not; true where none is kept.
    bool asked(std::string_view name) const;

    /// Reads all lists once, side by side: one that is slow to read holds up no other.
    awaitable<void> refresh();
    /// Reads them now, and again and again, until it is cancelled.
    awaitable<void> run();
private:
    struct list
    {
        std::vector<secret_place> places;
        user use;
        std::uint64_t generation = 0;  // tells a list from the one that a reload puts in its place
        std::string print;  // what was handed over last, hashed
        std::map<std::string, secret> last;  // by place: what it held when it could be read
        std::map<std::string, std::string> told;  // by place: what is wrong with it
        bool withdraws = false;  // what was handed over before held a place that is gone
    };
    awaitable<void> refresh_one(std::string name);
    void complain(std::string const& name, std::string const& about, std::string const& what);

    world& env_;
    cluster_secret_reader read_cluster_;
    std::map<std::string, list, std::less<>> lists_;
    std::map<std::string, list, std::less<>> former_;  // between `replace` and `replaced`
    std::set<std::string, std::less<>> asked_;  // a reload takes nothing away
    std::uint64_t generation_ = 0;
};

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_SECRET_KEEPER_HPP
