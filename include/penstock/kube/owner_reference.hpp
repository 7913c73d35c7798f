#ifndef PENSTOCK_KUBE_OWNER_REFERENCE_HPP
#define PENSTOCK_KUBE_OWNER_REFERENCE_HPP
#include <penstock/kube/object.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <optional>
#include <string>

namespace penstock::kube {

/// The controller of an object, as its `metadata.ownerReferences` names it.
class owner
{
public:
    owner() = default;

    std::string api_version;
    std::string kind;
    object_name
        name;  ///< In the namespace of what it owns; an owner without a namespace is named with it all the same.
    std::string uid;

    /// Whether it is of that group and kind, in whatever version.
    bool is(resource const& what) const
    {
        auto const slash = api_version.find('/');
        auto const group = slash == std::string::npos ? std::string() : api_version.substr(0, slash);
        return kind == what.kind && group == what.group;
    }
};

/// Nothing where no controller owns it.
inline std::optional<owner> controller_of(boost::json::object const& object)
{
    auto const* metadata = object_at(object, "metadata");
    auto const* references = metadata == nullptr ? nullptr : metadata->if_contains("ownerReferences");
    if (references == nullptr || !references->is_array())
        return std::nullopt;
    for (auto const& each : references->get_array()) {
        auto const* reference = each.if_object();
        auto const* controls = reference == nullptr ? nullptr : reference->if_contains("controller");
        if (controls == nullptr || !controls->is_bool() || !controls->get_bool())
            continue;
        owner found;
        found.api_version = text_at(*reference, "apiVersion");
        found.kind = text_at(*reference, "kind");
        found.name =
            object_name(std::string(metadata_text(object, "namespace")), std::string(text_at(*reference, "name")));
        found.uid = text_at(*reference, "uid");
        return found;
    }
    return std::nullopt;
}

/** The `ownerReferences` that make `of` the controller of what carries them: with it goes what it owns. An owner with a
    namespace can own objects of its own namespace only.
    @see https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/ */
inline boost::json::array controlled_by(boost::json::object const& of)
{
    return {{{"apiVersion", text_at(of, "apiVersion")},
             {"kind", text_at(of, "kind")},
             {"name", metadata_text(of, "name")},
             {"uid", uid_of(of)},
             {"controller", true},
             {"blockOwnerDeletion", true}}};
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_OWNER_REFERENCE_HPP
