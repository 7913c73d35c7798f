#ifndef PENSTOCK_EMBEDDED_KUBE_REGISTRY_HPP
#define PENSTOCK_EMBEDDED_KUBE_REGISTRY_HPP
#include <penstock/embedded/kube_type.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::embedded {

using kube_type_ptr = std::shared_ptr<kube_type const>;

/// The types that the server serves now, in the order of their registration.
class kube_registry
{
public:
    /// Replaces all versions of that key.
    void add(std::vector<kube_type_ptr> versions)
    {
        if (!versions.empty())
            remove(versions.front()->key());
        for (auto& t : versions)
            types_.push_back(std::move(t));
    }

    void remove(std::string_view key)
    {
        std::erase_if(types_, [key](kube_type_ptr const& t) { return t->key() == key; });
    }

    /// Null where there is no such resource.
    kube_type_ptr find(std::string_view group, std::string_view version, std::string_view plural) const
    {
        return first(
            [&](kube_type const& t) { return t.group == group && t.version == version && t.plural == plural; });
    }

    /// By what an object says about itself.
    kube_type_ptr find_kind(std::string_view api_version, std::string_view kind) const
    {
        return first([&](kube_type const& t) { return t.kind == kind && t.api_version() == api_version; });
    }

    /// The version that objects of this key are stored as.
    kube_type_ptr find_key(std::string_view key) const
    {
        return first([&](kube_type const& t) { return t.key() == key; });
    }

    std::vector<kube_type_ptr> const& all() const noexcept { return types_; }

    /// Every group with its versions, in order.
    std::vector<std::pair<std::string, std::vector<std::string>>> groups() const
    {
        std::vector<std::pair<std::string, std::vector<std::string>>> out;
        for (auto const& t : types_) {
            auto g = std::find_if(out.begin(), out.end(), [&t](auto const& e) { return e.first == t->group; });
            if (g == out.end())
                g = out.insert(out.end(), {t->group, {}});
            if (std::find(g->second.begin(), g->second.end(), t->version) == g->second.end())
                g->second.push_back(t->version);
        }
        return out;
    }
private:
    template <class Predicate>
    kube_type_ptr first(Predicate matches) const
    {
        auto const at = std::find_if(types_.begin(), types_.end(), [&](kube_type_ptr const& t) { return matches(*t); });
        return at == types_.end() ? nullptr : *at;
    }
    std::vector<kube_type_ptr> types_;
};

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_KUBE_REGISTRY_HPP
