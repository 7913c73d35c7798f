#ifndef PENSTOCK_CEL_IMPL_EVALUATOR_IPP
#define PENSTOCK_CEL_IMPL_EVALUATOR_IPP
#include <penstock/cel/evaluator.hpp>
#include <penstock/cel/lexer.hpp>
#include <penstock/cel/number.hpp>

#include <array>
#include <cmath>
#include <optional>
#include <string>

namespace penstock::cel {
namespace detail {

class evaluator
{
public:
    evaluator(std::string_view text, bindings const& names, budget& cost) : text_(text), names_(names), cost_(cost) {}

    result<value> visit(node const& n)
    {
        if (cost_.take(1) == budget::answer::spent)
            return too_costly();
        switch (n.what) {
        case syntax::literal: return n.constant;
        case syntax::variable: return variable(n);
        case syntax::select:
        case syntax::has: return selection(n);
        case syntax::index: return subscript(n);
        case syntax::call: return function(n);
        case syntax::list: return list(n);
        case syntax::map: return map(n);
        case syntax::conditional: return conditional(n);
        case syntax::logical_and: return logical(n, false);
        case syntax::logical_or: return logical(n, true);
        case syntax::all: return quantifier(n, false);
        case syntax::exists: return quantifier(n, true);
        case syntax::exists_one: return exactly_one(n);
        case syntax::transform:
        case syntax::filter_transform:
        case syntax::filter: return collect(n);
        default: return inside_optional(n);
        }
    }
private:
    failure fail(node const& n, std::string_view what) const
    {
        return failure_at(text_, n.position, errc::malformed, what);
    }

    /// Gives a position to an error that has none.
    failure placed(node const& n, failure const& f) const
    {
        return failure_at(text_, n.position, errc::malformed, f.detail);
    }

    result<value> variable(node const& n)
    {
        for (auto at = locals_.rbegin(); at != locals_.rend(); ++at)
            if (at->first == n.name)
                return at->second;
        if (auto const* bound = names_.find(n.name))
            return value::borrow(*bound);
        return fail(n, "'" + n.name + "' is not bound");
    }

    /// What a map holds under a field; nothing when it is absent.
    result<std::optional<value>> field(node const& n, value const& in) const
    {
        if (!in.is(kind::map))
            return fail(n, "no field '" + n.name + "': not a map but " + std::string(to_string(in.what())));
        return in.find(value::string(n.name));
    }

    result<value> selection(node const& n)
    {
        auto operand = visit(*n.children[0]);
        if (!operand)
            return operand;
        bool const chained = operand->is(kind::optional);
        if (chained) {
            auto held = operand->held();
            if (!held)
                return n.what == syntax::has ? value::boolean(false) : value::none();
            operand = *std::move(held);
        }
        auto found = field(n, *operand);
        if (!found)
            return found.error();
        if (n.what == syntax::has)
            return value::boolean(found->has_value());
        if (chained || n.optional)
            return *found ? value::some(**found) : value::none();
        if (!*found)
            return fail(n, "no such key: " + n.name);
        return **std::move(found);
    }

    result<value> subscript(node const& n)
    {
        auto operand = visit(*n.children[0]);
        if (!operand)
            return operand;
        auto const key = visit(*n.children[1]);
        if (!key)
            return key;
        bool const chained = operand->is(kind::optional);
        if (chained) {
            auto held = operand->held();
            if (!held)
                return value::none();
            operand = *std::move(held);
        }
        std::optional<value> found;
        if (operand->is(kind::map)) {
            if (cost_.take(1 + operand->size() / 8) == budget::answer::spent)
                return too_costly();
            found = operand->find(*key);
        } else if (operand->is(kind::list) && is_number(*key)) {
            if (key->is(kind::floating) && key->as_double() != std::floor(key->as_double()))
                return fail(n, "an index that is not whole");
            auto const size = value::uinteger(operand->size());
            auto const inside = compare_numbers(*key, value::integer(0)) >= 0 && compare_numbers(*key, size) < 0;
            if (inside)
                found = operand->item(static_cast<std::size_t>(to_uinteger(*key)->as_uinteger()));
        } else {
            return fail(n, "no such overload: [] on " + std::string(to_string(operand->what())));
        }
        if (chained || n.optional)
            return found ? value::some(*std::move(found)) : value::none();
        if (!found)
            return fail(n, operand->is(kind::map) ? "no such key" : "the index lies outside of the list");
        return *std::move(found);
    }

