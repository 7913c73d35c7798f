#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_DEFINITION_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_DEFINITION_IPP
#include <penstock/embedded/kube_definition.hpp>

#include <penstock/embedded/kube_builtin_types.hpp>
#include <penstock/embedded/kube_object.hpp>
#include <penstock/embedded/kube_schema.hpp>

#include <boost/json/array.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace penstock::embedded {

namespace kube_detail {

inline std::vector<std::string> strings(boost::json::value const* v)
{
    std::vector<std::string> out;
    if (v && v->is_array())
        for (auto const& s : v->get_array())
            if (s.is_string())
                out.emplace_back(s.get_string());
    return out;
}

inline std::vector<kube_column> read_columns(boost::json::value const* v)
{
    std::vector<kube_column> out;
    if (v && v->is_array())
        for (auto const& c : v->get_array()) {
            if (!c.is_object())
                continue;
            auto const& o = c.get_object();
            auto const* priority = o.if_contains("priority");
            out.push_back({std::string(json_text(o, {"name"})), std::string(json_text(o, {"type"})),
                           std::string(json_text(o, {"jsonPath"})), std::string(json_text(o, {"format"})),
                           std::string(json_text(o, {"description"})),
                           priority && priority->is_int64() ? static_cast<int>(priority->get_int64()) : 0});
        }
    if (out.empty())
        out.push_back(kube_builtin_types::age_column());
    return out;
}

}  // namespace kube_detail

PENSTOCK_DECL boost::system::result<std::vector<std::shared_ptr<kube_type const>>, std::vector<kube_cause>>
read_definition(boost::json::object const& definition)
{
    std::vector<kube_cause> causes;
    auto const need = [&](std::initializer_list<std::string_view> path, std::string field) {
        std::string value(json_text(definition, path));
        if (value.empty())
            causes.push_back({"FieldValueRequired", std::move(field), "Required value"});
        return value;
    };
    kube_type base;
    base.custom = true;
    base.generation = true;
    base.group = need({"spec", "group"}, "spec.group");
    base.plural = need({"spec", "names", "plural"}, "spec.names.plural");
    base.kind = need({"spec", "names", "kind"}, "spec.names.kind");
    base.namespaced = need({"spec", "scope"}, "spec.scope") == "Namespaced";
    base.singular = json_text(definition, {"spec", "names", "singular"});
    base.list_kind = json_text(definition, {"spec", "names", "listKind"});
    base.short_names = kube_detail::strings(json_member(definition, {"spec", "names", "shortNames"}));
    base.categories = kube_detail::strings(json_member(definition, {"spec", "names", "categories"}));
    if (causes.empty() && name_of(definition) != base.plural + '.' + base.group)
        causes.push_back({"FieldValueInvalid", "metadata.name",
                          "Invalid value: \"" + std::string(name_of(definition))
                              + "\": must be spec.names.plural+\".\"+spec.group"});
    std::vector<std::shared_ptr<kube_type const>> out;
    auto const* versions = json_member(definition, {"spec", "versions"});
    if (!versions || !versions->is_array() || versions->get_array().empty()) {
        causes.push_back({"FieldValueRequired", "spec.versions", "Required value"});
        return causes;
    }
    auto const marked = std::count_if(versions->get_array().begin(), versions->get_array().end(), [](auto const& v) {
        auto const* s = v.is_object() ? v.get_object().if_contains("storage") : nullptr;
        return s && s->is_bool() && s->get_bool();
    });
    if (marked != 1)
        causes.push_back({"FieldValueInvalid", "spec.versions",
                          "Invalid value: must have exactly one version marked as storage version"});
    for (auto const& v : versions->get_array()) {
        if (!v.is_object())
            continue;
        auto const& o = v.get_object();
        auto const* served = o.if_contains("served");
        auto const* stored = o.if_contains("storage");
        if (!served || !served->is_bool() || !served->get_bool())
            continue;
        auto t = std::make_shared<kube_type>(base);
        t->version = json_text(o, {"name"});
        t->status = json_member(o, {"subresources", "status"}) != nullptr;
        t->scale_replicas = json_text(o, {"subresources", "scale", "specReplicasPath"});
        t->scale_status = json_text(o, {"subresources", "scale", "statusReplicasPath"});
        t->scale_selector = json_text(o, {"subresources", "scale", "labelSelectorPath"});
        if (auto const* old = o.if_contains("deprecated"); old && old->is_bool() && old->get_bool()) {
            t->deprecation = json_text(o, {"deprecationWarning"});
            if (t->deprecation.empty())
                t->deprecation = t->api_version() + ' ' + t->kind + " is deprecated";
        }
        t->columns = kube_detail::read_columns(o.if_contains("additionalPrinterColumns"));
        auto const* schema = json_member(o, {"schema", "openAPIV3Schema"});
        if (!schema || !schema->is_object())
            causes.push_back({"FieldValueRequired", "spec.versions.schema.openAPIV3Schema", "schemas are required"});
        else if (json_text(schema->get_object(), {"type"}) != "object")
            causes.push_back({"FieldValueRequired", "spec.versions.schema.openAPIV3Schema.type",
                              "Required value: must not be empty at the root"});
        else
            t->schema = std::make_shared<kube_schema>(schema->get_object());
        bool const first = stored && stored->is_bool() && stored->get_bool();
        out.insert(first ? out.begin() : out.end(), std::move(t));
    }
    if (!causes.empty())
        return causes;
    return out;
}

PENSTOCK_DECL void complete_definition(boost::json::object& definition, std::string_view now)
{
    auto& spec = json_child(definition, "spec");
    auto& names = json_child(spec, "names");
    std::string const kind(json_text(names, {"kind"}));
    if (json_text(names, {"singular"}).empty())
        names["singular"] = kube_builtin_types::singular_of(kind);
    if (json_text(names, {"listKind"}).empty())
        names["listKind"] = kind + "List";
    if (!spec.contains("conversion"))
        spec["conversion"] = boost::json::object{{"strategy", "None"}};
    auto& status = json_child(definition, "status");
    if (status.contains("conditions")) {
        status["acceptedNames"] = names;
        return;
    }
    boost::json::array stored;
    if (auto const* versions = json_member(definition, {"spec", "versions"}); versions && versions->is_array())
        for (auto const& v : versions->get_array())
            if (auto const* s = v.is_object() ? v.get_object().if_contains("storage") : nullptr;
                s && s->is_bool() && s->get_bool())
                stored.push_back(v.get_object().at("name"));
    auto const condition = [now](char const* type, char const* reason, char const* message) {
        return boost::json::object{
            {"lastTransitionTime", now}, {"message", message}, {"reason", reason}, {"status", "True"}, {"type", type}};
    };
    status["acceptedNames"] = names;
    status["conditions"] =
        boost::json::array{condition("NamesAccepted", "NoConflicts", "no conflicts found"),
                           condition("Established", "InitialNamesAccepted", "the initial names have been accepted")};
    status["storedVersions"] = std::move(stored);
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_DEFINITION_IPP
