#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_PATCH_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_PATCH_IPP
#include <penstock/embedded/kube_patch.hpp>

#include <penstock/embedded/kube_object.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::embedded {

namespace kube_detail {

using pointer = std::vector<std::string>;

/// The tokens of a JSON pointer (RFC 6901); nothing where it is not one.
inline std::optional<pointer> parse_pointer(std::string_view s)
{
    pointer out;
    if (s.empty())
        return out;
    if (s.front() != '/')
        return std::nullopt;
    std::size_t begin = 1;
    for (std::size_t i = 1; i <= s.size(); ++i) {
        if (i != s.size() && s[i] != '/')
            continue;
        std::string token(s.substr(begin, i - begin));
        for (std::size_t at = 0; (at = token.find('~', at)) != std::string::npos; ++at)
            token.replace(at, 2, token.compare(at, 2, "~1") == 0 ? "/" : "~");
        out.push_back(std::move(token));
        begin = i + 1;
    }
    return out;
}

inline std::optional<std::size_t> parse_index(std::string const& token, std::size_t size)
{
    std::size_t n = 0;
    auto const* const end = token.data() + token.size();
    auto const [at, ec] = std::from_chars(token.data(), end, n);
    if (ec != std::errc() || at != end || n > size)
        return std::nullopt;
    return n;
}

inline boost::json::value* find(boost::json::value& root, pointer const& p, std::size_t depth)
{
    auto* at = &root;
    for (std::size_t i = 0; i < depth && at; ++i) {
        if (auto* o = at->if_object())
            at = o->if_contains(p[i]);
        else if (auto* a = at->if_array()) {
            auto const n = parse_index(p[i], a->size());
            at = n && *n < a->size() ? &(*a)[*n] : nullptr;
        } else
            at = nullptr;
    }
    return at;
}

inline bool put(boost::json::value& root, pointer const& p, boost::json::value v)
{
    if (p.empty()) {
        root = std::move(v);
        return true;
    }
    auto* parent = find(root, p, p.size() - 1);
    if (parent && parent->is_object())
        parent->get_object()[p.back()] = std::move(v);
    else if (parent && parent->is_array()) {
        auto& a = parent->get_array();
        auto const n = p.back() == "-" ? std::optional(a.size()) : parse_index(p.back(), a.size());
        if (!n)
            return false;
        a.insert(a.begin() + static_cast<std::ptrdiff_t>(*n), std::move(v));
    } else
        return false;
    return true;
}

inline std::optional<boost::json::value> take(boost::json::value& root, pointer const& p)
{
    if (p.empty() || !find(root, p, p.size()))
        return std::nullopt;
    auto* parent = find(root, p, p.size() - 1);
    std::optional<boost::json::value> out(std::move(*find(root, p, p.size())));
    if (auto* o = parent->if_object())
        o->erase(p.back());
    else {
        auto& a = parent->get_array();
        a.erase(a.begin() + static_cast<std::ptrdiff_t>(*parse_index(p.back(), a.size())));
    }
    return out;
}

/// One operation. False: it does not hold on this document.
inline kube_result<> run_operation(boost::json::value& doc, boost::json::value const& operation)
{
    auto const* o = operation.if_object();
    if (!o || !o->contains("path"))
        return kube_errors::bad_request("json: a patch operation is an object with op and path");
    auto const op = json_text(*o, {"op"});
    auto const path = parse_pointer(json_text(*o, {"path"}));
    auto const from = parse_pointer(json_text(*o, {"from"}));
    auto const* value = o->if_contains("value");
    bool const copies = op == "move" || op == "copy";
    bool const sets = op == "add" || op == "replace" || op == "test";
    if (!path || (copies && (!from || !o->contains("from"))) || (sets && !value)
        || (!copies && !sets && op != "remove"))
        return kube_errors::unprocessable("json: patch operation " + std::string(op) + " cannot be understood");
    bool done = false;
    if (op == "add")
        done = put(doc, *path, *value);
    else if (op == "replace") {
        if (auto* at = find(doc, *path, path->size())) {
            *at = *value;
            done = true;
        }
    } else if (op == "remove")
        done = take(doc, *path).has_value();
    else if (op == "test") {
        auto const* at = find(doc, *path, path->size());
        done = at ? *at == *value : value->is_null();
    } else if (op == "copy") {
        if (auto const* at = find(doc, *from, from->size()))
            done = put(doc, *path, boost::json::value(*at));
    } else if (auto moved = take(doc, *from))
        done = put(doc, *path, *std::move(moved));
    if (!done)
        return kube_errors::unprocessable("the server rejected our request due to an error in our request");
    return {};
}

/// What tells the elements of a list apart when it is merged; empty: the list is replaced.
inline std::string_view merge_key(std::string_view list)
{
    if (list == "ownerReferences")
        return "uid";
    if (list == "ports")
        return "port";
    if (list == "conditions")
        return "type";
    if (list == "secrets" || list == "imagePullSecrets")
        return "name";
    return {};
}

inline void merge_strategic_list(boost::json::array& target, boost::json::array const& patch, std::string_view key)
{
    for (auto const& p : patch) {
        auto const* o = p.if_object();
        auto const* id = o ? o->if_contains(key) : nullptr;
        if (!id)
            continue;
        auto const same = std::find_if(target.begin(), target.end(), [&](boost::json::value const& v) {
            auto const* there = v.is_object() ? v.get_object().if_contains(key) : nullptr;
            return there && *there == *id;
        });
        if (json_text(*o, {"$patch"}) == "delete") {
            if (same != target.end())
                target.erase(same);
        } else if (same != target.end())
            strategic_patch(*same, p);
        else {
            boost::json::value fresh(boost::json::object_kind);
            strategic_patch(fresh, p);
            target.push_back(std::move(fresh));
        }
    }
}

inline void delete_from_list(boost::json::object& target, std::string_view name, boost::json::value const& gone)
{
    auto* there = target.if_contains(name);
    if (!there || !there->is_array() || !gone.is_array())
        return;
    boost::json::array kept;
    for (auto& v : there->get_array())
        if (std::find(gone.get_array().begin(), gone.get_array().end(), v) == gone.get_array().end())
            kept.push_back(std::move(v));
    *there = std::move(kept);
}

}  // namespace kube_detail

