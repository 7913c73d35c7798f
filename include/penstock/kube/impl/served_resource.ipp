#ifndef PENSTOCK_KUBE_IMPL_SERVED_RESOURCE_IPP
#define PENSTOCK_KUBE_IMPL_SERVED_RESOURCE_IPP
#include <penstock/kube/served_resource.hpp>

#include <penstock/kube/object.hpp>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

namespace penstock::kube {

namespace detail {

inline constexpr std::size_t most_entries = 10'000;

/// Calls `visit` with every object in the list under `key`, up to the limit.
template <class Visit>
void for_each_object(boost::json::object const& from, std::string_view key, Visit visit)
{
    auto const* list = from.if_contains(key);
    if (list == nullptr || !list->is_array())
        return;
    std::size_t left = most_entries;
    for (auto const& each : list->get_array()) {
        if (left-- == 0)
            return;
        if (auto const* object = each.if_object())
            visit(*object);
    }
}

inline std::vector<std::string> texts_at(boost::json::object const& from, std::string_view key)
{
    std::vector<std::string> out;
    auto const* list = from.if_contains(key);
    if (list == nullptr || !list->is_array())
        return out;
    for (auto const& each : list->get_array())
        if (auto const* text = each.if_string(); text != nullptr && out.size() < most_entries)
            out.emplace_back(text->data(), text->size());
    return out;
}

inline bool holds(std::vector<std::string> const& all, std::string_view wanted) noexcept
{
    return std::find(all.begin(), all.end(), wanted) != all.end();
}

inline served_resource of_aggregated(served_version const& in, boost::json::object const& entry)
{
    served_resource r;
    auto const* kind = object_at(entry, "responseKind");
    r.what = resource(in.group, in.version, std::string(text_at(entry, "resource")),
                      std::string(kind == nullptr ? std::string_view() : text_at(*kind, "kind")),
                      text_at(entry, "scope") == "Namespaced");
    r.singular = text_at(entry, "singularResource");
    r.short_names = texts_at(entry, "shortNames");
    r.categories = texts_at(entry, "categories");
    r.verbs = texts_at(entry, "verbs");
    for_each_object(entry, "subresources",
                    [&r](boost::json::object const& sub) { r.subresources.emplace_back(text_at(sub, "subresource")); });
    return r;
}

inline served_versions decode_aggregated(boost::json::object const& answer)
{
    served_versions out;
    for_each_object(answer, "items", [&out](boost::json::object const& group) {
        for_each_object(group, "versions", [&](boost::json::object const& version) {
            served_version v;
            v.group = metadata_text(group, "name");
            v.version = text_at(version, "version");
            v.known = text_at(version, "freshness") != "Stale";
            for_each_object(version, "resources", [&v](boost::json::object const& entry) {
                auto r = of_aggregated(v, entry);
                if (!r.what.plural.empty() && !r.what.kind.empty())
                    v.resources.push_back(std::move(r));
            });
            if (!v.version.empty())
                out.push_back(std::move(v));
        });
    });
    return out;
}

/// The preferred version first, then as listed.
inline served_versions decode_groups(boost::json::object const& answer)
{
    served_versions out;
    for_each_object(answer, "groups", [&out](boost::json::object const& group) {
        auto const* preferred = object_at(group, "preferredVersion");
        auto const first = preferred == nullptr ? std::string_view() : text_at(*preferred, "version");
        auto const begin = static_cast<std::ptrdiff_t>(out.size());
        for_each_object(group, "versions", [&](boost::json::object const& version) {
            served_version v;
            v.group = text_at(group, "name");
            v.version = text_at(version, "version");
            v.known = false;
            if (!v.version.empty())
                out.push_back(std::move(v));
        });
        auto const front = out.begin() + begin;
        auto const favourite =
            std::find_if(front, out.end(), [first](served_version const& v) { return v.version == first; });
        if (favourite != out.end())
            std::rotate(front, favourite, std::next(favourite));
    });
    return out;
}

inline served_versions decode_core(boost::json::object const& answer)
{
    served_versions out;
    for (auto& name : texts_at(answer, "versions")) {
        served_version v;
        v.version = std::move(name);
        v.known = false;
        out.push_back(std::move(v));
    }
    return out;
}

}  // namespace detail

PENSTOCK_DECL bool served_resource::can(std::string_view verb) const noexcept
{
    return detail::holds(verbs, verb);
}

PENSTOCK_DECL bool served_resource::has(std::string_view subresource) const noexcept
{
    return detail::holds(subresources, subresource);
}

PENSTOCK_DECL result<served_versions> decode_served_versions(boost::json::object const& answer)
{
    auto const kind = text_at(answer, "kind");
    if (kind == "APIGroupDiscoveryList")
        return detail::decode_aggregated(answer);
    if (kind == "APIGroupList")
        return detail::decode_groups(answer);
    if (kind == "APIVersions")
        return detail::decode_core(answer);
    return failure(errc::malformed, "discovery: the server answered with the kind \"" + std::string(kind) + '"');
}

PENSTOCK_DECL result<void> decode_served_resources(boost::json::object const& answer, served_version& into)
{
    if (text_at(answer, "kind") != "APIResourceList")
        return failure(errc::malformed, "discovery: what should be an APIResourceList is none");
    into.resources.clear();
    detail::for_each_object(answer, "resources", [&into](boost::json::object const& entry) {
        auto const name = text_at(entry, "name");
        auto const* namespaced = entry.if_contains("namespaced");
        if (auto const slash = name.find('/'); slash != std::string_view::npos) {
            auto const parent = name.substr(0, slash);
            for (auto& r : into.resources)
                if (r.what.plural == parent)
                    r.subresources.emplace_back(name.substr(slash + 1));
            return;
        }
        served_resource r;
        r.what = resource(into.group, into.version, std::string(name), std::string(text_at(entry, "kind")),
                          namespaced != nullptr && namespaced->is_bool() && namespaced->get_bool());
        r.singular = text_at(entry, "singularName");
        r.short_names = detail::texts_at(entry, "shortNames");
        r.categories = detail::texts_at(entry, "categories");
        r.verbs = detail::texts_at(entry, "verbs");
        if (!r.what.plural.empty() && !r.what.kind.empty())
            into.resources.push_back(std::move(r));
    });
    into.known = true;
    return {};
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_IMPL_SERVED_RESOURCE_IPP
