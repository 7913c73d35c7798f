#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_SELECTOR_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_SELECTOR_IPP
#include <penstock/embedded/kube_selector.hpp>

#include <penstock/embedded/kube_event_form.hpp>

#include <penstock/embedded/kube_metadata_rules.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace penstock::embedded {

namespace kube_detail {

inline std::string_view trimmed(std::string_view s)
{
    auto const first = s.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return s.substr(first, s.find_last_not_of(" \t") - first + 1);
}

/// Splits at commas that stand in no parentheses.
inline std::vector<std::string_view> split_terms(std::string_view s)
{
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    int depth = 0;
    for (std::size_t i = 0; i <= s.size(); ++i) {
        if (i == s.size() || (s[i] == ',' && depth == 0)) {
            parts.push_back(trimmed(s.substr(begin, i - begin)));
            begin = i + 1;
        } else if (s[i] == '(')
            ++depth;
        else if (s[i] == ')')
            --depth;
    }
    return parts;
}

inline kube_error bad_selector(std::string_view what)
{
    return kube_errors::bad_request("unable to parse requirement: " + std::string(what));
}

}  // namespace kube_detail

PENSTOCK_DECL auto kube_label_selector::parse_term(std::string_view s) -> kube_result<term>
{
    term t;
    if (s.starts_with('!')) {
        t.key = kube_detail::trimmed(s.substr(1));
        t.what = test::missing;
    } else if (auto const open = s.find('('); open != std::string_view::npos) {
        if (!s.ends_with(')'))
            return kube_detail::bad_selector("found '" + std::string(s) + "', expected: ')'");
        auto const head = kube_detail::trimmed(s.substr(0, open));
        auto const gap = head.find_first_of(" \t");
        auto const word = gap == std::string_view::npos ? std::string_view() : kube_detail::trimmed(head.substr(gap));
        if (word != "in" && word != "notin")
            return kube_detail::bad_selector("found '" + std::string(word) + "', expected: in, notin");
        t.key = head.substr(0, gap);
        t.what = word == "in" ? test::in : test::not_in;
        for (auto const v : kube_detail::split_terms(s.substr(open + 1, s.size() - open - 2)))
            t.values.emplace_back(v);
    } else if (auto const at = s.find('='); at != std::string_view::npos) {
        bool const differs = at > 0 && s[at - 1] == '!';
        auto rest = s.substr(at + 1);
        if (rest.starts_with('='))
            rest.remove_prefix(1);
        t.key = kube_detail::trimmed(s.substr(0, differs ? at - 1 : at));
        t.what = differs ? test::not_in : test::in;
        t.values.emplace_back(kube_detail::trimmed(rest));
    } else
        t.key = s;
    if (!kube_metadata_rules::is_qualified_name(t.key))
        return kube_detail::bad_selector("<nil>: Invalid value: \"" + t.key
                                         + "\": name part must be a valid label name");
    for (auto const& v : t.values)
        if (!kube_metadata_rules::is_label_value(v))
            return kube_detail::bad_selector("values[0][" + t.key + "]: Invalid value: \"" + v
                                             + "\": must be a valid label");
    return t;
}

PENSTOCK_DECL kube_result<kube_label_selector> kube_label_selector::parse(std::string_view s)
{
    kube_label_selector out;
    if (kube_detail::trimmed(s).empty())
        return out;
    for (auto const part : kube_detail::split_terms(s)) {
        auto t = parse_term(part);
        if (!t)
            return t.error();
        out.terms_.push_back(*std::move(t));
    }
    return out;
}

PENSTOCK_DECL bool kube_label_selector::matches(boost::json::object const& object) const
{
    if (terms_.empty())
        return true;
    auto const* found = json_member(object, {"metadata", "labels"});
    auto const* labels = found ? found->if_object() : nullptr;
    return std::all_of(terms_.begin(), terms_.end(), [labels](term const& t) {
        auto const* v = labels ? labels->if_contains(t.key) : nullptr;
        auto const listed = [&] {
            auto const* s = v->if_string();
            return s && std::any_of(t.values.begin(), t.values.end(), [s](std::string const& want) {
                       return std::string_view(want) == std::string_view(*s);
                   });
        };
        switch (t.what) {
        case test::in: return v && listed();
        case test::not_in: return !v || !listed();
        case test::exists: return v != nullptr;
        case test::missing: return v == nullptr;
        }
        return false;
    });
}

PENSTOCK_DECL kube_result<kube_field_selector> kube_field_selector::parse(kube_type const& type, std::string_view s)
{
    kube_field_selector out;
    if (kube_detail::trimmed(s).empty())
        return out;
    bool const events = type.kind == "Event" && !type.custom;
    bool const newer = events && !type.group.empty();
    for (auto const part : kube_detail::split_terms(s)) {
        auto const at = part.find('=');
        if (at == std::string_view::npos)
            return kube_errors::bad_request("invalid selector: '" + std::string(s) + "'; can't understand '"
                                            + std::string(part) + "'");
        term t;
        t.equal = at == 0 || part[at - 1] != '!';
        t.path = part.substr(0, t.equal ? at : at - 1);
        auto const said = t.path;
        if (newer && (said.starts_with("involvedObject.") || said == "source" || said == "reportingComponent"))
            return kube_errors::bad_request("field label not supported: " + said);
        if (newer)
            t.path = event_selector_path(said);
        auto rest = part.substr(at + 1);
        if (rest.starts_with('='))
            rest.remove_prefix(1);
        t.value = rest;
        bool const known = t.path == "metadata.name" || (t.path == "metadata.namespace" && type.namespaced)
                           || (events
                               && (t.path.starts_with("involvedObject.") || t.path == "reason" || t.path == "type"
                                   || t.path == "source" || t.path == "reportingComponent"))
                           || (type.kind == "Secret" && t.path == "type")
                           || (type.kind == "Namespace" && t.path == "status.phase");
        if (!known)
            return kube_errors::bad_request("field label not supported: " + said);
        if (events && t.path == "source")
            t.path = "source.component";
        out.terms_.push_back(std::move(t));
    }
    return out;
}

PENSTOCK_DECL bool kube_field_selector::matches(boost::json::object const& object) const
{
    return std::all_of(terms_.begin(), terms_.end(), [&object](term const& t) {
        auto const* at = &object;
        std::string_view rest = t.path;
        std::string_view value;
        while (at && !rest.empty()) {
            auto const dot = rest.find('.');
            auto const* v = at->if_contains(rest.substr(0, dot));
            rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
            at = v ? v->if_object() : nullptr;
            if (rest.empty() && v && v->is_string())
                value = v->get_string();
        }
        return (value == t.value) == t.equal;
    });
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_SELECTOR_IPP
