#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_SCHEMA_CHECKER_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_SCHEMA_CHECKER_IPP
#include <penstock/embedded/kube_schema.hpp>

#include <penstock/embedded/kube_object.hpp>

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <optional>
#include <regex>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace penstock::embedded {

namespace kube_detail {

inline boost::json::object const* sub(boost::json::object const& schema, std::string_view name)
{
    auto const* v = schema.if_contains(name);
    return v ? v->if_object() : nullptr;
}

inline bool flag(boost::json::object const& schema, std::string_view name)
{
    auto const* v = schema.if_contains(name);
    return v && v->is_bool() && v->get_bool();
}

inline std::string joined(std::string const& path, std::string_view name)
{
    return path.empty() ? std::string(name) : path + '.' + std::string(name);
}

inline std::string_view type_name(boost::json::value const& v)
{
    switch (v.kind()) {
    case boost::json::kind::object: return "object";
    case boost::json::kind::array: return "array";
    case boost::json::kind::string: return "string";
    case boost::json::kind::bool_: return "boolean";
    case boost::json::kind::null: return "null";
    case boost::json::kind::double_: return "number";
    default: return "integer";
    }
}

/// The schema of the member `name`: from properties, else from additionalProperties; null where there is none.
inline boost::json::object const* member_schema(boost::json::object const& schema, std::string_view name)
{
    auto const* properties = sub(schema, "properties");
    auto const* found = properties ? sub(*properties, name) : nullptr;
    return found ? found : sub(schema, "additionalProperties");
}

}  // namespace kube_detail

struct kube_schema::patterns
{
    std::unordered_map<std::string, std::optional<std::regex>> compiled;

    /// A pattern that std::regex does not know matches everything; so does a text too long for its recursion.
    bool match(std::string_view pattern, std::string_view text)
    {
        constexpr std::size_t limit = 4096;
        auto const [at, fresh] = compiled.try_emplace(std::string(pattern));
        if (fresh) {
            try {
                at->second.emplace(at->first, std::regex::ECMAScript | std::regex::optimize);
            } catch (std::regex_error const&) {}
        }
        return !at->second || text.size() > limit || std::regex_search(text.begin(), text.end(), *at->second);
    }
};

class kube_schema::checker
{
public:
    explicit checker(patterns& p) : patterns_(p) {}

    void check(boost::json::value const& v, boost::json::object const& schema, std::string const& path)
    {
        if (v.is_null() && kube_detail::flag(schema, "nullable"))
            return;
        if (!check_type(v, schema, path))
            return;
        check_enum(v, schema, path);
        if (auto const* s = v.if_string())
            check_text(*s, schema, path);
        else if (v.is_number())
            check_number(v, schema, path);
        else if (auto const* a = v.if_array()) {
            check_size(a->size(), schema, path, "minItems", "maxItems", "items");
            check_distinct(*a, schema, path);
            if (auto const* items = kube_detail::sub(schema, "items"))
                for (std::size_t i = 0; i < a->size(); ++i)
                    check((*a)[i], *items, path + '[' + std::to_string(i) + ']');
        } else if (auto const* o = v.if_object())
            check_object(*o, schema, path);
        check_combined(v, schema, path);
    }

    std::vector<kube_cause> causes;
private:
    void complain(std::string const& path, std::string reason, std::string message)
    {
        causes.push_back({std::move(reason), path, std::move(message)});
    }

    void invalid(std::string const& path, boost::json::value const& v, std::string const& why)
    {
        auto const shown = v.is_object() || v.is_array() ? '"' + std::string(kube_detail::type_name(v)) + '"'
                                                         : boost::json::serialize(v);
        complain(path, "FieldValueInvalid", "Invalid value: " + shown + ": " + why);
    }

    bool check_type(boost::json::value const& v, boost::json::object const& schema, std::string const& path)
    {
        auto const is = kube_detail::type_name(v);
        if (kube_detail::flag(schema, "x-kubernetes-int-or-string")) {
            if (is == "integer" || is == "string")
                return true;
            complain(path, "FieldValueTypeInvalid",
                     "Invalid value: \"" + std::string(is) + "\": " + path
                         + " in body must be of type integer,string: \"" + std::string(is) + '"');
            return false;
        }
        auto const want = json_text(schema, {"type"});
        bool const whole = is == "number" && want == "integer"
                           && v.get_double() == static_cast<double>(static_cast<std::int64_t>(v.get_double()));
        if (want.empty() || want == is || (want == "number" && is == "integer") || whole)
            return true;
        complain(path, "FieldValueTypeInvalid",
                 "Invalid value: \"" + std::string(is) + "\": " + path + " in body must be of type " + std::string(want)
                     + ": \"" + std::string(is) + '"');
        return false;
    }

    void check_enum(boost::json::value const& v, boost::json::object const& schema, std::string const& path)
    {
        auto const* e = schema.if_contains("enum");
        auto const* list = e ? e->if_array() : nullptr;
        if (!list || std::find(list->begin(), list->end(), v) != list->end())
            return;
        std::string all;
        for (auto const& one : *list)
            all += (all.empty() ? "" : ", ") + boost::json::serialize(one);
        complain(path, "FieldValueNotSupported",
                 "Unsupported value: " + boost::json::serialize(v) + ": supported values: " + all);
    }