    result<value> function(node const& n)
    {
        std::array<value, 4> given;
        for (std::size_t i = 0; i < n.children.size(); ++i) {
            auto v = visit(*n.children[i]);
            if (!v)
                return v;
            given[i] = *std::move(v);
        }
        if (n.regex && given[0].is(kind::string)) {
            auto const found = n.regex->search(given[0].text(), cost_);
            if (!found)
                return found.error();
            return value::boolean(*found == pattern::outcome::found);
        }
        auto out = call(n.function, std::span(given).first(n.children.size()), cost_);
        if (!out && out.error().code != errc::too_large)
            return placed(n, out.error());
        return out;
    }

    result<value> list(node const& n)
    {
        value::list_type out;
        out.reserve(n.children.size());
        for (std::size_t i = 0; i < n.children.size(); ++i) {
            auto v = visit(*n.children[i]);
            if (!v)
                return v;
            if (!n.marks[i]) {
                out.push_back(*std::move(v));
            } else if (!v->is(kind::optional)) {
                return fail(*n.children[i], "an element marked '?' is not an optional");
            } else if (auto held = v->held()) {
                out.push_back(*std::move(held));
            }
        }
        return value::list(std::move(out));
    }

    result<value> map(node const& n)
    {
        value::map_type out;
        for (std::size_t i = 0; i < n.children.size(); i += 2) {
            auto key = visit(*n.children[i]);
            if (!key)
                return key;
            auto item = visit(*n.children[i + 1]);
            if (!item)
                return item;
            if (n.marks[i / 2]) {
                if (!item->is(kind::optional))
                    return fail(*n.children[i + 1], "an entry marked '?' is not an optional");
                auto held = item->held();
                if (!held)
                    continue;
                item = *std::move(held);
            }
            if (cost_.take(1 + out.size() / 8) == budget::answer::spent)
                return too_costly();
            if (!key->is(kind::string) && !key->is(kind::integer) && !key->is(kind::uinteger)
                && !key->is(kind::boolean))
                return fail(*n.children[i], "a key that is neither string, int, uint nor bool");
            for (auto const& [k, v] : out)
                if (equal(k, *key))
                    return fail(*n.children[i], "the key stands twice");
            out.emplace_back(*std::move(key), *std::move(item));
        }
        return value::map(std::move(out));
    }

    result<value> conditional(node const& n)
    {
        auto const condition = visit(*n.children[0]);
        if (!condition)
            return condition;
        if (!condition->is(kind::boolean))
            return fail(*n.children[0], "the condition is not a bool");
        return visit(*n.children[condition->as_bool() ? 1 : 2]);
    }

    // In comprehension.ipp:
    result<value> logical(node const& n, bool decisive);
    result<value> quantifier(node const& n, bool decisive);
    result<value> exactly_one(node const& n);
    result<value> collect(node const& n);
    result<value> inside_optional(node const& n);
    result<value> with(node const& n, value local, std::size_t child);
    static value element(value const& range, std::size_t i);
    std::optional<failure> iterable(node const& n, value const& range) const;

    std::string_view text_;
    bindings const& names_;
    budget& cost_;
    std::vector<std::pair<std::string_view, value>> locals_;
};

}  // namespace detail

PENSTOCK_DECL result<value> evaluate(node const& root, std::string_view text, bindings const& names, budget& cost)
{
    auto out = detail::evaluator(text, names, cost).visit(root);
    return out;
}

}  // namespace penstock::cel

#include <penstock/cel/impl/comprehension.ipp>

#endif  // PENSTOCK_CEL_IMPL_EVALUATOR_IPP
