#ifndef PENSTOCK_TEST_SYSTEM_OPEN_DEFINITION_HPP
#define PENSTOCK_TEST_SYSTEM_OPEN_DEFINITION_HPP
#include <penstock/kube/object_ref.hpp>

#include <string>

namespace penstock {

/// A CustomResourceDefinition, as a document of YAML, that lets every field through.
inline std::string open_definition(kube::resource const& what)
{
    return "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: "
           + what.qualified() + "}\nspec:\n  group: " + what.group + "\n  scope: Namespaced\n  names: {kind: "
           + what.kind + ", listKind: " + what.kind + "List, plural: " + what.plural + ", singular: x" + what.plural
           + "}\n  versions:\n  - name: " + what.version
           + "\n    served: true\n    storage: true\n    subresources: {status: {}}\n    schema: "
             "{openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}\n";
}

}  // namespace penstock

#endif  // PENSTOCK_TEST_SYSTEM_OPEN_DEFINITION_HPP
