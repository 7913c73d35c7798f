#ifndef PENSTOCK_KUBE_KNOWN_HPP
#define PENSTOCK_KUBE_KNOWN_HPP
#include <penstock/kube/object_ref.hpp>

#include <array>
#include <string_view>

/// Resources that penstock reads or writes, by their plural.
namespace penstock::kube::known {

inline resource const git_repositories{"source.toolkit.fluxcd.io", "v1", "gitrepositories", "GitRepository"};
inline resource const oci_repositories{"source.toolkit.fluxcd.io", "v1", "ocirepositories", "OCIRepository"};
inline resource const buckets{"source.toolkit.fluxcd.io", "v1", "buckets", "Bucket"};
inline resource const helm_repositories{"source.toolkit.fluxcd.io", "v1", "helmrepositories", "HelmRepository"};
inline resource const helm_charts{"source.toolkit.fluxcd.io", "v1", "helmcharts", "HelmChart"};
inline resource const external_artifacts{"source.toolkit.fluxcd.io", "v1", "externalartifacts", "ExternalArtifact"};
inline resource const artifact_generators{"source.extensions.fluxcd.io", "v1beta1", "artifactgenerators",
                                          "ArtifactGenerator"};
inline resource const receivers{"notification.toolkit.fluxcd.io", "v1", "receivers", "Receiver"};
inline resource const kustomizations{"kustomize.toolkit.fluxcd.io", "v1", "kustomizations", "Kustomization"};
inline resource const helm_releases{"helm.toolkit.fluxcd.io", "v2", "helmreleases", "HelmRelease"};
inline resource const image_repositories{"image.toolkit.fluxcd.io", "v1", "imagerepositories", "ImageRepository"};
inline resource const image_policies{"image.toolkit.fluxcd.io", "v1", "imagepolicies", "ImagePolicy"};
inline resource const image_update_automations{"image.toolkit.fluxcd.io", "v1", "imageupdateautomations",
                                               "ImageUpdateAutomation"};
inline resource const secrets{"", "v1", "secrets", "Secret"};
inline resource const config_maps{"", "v1", "configmaps", "ConfigMap"};
inline resource const namespaces{"", "v1", "namespaces", "Namespace", false};
inline resource const events{"", "v1", "events", "Event"};
inline resource const leases{"coordination.k8s.io", "v1", "leases", "Lease"};
inline resource const custom_resource_definitions{"apiextensions.k8s.io", "v1", "customresourcedefinitions",
                                                  "CustomResourceDefinition", false};

inline std::array const all{
    &git_repositories,
    &oci_repositories,
    &buckets,
    &helm_repositories,
    &helm_charts,
    &external_artifacts,
    &artifact_generators,
    &receivers,
    &kustomizations,
    &helm_releases,
    &image_repositories,
    &image_policies,
    &image_update_automations,
    &secrets,
    &config_maps,
    &namespaces,
    &events,
    &leases,
    &custom_resource_definitions,
};

/** What Flux's Receiver takes for a reference without `apiVersion`; empty for kinds that must give it.
    @see https://fluxcd.io/flux/components/notification/receivers/#resources */
inline std::string_view default_api_version(std::string_view kind) noexcept
{
    if (kind == "Bucket" || kind == "HelmChart" || kind == "HelmRepository" || kind == "GitRepository"
        || kind == "OCIRepository")
        return "source.toolkit.fluxcd.io/v1";
    if (kind == "ImageRepository")
        return "image.toolkit.fluxcd.io/v1";
    if (kind == "ArtifactGenerator")
        return "source.extensions.fluxcd.io/v1beta1";
    return {};
}

/** The resource that serves a kind.

    @param api_version `group/version` or `version`. Empty takes `default_api_version`. A version other than the
    one in the table is kept: the plural is the same in all versions.
    @return `errc::invalid_argument` when the kind needs an apiVersion, `errc::unsupported` for a kind that is
    not in the table. */
inline result<resource> find(std::string_view api_version, std::string_view kind)
{
    if (api_version.empty())
        api_version = default_api_version(kind);
    if (api_version.empty())
        return failure(errc::invalid_argument, "kind " + std::string(kind) + " needs an apiVersion");
    auto const slash = api_version.find('/');
    auto const group = slash == std::string_view::npos ? std::string_view() : api_version.substr(0, slash);
    auto const version = slash == std::string_view::npos ? api_version : api_version.substr(slash + 1);
    for (auto const* candidate : all) {
        if (candidate->kind == kind && candidate->group == group) {
            resource found = *candidate;
            found.version = version;
            return found;
        }
    }
    return failure(errc::unsupported, "unknown kind " + std::string(kind) + " of " + std::string(api_version));
}

}  // namespace penstock::kube::known

#endif  // PENSTOCK_KUBE_KNOWN_HPP
