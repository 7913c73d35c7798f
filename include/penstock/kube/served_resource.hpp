#ifndef PENSTOCK_KUBE_SERVED_RESOURCE_HPP
#define PENSTOCK_KUBE_SERVED_RESOURCE_HPP
#include <penstock/config.hpp>
#include <penstock/kube/object_ref.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

/** Decoding what an API server says about what it serves. Pure. Entries that cannot be understood are passed
    over, and of each list no more than 10 000 are kept.
    @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api */
namespace penstock::kube {

/// One resource in one version, as a server announces it.
class served_resource
{
public:
    /// `list`, `watch`, `patch`, …
    bool can(std::string_view verb) const noexcept;
    /// `status`, `scale`, …
    bool has(std::string_view subresource) const noexcept;

    resource what;
    std::string singular;
    std::vector<std::string> short_names;
    std::vector<std::string> categories;
    std::vector<std::string> verbs;
    std::vector<std::string> subresources;
};

/// One version of a group with its resources.
class served_version
{
public:
    std::string group;  ///< Empty for the core group.
    std::string version;
    bool known = true;  ///< False: the server could not tell (a server behind it is down), or was not asked yet.
    std::vector<served_resource> resources;
};

/// In the order in which the server prefers them: the first version of a group is the preferred one.
using served_versions = std::vector<served_version>;

/// What to ask `/api` and `/apis` for: everything at once, or what servers before 1.27 give.
inline constexpr std::string_view discovery_accept =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

/** The answer to `/api` or `/apis`: an APIGroupDiscoveryList; or an APIVersions or APIGroupList, whose versions are
    not `known` yet. `errc::malformed` for anything else. */
PENSTOCK_DECL result<served_versions> decode_served_versions(boost::json::object const& answer);

/// An APIResourceList: fills in what one version serves. `errc::malformed` for anything else.
PENSTOCK_DECL result<void> decode_served_resources(boost::json::object const& answer, served_version& into);

}  // namespace penstock::kube

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/kube/impl/served_resource.ipp>
#endif
#endif  // PENSTOCK_KUBE_SERVED_RESOURCE_HPP