PENSTOCK_DECL void merge_patch(boost::json::value& target, boost::json::value const& patch)
{
    auto const* p = patch.if_object();
    if (!p) {
        target = patch;
        return;
    }
    if (!target.is_object())
        target.emplace_object();
    auto& o = target.get_object();
    for (auto const& [name, value] : *p) {
        if (value.is_null())
            o.erase(name);
        else
            merge_patch(o[name], value);
    }
}

PENSTOCK_DECL kube_result<> json_patch(boost::json::value& target, boost::json::value const& operations)
{
    auto const* list = operations.if_array();
    if (!list)
        return kube_errors::bad_request("json: a patch is an array of operations");
    auto copy = target;
    for (auto const& o : *list)
        if (auto const done = kube_detail::run_operation(copy, o); !done)
            return done.error();
    target = std::move(copy);
    return {};
}

PENSTOCK_DECL void strategic_patch(boost::json::value& target, boost::json::value const& patch)
{
    auto const* p = patch.if_object();
    if (!p) {
        target = patch;
        return;
    }
    if (!target.is_object() || json_text(*p, {"$patch"}) == "replace")
        target.emplace_object();
    if (json_text(*p, {"$patch"}) == "delete") {
        target.emplace_object();
        return;
    }
    auto& o = target.get_object();
    if (auto const* retain = p->if_contains("$retainKeys"); retain && retain->is_array()) {
        boost::json::object kept;
        for (auto& [name, value] : o)
            if (std::find(retain->get_array().begin(), retain->get_array().end(), boost::json::value(name))
                != retain->get_array().end())
                kept[name] = value;
        o = std::move(kept);
    }
    constexpr std::string_view remove_from = "$deleteFromPrimitiveList/";
    for (auto const& [key, value] : *p) {
        std::string_view const name = key;
        if (name.starts_with(remove_from))
            kube_detail::delete_from_list(o, name.substr(remove_from.size()), value);
        else if (name.starts_with('$'))
            continue;
        else if (value.is_null())
            o.erase(name);
        else if (name == "finalizers" && value.is_array() && o.contains(name) && o.at(name).is_array()) {
            auto& list = o.at(name).get_array();
            for (auto const& v : value.get_array())
                if (std::find(list.begin(), list.end(), v) == list.end())
                    list.push_back(v);
        } else if (value.is_array() && !kube_detail::merge_key(name).empty() && o.contains(name)
                   && o.at(name).is_array())
            kube_detail::merge_strategic_list(o.at(name).get_array(), value.get_array(), kube_detail::merge_key(name));
        else
            strategic_patch(o[name], value);
    }
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_PATCH_IPP
