#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_PATH_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_PATH_IPP
#include <penstock/embedded/kube_path.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <charconv>
#include <optional>

namespace penstock::embedded {

namespace kube_detail {

using found_values = std::vector<boost::json::value const*>;

inline std::string unescaped(std::string_view s)
{
    std::string out;
    for (std::size_t i = 0; i < s.size(); ++i)
        if (s[i] != '\\' || i + 1 == s.size())
            out += s[i];
        else
            out += s[++i];
    return out;
}

/// The members of that name in all objects.
inline found_values step_into(found_values const& in, std::string_view name)
{
    found_values out;
    for (auto const* v : in)
        if (auto const* o = v->if_object())
            if (auto const* m = o->if_contains(name))
                out.push_back(m);
    return out;
}

inline found_values step_all(found_values const& in)
{
    found_values out;
    for (auto const* v : in) {
        if (auto const* a = v->if_array())
            for (auto const& e : *a)
                out.push_back(&e);
        if (auto const* o = v->if_object())
            for (auto const& e : *o)
                out.push_back(&e.value());
    }
    return out;
}

inline std::string plain(boost::json::value const& v)
{
    return v.is_string() ? std::string(v.get_string()) : boost::json::serialize(v);
}

/// What stands between the brackets: `*`, a number, a quoted name or a filter `?(@.x=="y")`.
inline std::optional<found_values> step_bracket(found_values const& in, std::string_view inside)
{
    if (inside == "*")
        return step_all(in);
    if (inside.size() >= 2 && (inside.front() == '\'' || inside.front() == '"'))
        return step_into(in, inside.substr(1, inside.size() - 2));
    if (inside.starts_with("?(@") && inside.ends_with(')')) {
        auto const term = inside.substr(3, inside.size() - 4);
        auto const at = term.find("==");
        if (at == std::string_view::npos)
            return std::nullopt;
        auto path = term.substr(0, at);
        auto want = term.substr(at + 2);
        while (path.ends_with(' '))
            path.remove_suffix(1);
        while (want.starts_with(' '))
            want.remove_prefix(1);
        if (want.size() >= 2 && (want.front() == '"' || want.front() == '\''))
            want = want.substr(1, want.size() - 2);
        found_values out;
        for (auto const* element : step_all(in))
            for (auto const* v : find_path(*element, path))
                if (plain(*v) == want) {
                    out.push_back(element);
                    break;
                }
        return out;
    }
    std::ptrdiff_t n = 0;
    auto const [end, ec] = std::from_chars(inside.data(), inside.data() + inside.size(), n);
    if (ec != std::errc() || end != inside.data() + inside.size())
        return std::nullopt;
    found_values out;
    for (auto const* v : in)
        if (auto const* a = v->if_array()) {
            auto const i = n < 0 ? n + static_cast<std::ptrdiff_t>(a->size()) : n;
            if (i >= 0 && i < static_cast<std::ptrdiff_t>(a->size()))
                out.push_back(&(*a)[static_cast<std::size_t>(i)]);
        }
    return out;
}

/// Where the bracket that opens at `open` closes, outside of quotes.
inline std::size_t closing(std::string_view s, std::size_t open)
{
    char quote = 0;
    for (auto i = open + 1; i < s.size(); ++i) {
        if (quote)
            quote = s[i] == quote ? '\0' : quote;
        else if (s[i] == '\'' || s[i] == '"')
            quote = s[i];
        else if (s[i] == ']')
            return i;
    }
    return std::string_view::npos;
}

}  // namespace kube_detail

PENSTOCK_DECL std::vector<boost::json::value const*> find_path(boost::json::value const& root, std::string_view path)
{
    kube_detail::found_values at{&root};
    if (path.starts_with('{') && path.ends_with('}'))
        path = path.substr(1, path.size() - 2);
    if (path.starts_with('$'))
        path.remove_prefix(1);
    std::size_t i = 0;
    while (i < path.size()) {
        if (path[i] == '[') {
            auto const close = kube_detail::closing(path, i);
            if (close == std::string_view::npos)
                return {};
            auto next = kube_detail::step_bracket(at, path.substr(i + 1, close - i - 1));
            if (!next)
                return {};
            at = *std::move(next);
            i = close + 1;
            continue;
        }
        auto const begin = path[i] == '.' ? i + 1 : i;
        i = begin;
        while (i < path.size() && path[i] != '.' && path[i] != '[')
            i += path[i] == '\\' ? 2 : 1;
        auto const name = path.substr(begin, i - begin);
        if (!name.empty())
            at = name == "*" ? kube_detail::step_all(at) : kube_detail::step_into(at, kube_detail::unescaped(name));
    }
    return at;
}

PENSTOCK_DECL std::vector<boost::json::value const*> find_path(boost::json::object const& root, std::string_view path)
{
    std::string_view rest = path;
    if (rest.starts_with('{') && rest.ends_with('}'))
        rest = rest.substr(1, rest.size() - 2);
    if (rest.starts_with('.'))
        rest.remove_prefix(1);
    std::size_t end = 0;
    while (end < rest.size() && rest[end] != '.' && rest[end] != '[')
        end += rest[end] == '\\' ? 2 : 1;
    auto const* first = root.if_contains(kube_detail::unescaped(rest.substr(0, end)));
    if (!first)
        return {};
    return end < rest.size() ? find_path(*first, rest.substr(end)) : kube_detail::found_values{first};
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_PATH_IPP
