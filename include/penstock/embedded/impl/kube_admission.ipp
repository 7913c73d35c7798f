#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_ADMISSION_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_ADMISSION_IPP
#include <penstock/embedded/kube_admission.hpp>

#include <penstock/crypto/base64.hpp>
#include <penstock/embedded/kube_definition.hpp>
#include <penstock/embedded/kube_metadata_rules.hpp>
#include <penstock/embedded/kube_object.hpp>
#include <penstock/embedded/kube_schema.hpp>
#include <penstock/time/rfc3339.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace penstock::embedded::kube_admission {

namespace kube_detail {

inline bool is_config(kube_type const& type)
{
    return !type.custom && (type.kind == "Secret" || type.kind == "ConfigMap");
}

/// Why the members of a map are no texts.
inline std::string bad_map(boost::json::object const& in, std::string_view name, std::string const& place)
{
    auto const* v = in.if_contains(name);
    if (!v || v->is_null())
        return {};
    auto const* map = v->if_object();
    auto const bad = [](auto const& e) { return !e.value().is_string(); };
    if (map && std::none_of(map->begin(), map->end(), bad))
        return {};
    return "json: cannot unmarshal " + std::string(map ? "value" : "field") + " into Go struct field " + place
           + std::string(name) + " of type " + (map ? "string" : "map[string]string");
}

/// Times of a Lease have six digits behind the point.
inline std::string bad_lease_time(boost::json::object const& lease)
{
    for (auto const* name : {"acquireTime", "renewTime"}) {
        auto const s = json_text(lease, {"spec", name});
        if (!s.empty()
            && (s.size() < 27 || s[19] != '.' || s.find_first_not_of("0123456789", 20) != 26 || !parse_rfc3339(s)))
            return "parsing time \"" + std::string(s) + "\" as \"2006-01-02T15:04:05.000000Z07:00\": cannot parse";
    }
    return {};
}

inline void check_config(boost::json::object const& object, std::vector<kube_cause>& causes)
{
    std::size_t size = 0;
    for (auto const* part : {"data", "binaryData"}) {
        auto const* v = object.if_contains(part);
        auto const* map = v ? v->if_object() : nullptr;
        if (!map)
            continue;
        for (auto const& [key, value] : *map) {
            bool const good = !key.empty() && key.size() <= 253 && key != "." && key != ".."
                              && std::all_of(key.begin(), key.end(), [](char c) {
                                     return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                                            || c == '-' || c == '_' || c == '.';
                                 });
            if (!good)
                causes.push_back({"FieldValueInvalid", std::string(part) + '[' + std::string(key) + ']',
                                  "Invalid value: \"" + std::string(key)
                                      + "\": a valid config key must consist of alphanumeric characters, '-', '_' or "
                                        "'.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for "
                                        "validation is '[-._a-zA-Z0-9]+')"});
            size += value.is_string() ? value.get_string().size() : 0;
        }
    }
    if (size > 1024 * 1024)
        causes.push_back({"FieldValueTooLong", "[]", "Too long: may not be more than 1048576 bytes"});
}

inline void check_lease(boost::json::object const& object, std::vector<kube_cause>& causes)
{
    auto const at_least = [&](char const* name, std::int64_t low, char const* why) {
        auto const* v = json_member(object, {"spec", name});
        if (v && v->is_int64() && v->get_int64() < low)
            causes.push_back({"FieldValueInvalid", "spec." + std::string(name),
                              "Invalid value: " + std::to_string(v->get_int64()) + ": " + why});
    };
    at_least("leaseDurationSeconds", 1, "must be greater than 0");
    at_least("leaseTransitions", 0, "must be greater than or equal to 0");
}

inline void check_event(boost::json::object const& object, std::vector<kube_cause>& causes)
{
    auto const of = json_text(object, {"involvedObject", "namespace"});
    if (!of.empty() && of != namespace_of(object))
        causes.push_back({"FieldValueInvalid", "involvedObject.namespace",
                          "Invalid value: \"" + std::string(of) + "\": does not match event.namespace"});
}

}  // namespace kube_detail

