#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_BUILTIN_TYPES_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_BUILTIN_TYPES_IPP
#include <penstock/embedded/kube_builtin_types.hpp>

#include <penstock/embedded/impl/kube_builtin_lists.ipp>

#include <algorithm>
#include <utility>

namespace penstock::embedded::kube_builtin_types {

PENSTOCK_DECL kube_column age_column()
{
    return {"Age", "date", ".metadata.creationTimestamp", "", "Time since the object was created.", 0};
}

PENSTOCK_DECL std::string singular_of(std::string kind)
{
    std::transform(kind.begin(), kind.end(), kind.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return kind;
}

namespace kube_detail {

inline std::shared_ptr<kube_type> builtin(std::string group, std::string version, std::string kind, std::string plural)
{
    auto t = std::make_shared<kube_type>();
    t->group = std::move(group);
    t->version = std::move(version);
    t->list_kind = kind + "List";
    t->singular = singular_of(kind);
    t->kind = std::move(kind);
    t->plural = std::move(plural);
    return t;
}

}  // namespace kube_detail

PENSTOCK_DECL std::vector<std::shared_ptr<kube_type const>> all()
{
    using kube_detail::builtin;
    auto const age = age_column();
    std::vector<std::shared_ptr<kube_type const>> all;

    auto ns = builtin("", "v1", "Namespace", "namespaces");
    ns->short_names = {"ns"};
    ns->namespaced = false;
    ns->status = true;
    ns->columns = {{"Status", "string", ".status.phase", "", "", 0}, age};
    ns->lists = kube_detail::lists_of_namespaces();
    all.push_back(ns);

    auto secrets = builtin("", "v1", "Secret", "secrets");
    secrets->columns = {{"Type", "string", ".type", "", "", 0}, {"Data", "string", "#.data", "", "", 0}, age};
    all.push_back(secrets);

    auto maps = builtin("", "v1", "ConfigMap", "configmaps");
    maps->short_names = {"cm"};
    maps->columns = {{"Data", "string", "#.data", "", "", 0}, age};
    all.push_back(maps);

    for (auto const* group : {"", "events.k8s.io"}) {
        auto events = builtin(group, "v1", "Event", "events");
        events->short_names = {"ev"};
        bool const core = *group == '\0';
        events->stored_as = core ? "" : "events";
        events->lists = kube_detail::lists_of_events(core);
        events->columns = {{"Last Seen", "date", core ? ".lastTimestamp" : ".eventTime", "", "", 0},
                           {"Type", "string", ".type", "", "", 0},
                           {"Reason", "string", ".reason", "", "", 0},
                           {"Object", "string", core ? ".involvedObject.name" : ".regarding.name", "", "", 0},
                           {"Message", "string", core ? ".message" : ".note", "", "", 0}};
        all.push_back(events);
    }

    auto services = builtin("", "v1", "Service", "services");
    services->short_names = {"svc"};
    services->categories = {"all"};
    services->status = true;
    services->columns = {{"Type", "string", ".spec.type", "", "", 0},
                         {"Cluster-IP", "string", ".spec.clusterIP", "", "", 0},
                         {"Port(s)", "string", ".spec.ports[*].port", "", "", 0},
                         age};
    services->lists = kube_detail::lists_of_services();
    all.push_back(services);

    auto accounts = builtin("", "v1", "ServiceAccount", "serviceaccounts");
    accounts->short_names = {"sa"};
    accounts->columns = {{"Secrets", "string", "#.secrets", "", "", 0}, age};
    accounts->lists = kube_detail::lists_of_accounts();
    all.push_back(accounts);

    auto pods = builtin("", "v1", "Pod", "pods");
    pods->short_names = {"po"};
    pods->categories = {"all"};
    pods->status = true;
    pods->generation = true;
    pods->columns = {{"Status", "string", ".status.phase", "", "", 0}, age};
    pods->lists = kube_detail::lists_of_pods();
    all.push_back(pods);

    auto deployments = builtin("apps", "v1", "Deployment", "deployments");
    deployments->short_names = {"deploy"};
    deployments->categories = {"all"};
    deployments->status = true;
    deployments->generation = true;
    deployments->columns = {{"Ready", "integer", ".status.readyReplicas", "", "", 0}, age};
    deployments->lists = kube_detail::lists_of_deployments();
    all.push_back(deployments);

    auto leases = builtin("coordination.k8s.io", "v1", "Lease", "leases");
    leases->columns = {{"Holder", "string", ".spec.holderIdentity", "", "", 0}, age};
    all.push_back(leases);

    auto definitions = builtin("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions");
    definitions->short_names = {"crd", "crds"};
    definitions->categories = {"api-extensions"};
    definitions->namespaced = false;
    definitions->status = true;
    definitions->generation = true;
    definitions->columns = {{"Created At", "string", ".metadata.creationTimestamp", "", "", 0}};
    definitions->lists = kube_detail::lists_of_definitions();
    all.push_back(definitions);

    auto review = builtin("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews");
    review->namespaced = false;
    review->create_only = true;
    all.push_back(review);
    return all;
}

}  // namespace penstock::embedded::kube_builtin_types

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_BUILTIN_TYPES_IPP
