#ifndef PENSTOCK_KUBE_INDEX_HPP
#define PENSTOCK_KUBE_INDEX_HPP
#include <penstock/kube/object_ref.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::kube {

/** Finds objects by something other than their name: the Secret that they read, the node that they run on. Fed by
    whoever hears of them. Nothing is left of a value that nobody has any more.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class index
{
public:
    /// These are the values of an object now; those that it had before and has no more are forgotten.
    void put(object_name const& name, std::vector<std::string> values)
    {
        std::sort(values.begin(), values.end());
        values.erase(std::unique(values.begin(), values.end()), values.end());
        auto& had = values_[name];
        for (auto const& old : had) {
            if (!std::binary_search(values.begin(), values.end(), old))
                forget(old, name);
        }
        for (auto const& value : values)
            names_[value].insert(name);
        had = std::move(values);
        if (had.empty())
            values_.erase(name);
    }

    void erase(object_name const& name) { put(name, {}); }

    /// Those that have it, in the order of their names; valid until the next `put`.
    std::set<object_name> const& find(std::string_view value) const
    {
        static std::set<object_name> const none;
        auto const at = names_.find(value);
        return at == names_.end() ? none : at->second;
    }

    /// How many values somebody has.
    std::size_t size() const noexcept { return names_.size(); }
private:
    void forget(std::string const& value, object_name const& name)
    {
        auto const at = names_.find(value);
        at->second.erase(name);
        if (at->second.empty())
            names_.erase(at);
    }

    std::map<object_name, std::vector<std::string>> values_;  // sorted
    std::map<std::string, std::set<object_name>, std::less<>> names_;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_INDEX_HPP
