#ifndef PENSTOCK_EMBEDDED_KUBE_TYPE_HPP
#define PENSTOCK_EMBEDDED_KUBE_TYPE_HPP
#include <memory>
#include <string>
#include <vector>

namespace penstock::embedded {

class kube_schema;

/// One column of `kubectl get`.
struct kube_column
{
    std::string name;
    std::string type = "string";  ///< `string`, `integer`, `number`, `boolean` or `date`.
    std::string path;             ///< A simple JSONPath; `#path` counts the members of what it finds.
    std::string format;
    std::string description;
    int priority = 0;  ///< Columns above 0 are shown by `-o wide` only.
};

/** One version of one resource that the server serves. The versions of a CustomResourceDefinition share their
    objects: `key()` is the same for all of them. */
struct kube_type
{
    std::string group;  ///< Empty for the core group.
    std::string version;
    std::string kind;
    std::string list_kind;
    std::string plural;
    std::string singular;
    std::vector<std::string> short_names;
    std::vector<std::string> categories;
    bool namespaced = true;
    bool status = false;        ///< Has the subresource `status`.
    std::string scale_replicas{};  ///< Where the subresource `scale` finds its number; empty: there is none.
    std::string scale_status{};    ///< The same for what runs.
    std::string scale_selector{};  ///< The same for its selector; may be empty.
    bool custom = false;        ///< From a CustomResourceDefinition.
    bool generation = false;    ///< `metadata.generation` counts the changes of the spec.
    bool create_only = false;   ///< Nothing is kept (SelfSubjectAccessReview).
    std::string deprecation;    ///< A warning for whoever uses this version; empty: none.
    std::vector<kube_column> columns;  ///< Without the column Name.
    std::shared_ptr<kube_schema const> schema;  ///< Null where nothing is checked.
    std::shared_ptr<kube_schema const> lists{};  ///< Of a built-in type: how its lists merge; nothing is checked by it.
    std::string stored_as{};  ///< `key()` of the type whose objects these are too, in another form; empty: its own.

    std::string api_version() const { return group.empty() ? version : group + '/' + version; }
    /// `plural.group`, as errors name it; only the plural in the core group.
    std::string key() const { return group.empty() ? plural : plural + '.' + group; }
    /// Where its objects are kept.
    std::string shelf() const { return stored_as.empty() ? key() : stored_as; }
    /// `Kind.group`, as errors about content name it.
    std::string qualified_kind() const { return group.empty() ? kind : kind + '.' + group; }
};

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_KUBE_TYPE_HPP
