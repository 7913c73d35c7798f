#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_ADMISSION_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_ADMISSION_IPP
#include <penstock/embedded/kube_admission.hpp>

#include <penstock/crypto/base64.hpp>
#include <penstock/embedded/kube_definition.hpp>
#include <penstock/embedded/kube_object.hpp>
#include <penstock/embedded/kube_schema.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

namespace penstock::embedded::kube_admission {

namespace kube_detail {

inline bool is_lower_or_digit(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

inline void check_strings(boost::json::object const& metadata, std::string_view name, std::vector<kube_cause>& causes)
{
    auto const* v = metadata.if_contains(name);
    if (!v || v->is_null())
        return;
    auto const field = "metadata." + std::string(name);
    if (!v->is_object()) {
        causes.push_back({"FieldValueTypeInvalid", field, "Invalid value: must be a map of strings"});
        return;
    }
    for (auto const& [key, value] : v->get_object())
        if (!value.is_string())
            causes.push_back(
                {"FieldValueTypeInvalid", field + '.' + std::string(key), "Invalid value: must be a string"});
        else if (name == "labels" && value.get_string().size() > 63)
            causes.push_back(
                {"FieldValueInvalid", field,
                 "Invalid value: \"" + std::string(value.get_string()) + "\": must be no more than 63 characters"});
}

inline void check_metadata(kube_type const& type, boost::json::object const& object, std::vector<kube_cause>& causes)
{
    auto const name = name_of(object);
    if (name.empty())
        causes.push_back({"FieldValueRequired", "metadata.name", "Required value: name or generateName is required"});
    else if (type.kind == "Namespace" ? !is_label(name) : !is_subdomain(name))
        causes.push_back(
            {"FieldValueInvalid", "metadata.name",
             "Invalid value: \"" + std::string(name)
                 + "\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
                   "and must start and end with an alphanumeric character (e.g. 'example.com', regex used for "
                   "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"});
    if (auto const* m = meta_of(object)) {
        check_strings(*m, "labels", causes);
        check_strings(*m, "annotations", causes);
        std::size_t size = 0;
        if (auto const* a = m->if_contains("annotations"); a && a->is_object())
            for (auto const& [key, value] : a->get_object())
                size += key.size() + (value.is_string() ? value.get_string().size() : 0);
        if (size > 256 * 1024)  // what `kubectl apply` of a large definition runs into
            causes.push_back(
                {"FieldValueTooLong", "metadata.annotations", "Too long: may not be more than 262144 bytes"});
    }
}

inline void check_data(boost::json::object const& object, bool encoded, std::vector<kube_cause>& causes)
{
    auto const* data = object.if_contains("data");
    if (!data || data->is_null())
        return;
    if (!data->is_object()) {
        causes.push_back({"FieldValueTypeInvalid", "data", "Invalid value: must be a map of strings"});
        return;
    }
    for (auto const& [key, value] : data->get_object()) {
        auto const* s = value.if_string();
        if (!s || (encoded && !crypto::base64_decode(std::string_view(s->data(), s->size()))))
            causes.push_back({"FieldValueInvalid", "data[" + std::string(key) + ']',
                              encoded ? "Invalid value: must be base64" : "Invalid value: must be a string"});
    }
}

}  // namespace kube_detail

PENSTOCK_DECL bool is_label(std::string_view name) noexcept
{
    return !name.empty() && name.size() <= 63 && kube_detail::is_lower_or_digit(name.front())
           && kube_detail::is_lower_or_digit(name.back()) && std::all_of(name.begin(), name.end(), [](char c) {
                  return kube_detail::is_lower_or_digit(c) || c == '-';
              });
}

PENSTOCK_DECL bool is_subdomain(std::string_view name) noexcept
{
    if (name.empty() || name.size() > 253)
        return false;
    while (true) {
        auto const dot = name.find('.');
        auto const part = name.substr(0, dot);
        if (part.empty() || !kube_detail::is_lower_or_digit(part.front())
            || !kube_detail::is_lower_or_digit(part.back()) || !std::all_of(part.begin(), part.end(), [](char c) {
                   return kube_detail::is_lower_or_digit(c) || c == '-';
               }))
            return false;
        if (dot == std::string_view::npos)
            return true;
        name.remove_prefix(dot + 1);
    }
}

PENSTOCK_DECL void translate(kube_type const& type, boost::json::object& object)
{
    if (type.custom)
        return;
    if (type.kind == "Secret") {
        auto const* plain = object.if_contains("stringData");
        if (plain && plain->is_object()) {
            auto const values = plain->get_object();
            auto& data = json_child(object, "data");
            for (auto const& [key, value] : values)
                if (auto const* s = value.if_string())
                    data[key] = crypto::base64_encode(std::string_view(s->data(), s->size()));
        }
        object.erase("stringData");
        if (json_text(object, {"type"}).empty())
            object["type"] = "Opaque";
    } else if (type.kind == "Namespace") {
        std::string const name(name_of(object));
        if (!name.empty())
            json_child(json_child(object, "metadata"), "labels")["kubernetes.io/metadata.name"] = name;
        if (!object.contains("spec"))
            object["spec"] = boost::json::object{{"finalizers", boost::json::array{"kubernetes"}}};
        auto& status = json_child(object, "status");
        if (!status.contains("phase"))
            status["phase"] = "Active";
    } else if (type.kind == "Service") {
        auto& spec = json_child(object, "spec");
        if (json_text(spec, {"type"}).empty())
            spec["type"] = "ClusterIP";
    }
}

PENSTOCK_DECL std::vector<kube_cause> check(kube_type const& type, boost::json::object const& object)
{
    std::vector<kube_cause> causes;
    kube_detail::check_metadata(type, object, causes);
    if (type.schema)
        for (auto& c : type.schema->validate(object))
            causes.push_back(std::move(c));
    if (type.custom)
        return causes;
    if (type.kind == "Secret")
        kube_detail::check_data(object, true, causes);
    else if (type.kind == "ConfigMap")
        kube_detail::check_data(object, false, causes);
    else if (type.kind == "CustomResourceDefinition")
        if (auto const versions = read_definition(object); !versions)
            for (auto const& c : versions.error())
                causes.push_back(c);
    return causes;
}

}  // namespace penstock::embedded::kube_admission

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_ADMISSION_IPP
