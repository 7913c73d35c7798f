#ifndef PENSTOCK_KUBE_OBJECT_REF_HPP
#define PENSTOCK_KUBE_OBJECT_REF_HPP
#include <penstock/error/result.hpp>

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::kube {

/// One resource that an API server serves. An empty group is the core group.
class resource
{
public:
    resource() = default;
    resource(std::string group_name, std::string version_name, std::string plural_name, std::string kind_name,
             bool in_namespaces = true)
        : group(std::move(group_name)), version(std::move(version_name)), plural(std::move(plural_name)),
          kind(std::move(kind_name)), namespaced(in_namespaces)
    {}

    /// As objects carry it: `v1`, `source.toolkit.fluxcd.io/v1`.
    std::string api_version() const { return group.empty() ? version : group + '/' + version; }
    /// As permissions and people name it: `secrets`, `gitrepositories.source.toolkit.fluxcd.io`.
    std::string qualified() const { return group.empty() ? plural : plural + '.' + group; }

    bool operator==(resource const&) const = default;

    std::string group;
    std::string version;
    std::string plural;
    std::string kind;
    bool namespaced = true;
};

/// Names one object of a resource. `ns` is empty for what has no namespace.
class object_name
{
public:
    object_name() = default;
    object_name(std::string in_namespace, std::string called) : ns(std::move(in_namespace)), name(std::move(called)) {}

    /// `namespace/name`, or the name alone.
    std::string text() const { return ns.empty() ? name : ns + '/' + name; }

    auto operator<=>(object_name const&) const = default;

    std::string ns;
    std::string name;
};

namespace detail {

/// Kubernetes forbids these in names; as part of a path they would lead elsewhere.
inline bool is_path_segment(std::string_view s) noexcept
{
    return !s.empty() && s != "." && s != ".." && s.find_first_of("/%") == std::string_view::npos;
}

inline std::string percent_encode(std::string_view s)
{
    return boost::urls::encode(s, boost::urls::unreserved_chars);
}

}  // namespace detail

/** The path of a collection, an object or a sub-resource, percent-encoded.

    @param ns Empty for all namespaces, and for resources that have none.
    @param name Empty for the collection.
    @return `errc::invalid_argument` for a name that cannot stand in a path, or an object without the namespace
    that it needs.
    @see https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris */
inline result<std::string> path_of(resource const& what, std::string_view ns, std::string_view name = {},
                                   std::string_view subresource = {})
{
    auto const refuse = [&what](std::string_view why) {
        return failure(errc::invalid_argument, what.qualified() + ": " + std::string(why));
    };
    if (!detail::is_path_segment(what.version) || !detail::is_path_segment(what.plural))
        return refuse("the resource has no usable version or plural");
    std::string path = what.group.empty() ? "/api/" : "/apis/" + detail::percent_encode(what.group) + '/';
    path += detail::percent_encode(what.version);
    if (what.namespaced && !ns.empty()) {
        if (!detail::is_path_segment(ns))
            return refuse("not the name of a namespace");
        path += "/namespaces/" + detail::percent_encode(ns);
    } else if (what.namespaced && !name.empty()) {
        return refuse("the object needs a namespace");
    }
    path += '/' + detail::percent_encode(what.plural);
    if (!name.empty()) {
        if (!detail::is_path_segment(name))
            return refuse("not the name of an object");
        path += '/' + detail::percent_encode(name);
    }
    if (!subresource.empty()) {
        if (name.empty() || !detail::is_path_segment(subresource))
            return refuse("not a sub-resource of an object");
        path += '/' + detail::percent_encode(subresource);
    }
    return path;
}

}  // namespace penstock::kube

/// So that an object's name can be the key of a work queue.
template <>
struct std::hash<penstock::kube::object_name>
{
    std::size_t operator()(penstock::kube::object_name const& n) const noexcept
    {
        std::hash<std::string_view> const text;
        return text(n.name) * 31 + text(n.ns);
    }
};

#endif  // PENSTOCK_KUBE_OBJECT_REF_HPP
