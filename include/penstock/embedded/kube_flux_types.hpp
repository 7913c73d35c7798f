#ifndef PENSTOCK_EMBEDDED_KUBE_FLUX_TYPES_HPP
#define PENSTOCK_EMBEDDED_KUBE_FLUX_TYPES_HPP
#include <string_view>

namespace penstock::embedded {

/** Small definitions of the Flux types that the demo and the tests of synchronisation need, for
    `kube_server::seed`. They check the fields that this project reads and let the others through; the real
    definitions come with Flux.
    @see https://fluxcd.io/flux/components/ */
namespace kube_flux_types {

/// `gitrepositories.source.toolkit.fluxcd.io`
inline constexpr std::string_view git_repository = R"yaml(---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: gitrepositories.source.toolkit.fluxcd.io
spec:
  group: source.toolkit.fluxcd.io
  scope: Namespaced
  names:
    kind: GitRepository
    listKind: GitRepositoryList
    plural: gitrepositories
    singular: gitrepository
    shortNames: [gitrepo]
    categories: [all, fluxcd, fluxcd-sources]
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    additionalPrinterColumns:
    - {name: URL, type: string, jsonPath: .spec.url}
    - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
    - {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status'}
    - {name: Status, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].message'}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          apiVersion: {type: string}
          kind: {type: string}
          metadata: {type: object}
          spec:
            type: object
            required: [interval, url]
            x-kubernetes-preserve-unknown-fields: true
            properties:
              url: {type: string, pattern: '^(http|https|ssh)://.*$'}
              interval: {type: string, pattern: '^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$'}
              timeout: {type: string, default: 60s}
              suspend: {type: boolean}
              ref:
                type: object
                properties:
                  branch: {type: string}
                  tag: {type: string}
                  semver: {type: string}
                  name: {type: string}
                  commit: {type: string}
              secretRef: {type: object, required: [name], properties: {name: {type: string}}}
          status:
            type: object
            default: {observedGeneration: -1}
            x-kubernetes-preserve-unknown-fields: true
            properties:
              observedGeneration: {type: integer, format: int64}
              lastHandledReconcileAt: {type: string}
              conditions:
                type: array
                items:
                  type: object
                  required: [lastTransitionTime, message, reason, status, type]
                  properties:
                    type: {type: string}
                    status: {type: string, enum: ["True", "False", Unknown]}
                    reason: {type: string, minLength: 1}
                    message: {type: string, maxLength: 32768}
                    lastTransitionTime: {type: string, format: date-time}
                    observedGeneration: {type: integer, format: int64, minimum: 0}
)yaml";

/// `receivers.notification.toolkit.fluxcd.io`
inline constexpr std::string_view receiver = R"yaml(---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: receivers.notification.toolkit.fluxcd.io
spec:
  group: notification.toolkit.fluxcd.io
  scope: Namespaced
  names:
    kind: Receiver
    listKind: ReceiverList
    plural: receivers
    singular: receiver
    categories: [all, fluxcd, fluxcd-notifications]
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    additionalPrinterColumns:
    - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
    - {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status'}
    - {name: Status, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].message'}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          apiVersion: {type: string}
          kind: {type: string}
          metadata: {type: object}
          spec:
            type: object
            required: [resources, type]
            x-kubernetes-preserve-unknown-fields: true
            properties:
              type:
                type: string
                enum: [generic, generic-hmac, generic-oidc, github, gitlab, bitbucket, harbor, dockerhub, quay, gcr, nexus, acr, cdevents]
              interval: {type: string, default: 10m}
              suspend: {type: boolean}
              events: {type: array, items: {type: string}}
              secretRef: {type: object, required: [name], properties: {name: {type: string}}}
              resources:
                type: array
                items:
                  type: object
                  required: [kind, name]
                  properties:
                    apiVersion: {type: string}
                    kind: {type: string}
                    name: {type: string, minLength: 1, maxLength: 253}
                    namespace: {type: string, minLength: 1, maxLength: 253}
                    matchLabels: {type: object, additionalProperties: {type: string}}
          status:
            type: object
            default: {observedGeneration: -1}
            x-kubernetes-preserve-unknown-fields: true
            properties:
              observedGeneration: {type: integer, format: int64}
              lastHandledReconcileAt: {type: string}
              conditions:
                type: array
                items:
                  type: object
                  required: [lastTransitionTime, message, reason, status, type]
                  properties:
                    type: {type: string}
                    status: {type: string, enum: ["True", "False", Unknown]}
                    reason: {type: string, minLength: 1}
                    message: {type: string, maxLength: 32768}
                    lastTransitionTime: {type: string, format: date-time}
                    observedGeneration: {type: integer, format: int64, minimum: 0}
)yaml";

/// `kustomizations.kustomize.toolkit.fluxcd.io`
inline constexpr std::string_view kustomization = R"yaml(---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: kustomizations.kustomize.toolkit.fluxcd.io
spec:
  group: kustomize.toolkit.fluxcd.io
  scope: Namespaced
  names:
    kind: Kustomization
    listKind: KustomizationList
    plural: kustomizations
    singular: kustomization
    shortNames: [ks]
    categories: [all, fluxcd, fluxcd-appliers]
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    additionalPrinterColumns:
    - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
    - {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status'}
    - {name: Status, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].message'}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          apiVersion: {type: string}
          kind: {type: string}
          metadata: {type: object}
          spec:
            type: object
            required: [interval, prune, sourceRef]
            x-kubernetes-preserve-unknown-fields: true
            properties:
              interval: {type: string, pattern: '^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$'}
              path: {type: string}
              prune: {type: boolean}
              suspend: {type: boolean}
              targetNamespace: {type: string, minLength: 1, maxLength: 63}
              sourceRef:
                type: object
                required: [kind, name]
                properties:
                  apiVersion: {type: string}
                  kind: {type: string, enum: [OCIRepository, GitRepository, Bucket, ExternalArtifact]}
                  name: {type: string}
                  namespace: {type: string}
          status:
            type: object
            default: {observedGeneration: -1}
            x-kubernetes-preserve-unknown-fields: true
            properties:
              observedGeneration: {type: integer, format: int64}
              lastHandledReconcileAt: {type: string}
              conditions:
                type: array
                items:
                  type: object
                  required: [lastTransitionTime, message, reason, status, type]
                  properties:
                    type: {type: string}
                    status: {type: string, enum: ["True", "False", Unknown]}
                    reason: {type: string, minLength: 1}
                    message: {type: string, maxLength: 32768}
                    lastTransitionTime: {type: string, format: date-time}
                    observedGeneration: {type: integer, format: int64, minimum: 0}
)yaml";

inline constexpr std::string_view all[] = {git_repository, receiver, kustomization};

}  // namespace kube_flux_types

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_KUBE_FLUX_TYPES_HPP
