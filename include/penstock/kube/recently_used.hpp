#ifndef PENSTOCK_KUBE_RECENTLY_USED_HPP
#define PENSTOCK_KUBE_RECENTLY_USED_HPP
#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace penstock::kube {

/** Values by key, so many and no more: one more takes the place of that which was used longest ago.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
template <class Value>
class recently_used
{
public:
    /// @param most At least 1.
    explicit recently_used(std::size_t most) : most_(most == 0 ? 1 : most) {}
    recently_used(recently_used&&) = default;  // a copy would point into the entries of the first one
    recently_used& operator=(recently_used&&) = default;

    /// The value of that key, made when it is not there; valid until the next call.
    Value& operator[](std::string const& key)
    {
        if (auto const known = index_.find(key); known != index_.end()) {
            order_.splice(order_.begin(), order_, known->second);
            return known->second->second;
        }
        if (index_.size() >= most_) {
            index_.erase(order_.back().first);
            order_.pop_back();
        }
        order_.emplace_front(key, Value());
        index_.emplace(order_.front().first, order_.begin());
        return order_.front().second;
    }

    std::size_t size() const noexcept { return index_.size(); }
private:
    using entries = std::list<std::pair<std::string const, Value>>;
    entries order_;  // the one used last first
    std::unordered_map<std::string_view, typename entries::iterator> index_;
    std::size_t most_;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_RECENTLY_USED_HPP
