#ifndef PENSTOCK_CEL_IMPL_CHECKER_IPP
#define PENSTOCK_CEL_IMPL_CHECKER_IPP
#include <penstock/cel/checker.hpp>
#include <penstock/cel/lexer.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace penstock::cel {
namespace detail {

inline std::optional<kind> type_named(std::string_view name)
{
    for (auto const k : {kind::null, kind::boolean, kind::integer, kind::uinteger, kind::floating, kind::string,
                         kind::bytes, kind::list, kind::map, kind::type, kind::optional})
        if (to_string(k) == name)
            return k;
    return std::nullopt;
}

class checker
{
public:
    checker(std::string_view text, std::span<std::string_view const> variables) : text_(text)
    {
        for (auto const v : variables)
            scope_.emplace_back(v, kind::dyn);
    }

    result<kind> visit(node& n)
    {
        switch (n.what) {
        case syntax::literal: return n.constant.what();
        case syntax::variable: return variable(n);
        case syntax::select:
        case syntax::has: return selection(n);
        case syntax::index: return subscript(n);
        case syntax::call: return function(n);
        case syntax::list: return aggregate(n, kind::list);
        case syntax::map: return aggregate(n, kind::map);
        case syntax::conditional: return conditional(n);
        case syntax::logical_and:
        case syntax::logical_or: return logical(n);
        default: return comprehension(n);
        }
    }
private:
    failure fail(node const& n, errc code, std::string const& what) const
    {
        return failure_at(text_, n.position, code, what);
    }

    failure mismatch(node const& n, std::string_view wanted, kind got) const
    {
        return fail(n, errc::invalid_argument,
                    "expected " + std::string(wanted) + ", got " + std::string(to_string(got)));
    }

    kind const* find(std::string_view name) const
    {
        auto const at = std::find_if(scope_.rbegin(), scope_.rend(), [name](auto const& v) { return v.first == name; });
        return at == scope_.rend() ? nullptr : &at->second;
    }

    result<kind> variable(node& n)
    {
        if (auto const* known = find(n.name))
            return *known;
        if (auto const type = type_named(n.name)) {
            n.what = syntax::literal;
            n.constant = value::type(*type);
            return kind::type;
        }
        return fail(n, errc::invalid_argument, "undeclared reference to '" + n.name + "'");
    }

    result<kind> selection(node& n)
    {
        auto const operand = visit(*n.children[0]);
        if (!operand)
            return operand;
        if (*operand != kind::dyn && *operand != kind::map && *operand != kind::optional)
            return fail(n, errc::invalid_argument,
                        "a value of type " + std::string(to_string(*operand)) + " has no fields");
        if (n.what == syntax::has)
            return kind::boolean;
        return n.optional || *operand == kind::optional ? kind::optional : kind::dyn;
    }

    result<kind> subscript(node& n)
    {
        auto const operand = visit(*n.children[0]);
        if (!operand)
            return operand;
        auto const key = visit(*n.children[1]);
        if (!key)
            return key;
        if (*operand == kind::list && *key != kind::dyn && *key != kind::integer && *key != kind::uinteger
            && *key != kind::floating)
            return mismatch(*n.children[1], "int", *key);
        if (*operand != kind::dyn && *operand != kind::map && *operand != kind::list && *operand != kind::optional)
            return fail(n, errc::invalid_argument,
                        "a value of type " + std::string(to_string(*operand)) + " has no elements");
        return n.optional || *operand == kind::optional ? kind::optional : kind::dyn;
    }

    /// `sets.contains(a, b)` reads like a call on a variable `sets`; unless there is one, it is a name with a dot.
    void qualify(node& n) const
    {
        static constexpr std::array<std::string_view, 4> spaces{"sets", "base64", "optional", "strings"};
        if (!n.member || n.children[0]->what != syntax::variable)
            return;
        auto const& space = n.children[0]->name;
        if (find(space) != nullptr || std::find(spaces.begin(), spaces.end(), space) == spaces.end())
            return;
        n.name = space + '.' + n.name;
        n.member = false;
        n.children.erase(n.children.begin());
    }