PENSTOCK_DECL std::string misread(kube_type const& type, boost::json::object const& object)
{
    auto const* m = meta_of(object);
    for (auto const* name : {"labels", "annotations"})
        if (auto why = m ? kube_detail::bad_map(*m, name, "ObjectMeta.") : std::string(); !why.empty())
            return why;
    if (kube_detail::is_config(type)) {
        for (auto const* name : {"data", "stringData"})
            if (auto why = kube_detail::bad_map(object, name, type.kind + '.'); !why.empty())
                return why;
        if (auto const* data = object.if_contains("data"); type.kind == "Secret" && data && data->is_object())
            for (auto const& [key, value] : data->get_object())
                if (!crypto::base64_decode(std::string_view(value.get_string())))
                    return "illegal base64 data at input byte 0";
    }
    return type.kind == "Lease" && !type.custom ? kube_detail::bad_lease_time(object) : std::string();
}

PENSTOCK_DECL std::vector<std::string> prune(kube_type const& type, boost::json::object& object)
{
    if (type.custom)
        return type.schema ? type.schema->prune(object) : std::vector<std::string>();
    constexpr std::pair<std::string_view, std::string_view> known[] = {
        {"ConfigMap", " apiVersion kind metadata data binaryData immutable "},
        {"Secret", " apiVersion kind metadata data stringData type immutable "},
        {"Lease", " apiVersion kind metadata spec "},
        {"Namespace", " apiVersion kind metadata spec status "},
        {"ServiceAccount", " apiVersion kind metadata secrets imagePullSecrets automountServiceAccountToken "}};
    std::vector<std::string> gone;
    for (auto const& [kind, fields] : known)
        if (type.kind == kind)
            for (auto const& member : object)
                if (fields.find(' ' + std::string(member.key()) + ' ') == std::string_view::npos)
                    gone.emplace_back(member.key());
    for (auto const& name : gone)
        object.erase(name);
    return gone;
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
    kube_metadata_rules::check(type, object, causes);
    if (type.schema)
        for (auto& c : type.schema->validate(object))
            causes.push_back(std::move(c));
    if (type.custom)
        return causes;
    if (kube_detail::is_config(type))
        kube_detail::check_config(object, causes);
    else if (type.kind == "Lease")
        kube_detail::check_lease(object, causes);
    else if (type.kind == "Event")
        kube_detail::check_event(object, causes);
    else if (type.kind == "CustomResourceDefinition")
        if (auto const versions = read_definition(object); !versions)
            for (auto const& c : versions.error())
                causes.push_back(c);
    return causes;
}

PENSTOCK_DECL std::vector<kube_cause> check_change(kube_type const& type, boost::json::object const& before,
                                                   boost::json::object const& now)
{
    std::vector<kube_cause> causes;
    kube_metadata_rules::check_change(before, now, causes);
    if (!kube_detail::is_config(type))
        return causes;
    auto const changed = [&](char const* name) {
        auto const* a = before.if_contains(name);
        auto const* b = now.if_contains(name);
        return a && b ? *a != *b : a != b;
    };
    if (auto const* fixed = before.if_contains("immutable"); fixed && fixed->is_bool() && fixed->get_bool())
        for (auto const* name : {"immutable", "data", "binaryData"})
            if (changed(name))
                causes.push_back(
                    {"FieldValueForbidden", name, "Forbidden: field is immutable when `immutable` is set"});
    if (type.kind == "Secret" && changed("type"))
        causes.push_back({"FieldValueInvalid", "type",
                          "Invalid value: \"" + std::string(json_text(now, {"type"})) + "\": field is immutable"});
    return causes;
}

}  // namespace penstock::embedded::kube_admission

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_ADMISSION_IPP
