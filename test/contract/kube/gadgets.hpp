#ifndef PENSTOCK_TEST_CONTRACT_KUBE_GADGETS_HPP
#define PENSTOCK_TEST_CONTRACT_KUBE_GADGETS_HPP
#include <penstock/embedded/kube_yaml.hpp>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <string_view>
#include <utility>

namespace penstock::testing {

/// A resource with one of everything that a definition can say.
inline constexpr std::string_view gadget_yaml = R"yaml(---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.contract.example.com}
spec:
  group: contract.example.com
  scope: Namespaced
  names: {kind: Gadget, listKind: GadgetList, plural: gadgets, singular: gadget, shortNames: [gd], categories: [tools]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    additionalPrinterColumns:
    - {name: Size, type: integer, jsonPath: .spec.size}
    - {name: Colour, type: string, jsonPath: .spec.colour, priority: 1}
    - {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status'}
    - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [title]
            properties:
              title: {type: string, minLength: 2, maxLength: 8, pattern: '^[a-z]+$'}
              size: {type: integer, minimum: 1, maximum: 10, default: 3}
              weight: {type: number}
              colour: {type: string, enum: [red, green]}
              sealed: {type: boolean}
              port: {x-kubernetes-int-or-string: true}
              note: {type: string, nullable: true}
              tags: {type: array, maxItems: 3, items: {type: string}, x-kubernetes-list-type: set}
              steps: {type: array, items: {type: string}}
              parts:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name]
                items:
                  type: object
                  required: [name]
                  properties:
                    name: {type: string}
                    count: {type: integer, default: 1}
                    note: {type: string}
              limits: {type: object, additionalProperties: {type: string}}
              free: {type: object, x-kubernetes-preserve-unknown-fields: true}
              pair: {type: object, x-kubernetes-map-type: atomic, properties: {a: {type: string}, b: {type: string}}}
          status:
            type: object
            properties:
              phase: {type: string}
              observedGeneration: {type: integer, format: int64}
              conditions:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [type]
                items:
                  type: object
                  required: [type, status]
                  properties: {type: {type: string}, status: {type: string}}
)yaml";

/// The same in two versions, of which the older warns.
inline boost::json::value gadget_definition()
{
    auto all = embedded::parse_yaml(gadget_yaml).value();
    auto& versions = all.front().at("spec").at("versions").as_array();
    auto old = versions.front();
    old.as_object()["name"] = "v1beta1";
    old.as_object()["storage"] = false;
    old.as_object()["deprecated"] = true;
    old.as_object()["deprecationWarning"] = "use contract.example.com/v1";
    versions.push_back(std::move(old));
    return std::move(all.front());
}

}  // namespace penstock::testing

#endif  // PENSTOCK_TEST_CONTRACT_KUBE_GADGETS_HPP
