#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_METADATA_RULES_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_METADATA_RULES_IPP
#include <penstock/embedded/kube_metadata_rules.hpp>

#include <penstock/embedded/kube_object.hpp>

#include <boost/json/array.hpp>

#include <algorithm>
#include <cstddef>

namespace penstock::embedded::kube_metadata_rules {

namespace kube_detail {

constexpr char const* subdomain_form =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
constexpr char const* name_form =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
constexpr char const* value_form =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

inline bool is_lower_or_digit(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

inline bool is_letter_or_digit(char c) noexcept
{
    return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z');
}

inline bool is_name_part(std::string_view s) noexcept
{
    return !s.empty() && s.size() <= 63 && is_letter_or_digit(s.front()) && is_letter_or_digit(s.back())
           && std::all_of(s.begin(), s.end(),
                          [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.'; });
}

inline bool is_label_text(std::string_view s) noexcept
{
    return !s.empty() && is_lower_or_digit(s.front()) && is_lower_or_digit(s.back())
           && std::all_of(s.begin(), s.end(), [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

inline kube_cause invalid(std::string field, std::string_view value, std::string const& why)
{
    return {"FieldValueInvalid", std::move(field), "Invalid value: \"" + std::string(value) + "\": " + why};
}

inline void check_keys(boost::json::object const& map, std::string const& field, std::vector<kube_cause>& causes)
{
    for (auto const& [key, value] : map)
        if (!is_qualified_name(key))
            causes.push_back(invalid(field, key, name_form));
}

inline void check_name(kube_type const& type, std::string_view name, std::vector<kube_cause>& causes)
{
    if (name.empty())
        causes.push_back({"FieldValueRequired", "metadata.name", "Required value: name or generateName is required"});
    else if (type.kind == "Namespace" && !type.custom && name.find('.') != std::string_view::npos)
        causes.push_back(invalid("metadata.name", name, "must not contain dots"));
    else if (type.kind == "Namespace" && !type.custom ? !is_label(name) : !is_subdomain(name))
        causes.push_back(invalid("metadata.name", name, subdomain_form));
}

inline void check_owners(boost::json::array const& owners, std::vector<kube_cause>& causes)
{
    for (auto const& o : owners)
        for (auto const* field : {"apiVersion", "kind", "name", "uid"})
            if (!o.is_object() || json_text(o.get_object(), {field}).empty())
                causes.push_back(invalid("metadata.ownerReferences." + std::string(field), "", "must not be empty"));
}

inline boost::json::array finalizers_of(boost::json::object const& o)
{
    auto const* found = json_member(o, {"metadata", "finalizers"});
    auto const* list = found ? found->if_array() : nullptr;
    return list ? *list : boost::json::array();
}

}  // namespace kube_detail

PENSTOCK_DECL bool is_label(std::string_view name) noexcept
{
    return name.size() <= 63 && kube_detail::is_label_text(name);
}

PENSTOCK_DECL bool is_subdomain(std::string_view name) noexcept
{
    if (name.empty() || name.size() > 253)
        return false;
    while (true) {
        auto const dot = name.find('.');
        if (!kube_detail::is_label_text(name.substr(0, dot)))
            return false;
        if (dot == std::string_view::npos)
            return true;
        name.remove_prefix(dot + 1);
    }
}

PENSTOCK_DECL bool is_qualified_name(std::string_view name) noexcept
{
    auto const slash = name.find('/');
    if (slash == std::string_view::npos)
        return kube_detail::is_name_part(name);
    return is_subdomain(name.substr(0, slash)) && kube_detail::is_name_part(name.substr(slash + 1));
}

PENSTOCK_DECL bool is_label_value(std::string_view value) noexcept
{
    return value.empty() || kube_detail::is_name_part(value);
}

PENSTOCK_DECL void check(kube_type const& type, boost::json::object const& object, std::vector<kube_cause>& causes)
{
    kube_detail::check_name(type, name_of(object), causes);
    auto const* m = meta_of(object);
    if (!m)
        return;
    if (auto const* v = m->if_contains("labels"); v && v->is_object()) {
        kube_detail::check_keys(v->get_object(), "metadata.labels", causes);
        for (auto const& [key, value] : v->get_object())
            if (auto const* s = value.if_string(); s && !is_label_value(*s))
                causes.push_back(kube_detail::invalid("metadata.labels", *s, kube_detail::value_form));
    }
    if (auto const* v = m->if_contains("annotations"); v && v->is_object()) {
        kube_detail::check_keys(v->get_object(), "metadata.annotations", causes);
        std::size_t size = 0;
        for (auto const& [key, value] : v->get_object())
            size += key.size() + (value.is_string() ? value.get_string().size() : 0);
        if (size > 256 * 1024)  // what `kubectl apply` of a large definition runs into
            causes.push_back(
                {"FieldValueTooLong", "metadata.annotations", "Too long: may not be more than 262144 bytes"});
    }
    for (auto const& f : kube_detail::finalizers_of(object))
        if (auto const* s = f.if_string(); s && !is_qualified_name(*s))
            causes.push_back(kube_detail::invalid("metadata.finalizers", *s, kube_detail::name_form));
    if (auto const* v = m->if_contains("ownerReferences"); v && v->is_array())
        kube_detail::check_owners(v->get_array(), causes);
}

PENSTOCK_DECL void check_change(boost::json::object const& before, boost::json::object const& now,
                                std::vector<kube_cause>& causes)
{
    if (json_text(before, {"metadata", "deletionTimestamp"}).empty())
        return;
    auto const old = kube_detail::finalizers_of(before);
    for (auto const& f : kube_detail::finalizers_of(now))
        if (std::find(old.begin(), old.end(), f) == old.end() && f.is_string())
            causes.push_back({"FieldValueForbidden", "metadata.finalizers",
                              "Forbidden: no new finalizers can be added if the object is being deleted, found new "
                              "finalizers []string{\""
                                  + std::string(f.get_string()) + "\"}"});
}

PENSTOCK_DECL std::vector<std::string> warnings(boost::json::object const& object)
{
    std::vector<std::string> all;
    for (auto const& f : kube_detail::finalizers_of(object))
        if (auto const* s = f.if_string(); s && std::string_view(*s).find('/') == std::string_view::npos)
            all.push_back("metadata.finalizers: \"" + std::string(*s)
                          + "\": prefer a domain-qualified finalizer name to avoid accidental conflicts with other "
                            "finalizer writers");
    return all;
}

}  // namespace penstock::embedded::kube_metadata_rules

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_METADATA_RULES_IPP
