#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_DISCOVERY_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_DISCOVERY_IPP
#include <penstock/embedded/kube_discovery.hpp>

#include <boost/json/array.hpp>

#include <utility>
#include <vector>

namespace penstock::embedded::kube_discovery {

namespace kube_detail {

inline boost::json::array strings(std::vector<std::string> const& all)
{
    boost::json::array out;
    for (auto const& s : all)
        out.emplace_back(boost::json::string_view(s));
    return out;
}

inline boost::json::array verbs(kube_type const& t)
{
    if (t.create_only)
        return {"create"};
    return {"delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"};
}

inline boost::json::object group_json(std::string const& name, std::vector<std::string> const& versions)
{
    boost::json::array all;
    for (auto const& v : versions)
        all.push_back(boost::json::object{{"groupVersion", name + '/' + v}, {"version", v}});
    boost::json::object o;
    o["name"] = name;
    o["preferredVersion"] = all.front();
    o["versions"] = std::move(all);
    return o;
}

inline boost::json::object subresource_json(kube_type const& t, std::string const& name)
{
    boost::json::object sub;
    sub["name"] = t.plural + '/' + name;
    sub["singularName"] = "";
    sub["namespaced"] = t.namespaced;
    sub["kind"] = t.kind;
    sub["verbs"] = boost::json::array{"get", "patch", "update"};
    return sub;
}

inline boost::json::object resource_json(kube_type const& t)
{
    boost::json::object o;
    o["name"] = t.plural;
    o["singularName"] = t.singular;
    o["namespaced"] = t.namespaced;
    o["kind"] = t.kind;
    o["verbs"] = verbs(t);
    if (!t.short_names.empty())
        o["shortNames"] = strings(t.short_names);
    if (!t.categories.empty())
        o["categories"] = strings(t.categories);
    return o;
}

inline boost::json::object aggregated_subresource(std::string_view name, boost::json::object const& kind)
{
    boost::json::object sub;
    sub["subresource"] = name;
    sub["responseKind"] = kind;
    sub["verbs"] = boost::json::array{"get", "patch", "update"};
    return sub;
}

inline boost::json::object aggregated_resource(kube_type const& t)
{
    boost::json::object const kind{{"group", t.group}, {"version", t.version}, {"kind", t.kind}};
    boost::json::object o;
    o["resource"] = t.plural;
    o["responseKind"] = kind;
    o["scope"] = t.namespaced ? "Namespaced" : "Cluster";
    o["singularResource"] = t.singular;
    o["verbs"] = verbs(t);
    if (!t.short_names.empty())
        o["shortNames"] = strings(t.short_names);
    if (!t.categories.empty())
        o["categories"] = strings(t.categories);
    boost::json::array subresources;
    if (t.status)
        subresources.push_back(aggregated_subresource("status", kind));
    if (!t.scale_replicas.empty())
        subresources.push_back(aggregated_subresource(
            "scale", boost::json::object{{"group", "autoscaling"}, {"version", "v1"}, {"kind", "Scale"}}));
    if (!subresources.empty())
        o["subresources"] = std::move(subresources);
    return o;
}

}  // namespace kube_detail

PENSTOCK_DECL boost::json::object version()
{
    boost::json::object o;
    o["major"] = "1";
    o["minor"] = "34";
    o["gitVersion"] = "v1.34.0+penstock";
    o["gitCommit"] = "";
    o["gitTreeState"] = "clean";
    o["buildDate"] = "1970-01-01T00:00:00Z";
    o["goVersion"] = "";
    o["compiler"] = "";
    o["platform"] = "linux/amd64";
    return o;
}

PENSTOCK_DECL boost::json::object core_versions()
{
    boost::json::object o;
    o["kind"] = "APIVersions";
    o["versions"] = boost::json::array{"v1"};
    o["serverAddressByClientCIDRs"] = boost::json::array();
    return o;
}

PENSTOCK_DECL boost::json::object groups(kube_registry const& types)
{
    boost::json::array all;
    for (auto const& [name, versions] : types.groups())
        if (!name.empty())
            all.push_back(kube_detail::group_json(name, versions));
    boost::json::object o;
    o["kind"] = "APIGroupList";
    o["apiVersion"] = "v1";
    o["groups"] = std::move(all);
    return o;
}

PENSTOCK_DECL std::optional<boost::json::object> group(kube_registry const& types, std::string_view name)
{
    for (auto const& [g, versions] : types.groups())
        if (g == name && !g.empty()) {
            auto o = kube_detail::group_json(g, versions);
            o["kind"] = "APIGroup";
            o["apiVersion"] = "v1";
            return o;
        }
    return std::nullopt;
}

PENSTOCK_DECL std::optional<boost::json::object> resources(kube_registry const& types, std::string_view group,
                                                           std::string_view version)
{
    boost::json::array all;
    for (auto const& t : types.all()) {
        if (t->group != group || t->version != version)
            continue;
        all.push_back(kube_detail::resource_json(*t));
        if (t->status)
            all.push_back(kube_detail::subresource_json(*t, "status"));
        if (!t->scale_replicas.empty()) {
            auto sub = kube_detail::subresource_json(*t, "scale");
            sub["group"] = "autoscaling";
            sub["version"] = "v1";
            sub["kind"] = "Scale";
            all.push_back(std::move(sub));
        }
    }
    if (all.empty())
        return std::nullopt;
    boost::json::object o;
    o["kind"] = "APIResourceList";
    o["apiVersion"] = "v1";
    o["groupVersion"] = group.empty() ? std::string(version) : std::string(group) + '/' + std::string(version);
    o["resources"] = std::move(all);
    return o;
}

PENSTOCK_DECL boost::json::object aggregated(kube_registry const& types, bool core)
{
    boost::json::array items;
    for (auto const& [name, versions] : types.groups()) {
        if (name.empty() != core)
            continue;
        boost::json::array all;
        for (auto const& v : versions) {
            boost::json::array resources_of;
            for (auto const& t : types.all())
                if (t->group == name && t->version == v)
                    resources_of.push_back(kube_detail::aggregated_resource(*t));
            boost::json::object one;
            one["version"] = v;
            one["resources"] = std::move(resources_of);
            one["freshness"] = "Current";
            all.push_back(std::move(one));
        }
        boost::json::object item;
        item["metadata"] = boost::json::object{{"name", name}, {"creationTimestamp", nullptr}};
        item["versions"] = std::move(all);
        items.push_back(std::move(item));
    }
    boost::json::object o;
    o["kind"] = "APIGroupDiscoveryList";
    o["apiVersion"] = "apidiscovery.k8s.io/v2";
    o["metadata"] = boost::json::object();
    o["items"] = std::move(items);
    return o;
}

}  // namespace penstock::embedded::kube_discovery

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_DISCOVERY_IPP