    result<kind> function(node& n)
    {
        qualify(n);
        std::vector<kind> given;
        // A name that is no function is the error to tell, before what is wrong with its arguments.
        auto const form = n.member ? call_form::member : call_form::global;
        auto const named = resolve(n.name, form, {});
        if (named.what == resolution::state::unsupported)
            return fail(n, errc::unsupported, "'" + n.name + "' is not supported: there are no timestamps here");
        if (named.what == resolution::state::unknown)
            return fail(n, errc::invalid_argument, "undeclared reference to '" + n.name + "'");
        for (auto& c : n.children) {
            auto const k = visit(*c);
            if (!k)
                return k;
            given.push_back(*k);
        }
        auto const found = resolve(n.name, form, given);
        if (found.what != resolution::state::found) {
            std::string types;
            for (auto const k : given)
                types += (types.empty() ? "" : ", ") + std::string(to_string(k));
            return fail(n, errc::invalid_argument,
                        "found no matching overload for '" + n.name + "' applied to (" + types + ")");
        }
        n.function = found.id;
        if (found.id == function_id::matches && n.children[1]->what == syntax::literal) {
            auto regex = pattern::compile(n.children[1]->constant.text());
            if (!regex)
                return failure(regex.error().code, fail(*n.children[1], errc::malformed, regex.error().detail).detail);
            n.regex = std::make_shared<pattern const>(*std::move(regex));
        }
        return found.returns;
    }

    /// Elements of a literal have one type, as Flux's environment demands.
    result<kind> aggregate(node& n, kind made)
    {
        std::size_t const step = made == kind::map ? 2 : 1;
        std::vector<kind> known(step, kind::dyn);
        for (std::size_t i = 0; i < n.children.size(); ++i) {
            auto& child = *n.children[i];
            auto const k = visit(child);
            if (!k)
                return k;
            bool const key = made == kind::map && i % 2 == 0;
            bool const marked = n.marks[i / step] && !key;
            if (marked && *k != kind::dyn && *k != kind::optional)
                return mismatch(child, "optional_type", *k);
            if (key && *k != kind::dyn && *k != kind::string && *k != kind::integer && *k != kind::uinteger
                && *k != kind::boolean)
                return mismatch(child, "a key (string, int, uint, bool)", *k);
            if (marked || *k == kind::dyn)
                continue;
            auto& before = known[i % step];
            if (before != kind::dyn && before != *k)
                return mismatch(child, to_string(before), *k);
            before = *k;
        }
        return made;
    }

    result<kind> conditional(node& n)
    {
        auto const condition = visit(*n.children[0]);
        auto const yes = visit(*n.children[1]);
        auto const no = visit(*n.children[2]);
        if (!condition)
            return condition;
        if (!yes)
            return yes;
        if (!no)
            return no;
        if (*condition != kind::dyn && *condition != kind::boolean)
            return mismatch(*n.children[0], "bool", *condition);
        if (*yes != kind::dyn && *no != kind::dyn && *yes != *no)
            return mismatch(*n.children[2], to_string(*yes), *no);
        return *yes == kind::dyn ? *no : *yes;
    }

    result<kind> logical(node& n)
    {
        for (auto& c : n.children) {
            auto const k = visit(*c);
            if (!k)
                return k;
            if (*k != kind::dyn && *k != kind::boolean)
                return mismatch(*c, "bool", *k);
        }
        return kind::boolean;
    }

    result<kind> comprehension(node& n)
    {
        bool const optional = n.what == syntax::optional_map || n.what == syntax::optional_flat_map;
        auto const range = visit(*n.children[0]);
        if (!range)
            return range;
        if (optional ? *range != kind::dyn && *range != kind::optional
                     : *range != kind::dyn && *range != kind::list && *range != kind::map)
            return mismatch(*n.children[0], optional ? "optional_type" : "list or map", *range);
        scope_.emplace_back(n.name, kind::dyn);
        result<kind> body = kind::dyn;
        for (std::size_t i = 1; i < n.children.size() && body; ++i) {
            body = visit(*n.children[i]);
            bool const predicate = i == 1 && n.what != syntax::transform && !optional;
            if (body && predicate && *body != kind::dyn && *body != kind::boolean)
                body = mismatch(*n.children[i], "bool", *body);
        }
        scope_.pop_back();
        if (!body)
            return body;
        switch (n.what) {
        case syntax::all:
        case syntax::exists:
        case syntax::exists_one: return kind::boolean;
        default: return optional ? kind::optional : kind::list;
        }
    }

    std::string_view text_;
    std::vector<std::pair<std::string_view, kind>> scope_;
};

}  // namespace detail

PENSTOCK_DECL result<kind> check(node& root, std::string_view text, std::span<std::string_view const> variables)
{
    return detail::checker(text, variables).visit(root);
}

}  // namespace penstock::cel

#endif  // PENSTOCK_CEL_IMPL_CHECKER_IPP
