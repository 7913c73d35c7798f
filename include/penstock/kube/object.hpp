#ifndef PENSTOCK_KUBE_OBJECT_HPP
#define PENSTOCK_KUBE_OBJECT_HPP
#include <penstock/kube/object_ref.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <initializer_list>
#include <string>
#include <string_view>

/** Reading the parts that every Kubernetes object has. Missing members and members of another type read as
    nothing; views live as long as the object. */
namespace penstock::kube {

/// The object under `key`, or null.
inline boost::json::object const* object_at(boost::json::object const& from, std::string_view key) noexcept
{
    auto const* member = from.if_contains(key);
    return member == nullptr ? nullptr : member->if_object();
}

/// The string under `key`, or nothing.
inline std::string_view text_at(boost::json::object const& from, std::string_view key) noexcept
{
    auto const* member = from.if_contains(key);
    auto const* text = member == nullptr ? nullptr : member->if_string();
    return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

/// The value at a path of members, or null.
inline boost::json::value const* member_at(boost::json::object const& from,
                                           std::initializer_list<std::string_view> path) noexcept
{
    auto const* here = &from;
    boost::json::value const* found = nullptr;
    for (auto const key : path) {
        found = here == nullptr ? nullptr : here->if_contains(key);
        here = found == nullptr ? nullptr : found->if_object();
    }
    return found;
}

/// The string at a path of members, or nothing.
inline std::string_view text_at(boost::json::object const& from, std::initializer_list<std::string_view> path) noexcept
{
    auto const* member = member_at(from, path);
    auto const* text = member == nullptr ? nullptr : member->if_string();
    return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

inline std::string_view metadata_text(boost::json::object const& object, std::string_view key) noexcept
{
    auto const* metadata = object_at(object, "metadata");
    return metadata == nullptr ? std::string_view() : text_at(*metadata, key);
}

inline object_name name_of(boost::json::object const& object)
{
    return {std::string(metadata_text(object, "namespace")), std::string(metadata_text(object, "name"))};
}

/// Opaque: compare it for equality only.
inline std::string_view resource_version_of(boost::json::object const& object) noexcept
{
    return metadata_text(object, "resourceVersion");
}

inline std::string_view uid_of(boost::json::object const& object) noexcept
{
    return metadata_text(object, "uid");
}

inline std::string_view annotation_of(boost::json::object const& object, std::string_view key) noexcept
{
    auto const* metadata = object_at(object, "metadata");
    auto const* annotations = metadata == nullptr ? nullptr : object_at(*metadata, "annotations");
    return annotations == nullptr ? std::string_view() : text_at(*annotations, key);
}

inline std::string_view label_of(boost::json::object const& object, std::string_view key) noexcept
{
    auto const* metadata = object_at(object, "metadata");
    auto const* labels = metadata == nullptr ? nullptr : object_at(*metadata, "labels");
    return labels == nullptr ? std::string_view() : text_at(*labels, key);
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_OBJECT_HPP