    void check_text(boost::json::string const& s, boost::json::object const& schema, std::string const& path)
    {
        std::string_view const view(s.data(), s.size());
        auto const runes = static_cast<std::size_t>(std::count_if(
            view.begin(), view.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
        check_size(runes, schema, path, "minLength", "maxLength", "chars long", boost::json::serialize(s));
        auto const pattern = json_text(schema, {"pattern"});
        if (!pattern.empty() && !patterns_.match(pattern, view))
            invalid(path, boost::json::value(view), path + " in body should match '" + std::string(pattern) + "'");
    }

    void check_number(boost::json::value const& v, boost::json::object const& schema, std::string const& path)
    {
        auto const n = v.to_number<double>();
        auto const bound = [&](std::string_view name) -> std::optional<double> {
            auto const* b = schema.if_contains(name);
            return b && b->is_number() ? std::optional(b->to_number<double>()) : std::nullopt;
        };
        auto const low = bound("minimum");
        if (low && (n < *low || (n == *low && kube_detail::flag(schema, "exclusiveMinimum"))))
            invalid(path, v,
                    path + " in body should be greater than or equal to "
                        + boost::json::serialize(schema.at("minimum")));
        auto const high = bound("maximum");
        if (high && (n > *high || (n == *high && kube_detail::flag(schema, "exclusiveMaximum"))))
            invalid(path, v,
                    path + " in body should be less than or equal to " + boost::json::serialize(schema.at("maximum")));
    }

    void check_size(std::size_t size, boost::json::object const& schema, std::string const& path, std::string_view low,
                    std::string_view high, std::string const& unit, std::string const& shown = {})
    {
        auto const bound = [&](std::string_view name) -> std::optional<double> {
            auto const* b = schema.if_contains(name);
            return b && b->is_number() ? std::optional(b->to_number<double>()) : std::nullopt;
        };
        auto const at_least = bound(low);
        auto const at_most = bound(high);
        if (at_least && static_cast<double>(size) < *at_least)
            complain(path, "FieldValueInvalid",
                     "Invalid value: " + (shown.empty() ? std::to_string(size) : shown) + ": " + path
                         + " in body should " + (unit == "chars long" ? "be at least " : "have at least ")
                         + boost::json::serialize(schema.at(low)) + ' ' + unit);
        if (at_most && static_cast<double>(size) > *at_most)
            complain(path, unit == "chars long" ? "FieldValueTooLong" : "FieldValueTooMany",
                     unit == "chars long"
                         ? "Too long: may not be more than " + boost::json::serialize(schema.at(high)) + " bytes"
                         : "Too many: " + std::to_string(size) + ": must have at most "
                               + boost::json::serialize(schema.at(high)) + ' ' + unit);
    }

    /// The elements of a set, and the keys of a list with keys, stand once.
    void check_distinct(boost::json::array const& a, boost::json::object const& schema, std::string const& path)
    {
        auto const kind = json_text(schema, {"x-kubernetes-list-type"});
        auto const* keys = schema.if_contains("x-kubernetes-list-map-keys");
        if (kind != "set" && (kind != "map" || !keys || !keys->is_array()))
            return;
        std::vector<boost::json::value> seen;
        for (std::size_t i = 0; i < a.size(); ++i) {
            auto key = a[i];
            if (auto const* o = key.if_object(); o && kind == "map") {
                boost::json::object only;
                for (auto const& k : keys->get_array())
                    if (auto const* part = k.is_string() ? o->if_contains(k.get_string()) : nullptr)
                        only[k.get_string()] = *part;
                key = std::move(only);
            }
            if (std::find(seen.begin(), seen.end(), key) != seen.end())
                complain(path + '[' + std::to_string(i) + ']', "FieldValueDuplicate",
                         "Duplicate value: " + boost::json::serialize(key));
            seen.push_back(std::move(key));
        }
    }

    void check_object(boost::json::object const& o, boost::json::object const& schema, std::string const& path)
    {
        auto const* required = schema.if_contains("required");
        if (required && required->is_array())
            for (auto const& r : required->get_array())
                if (r.is_string() && !o.contains(r.get_string()))
                    complain(kube_detail::joined(path, r.get_string()), "FieldValueRequired", "Required value");
        check_size(o.size(), schema, path, "minProperties", "maxProperties", "properties");
        for (auto const& [name, value] : o)
            if (auto const* s = kube_detail::member_schema(schema, name))
                check(value, *s, kube_detail::joined(path, name));
    }

    std::size_t count_matches(boost::json::value const& v, boost::json::value const& list, std::string const& path)
    {
        return static_cast<std::size_t>(
            std::count_if(list.get_array().begin(), list.get_array().end(), [&](boost::json::value const& s) {
                checker one(patterns_);
                if (s.is_object())
                    one.check(v, s.get_object(), path);
                return one.causes.empty();
            }));
    }

    void check_combined(boost::json::value const& v, boost::json::object const& schema, std::string const& path)
    {
        auto const list = [&schema](std::string_view name) -> boost::json::value const* {
            auto const* l = schema.if_contains(name);
            return l && l->is_array() ? l : nullptr;
        };
        if (auto const* all = list("allOf"))
            for (auto const& s : all->get_array())
                if (s.is_object())
                    check(v, s.get_object(), path);
        if (auto const* any = list("anyOf"); any && count_matches(v, *any, path) == 0)
            invalid(path, v, path + " in body must validate at least one schema (anyOf)");
        if (auto const* one = list("oneOf"); one && count_matches(v, *one, path) != 1)
            invalid(path, v, path + " in body must validate one and only one schema (oneOf)");
        if (auto const* no = kube_detail::sub(schema, "not")) {
            checker inner(patterns_);
            inner.check(v, *no, path);
            if (inner.causes.empty())
                invalid(path, v, path + " in body must not validate the schema (not)");
        }
    }

    patterns& patterns_;
};

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_SCHEMA_CHECKER_IPP
