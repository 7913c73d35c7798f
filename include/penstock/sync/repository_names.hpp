#ifndef PENSTOCK_SYNC_REPOSITORY_NAMES_HPP
#define PENSTOCK_SYNC_REPOSITORY_NAMES_HPP
#include <penstock/git/repository_url.hpp>

#include <bit>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::sync {

/** `git::normalise`, and the names of the addresses that were seen last: a forge writes the same ones in each delivery.

    One place for each value of a hash: a new address takes it from the old one. Longer addresses than `max_url` are
    not remembered, so the memory is bounded. Not thread-safe. */
class repository_names
{
public:
    static constexpr std::size_t max_url = 256;

    /// @param places Addresses remembered at most, about 400 bytes each; rounded up to a power of two.
    explicit repository_names(std::size_t places = 1024) : places_(std::bit_ceil(places)) {}

    /// The name; the view lives until the next call.
    std::string_view of(std::string_view url)
    {
        if (url.empty() || url.size() > max_url) {
            other_ = git::normalise(url);
            return other_;
        }
        auto& place = places_[std::hash<std::string_view>()(url) & (places_.size() - 1)];
        if (place.url != url) {
            place.name = git::normalise(url);
            place.url.assign(url);
        }
        return place.name;
    }
private:
    struct entry
    {
        std::string url;
        std::string name;
    };
    std::vector<entry> places_;
    std::string other_;
};

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_REPOSITORY_NAMES_HPP
