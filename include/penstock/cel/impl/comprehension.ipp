#ifndef PENSTOCK_CEL_IMPL_COMPREHENSION_IPP
#define PENSTOCK_CEL_IMPL_COMPREHENSION_IPP
#include <penstock/cel/impl/evaluator.ipp>

namespace penstock::cel::detail {

/// An operand that decides wins over errors of the others, on either side, as the language demands.
inline result<value> evaluator::logical(node const& n, bool decisive)
{
    std::optional<failure> wrong;
    for (auto const& c : n.children) {
        auto const v = visit(*c);
        if (v && v->is(kind::boolean)) {
            if (v->as_bool() == decisive)
                return v;
            continue;
        }
        if (!v && v.error().code == errc::too_large)
            return v;
        if (!wrong)
            wrong = v ? fail(*c, "not a bool") : v.error();
    }
    if (wrong)
        return *std::move(wrong);
    return value::boolean(!decisive);
}

inline result<value> evaluator::with(node const& n, value local, std::size_t child)
{
    locals_.emplace_back(n.name, std::move(local));
    auto out = visit(*n.children[child]);
    locals_.pop_back();
    return out;
}

/// Elements of a list, keys of a map.
inline value evaluator::element(value const& range, std::size_t i)
{
    return range.is(kind::list) ? range.item(i) : range.entry(i).first;
}

inline std::optional<failure> evaluator::iterable(node const& n, value const& range) const
{
    if (range.is(kind::list) || range.is(kind::map))
        return std::nullopt;
    return fail(n, "neither a list nor a map but " + std::string(to_string(range.what())));
}

inline result<value> evaluator::quantifier(node const& n, bool decisive)
{
    auto const range = visit(*n.children[0]);
    if (!range)
        return range;
    if (auto f = iterable(n, *range))
        return *std::move(f);
    std::optional<failure> wrong;
    for (std::size_t i = 0; i < range->size(); ++i) {
        auto const v = with(n, element(*range, i), 1);
        if (v && v->is(kind::boolean)) {
            if (v->as_bool() == decisive)
                return v;
            continue;
        }
        if (!v && v.error().code == errc::too_large)
            return v;
        if (!wrong)
            wrong = v ? fail(*n.children[1], "not a bool") : v.error();
    }
    if (wrong)
        return *std::move(wrong);
    return value::boolean(!decisive);
}

inline result<value> evaluator::exactly_one(node const& n)
{
    auto const range = visit(*n.children[0]);
    if (!range)
        return range;
    if (auto f = iterable(n, *range))
        return *std::move(f);
    std::size_t found = 0;
    for (std::size_t i = 0; i < range->size(); ++i) {
        auto const v = with(n, element(*range, i), 1);
        if (!v)
            return v;
        if (!v->is(kind::boolean))
            return fail(*n.children[1], "not a bool");
        found += v->as_bool() ? 1 : 0;
    }
    return value::boolean(found == 1);
}

inline result<value> evaluator::collect(node const& n)
{
    auto const range = visit(*n.children[0]);
    if (!range)
        return range;
    if (auto f = iterable(n, *range))
        return *std::move(f);
    value::list_type out;
    for (std::size_t i = 0; i < range->size(); ++i) {
        auto item = element(*range, i);
        if (n.what != syntax::transform) {
            auto const keep = with(n, item, 1);
            if (!keep)
                return keep;
            if (!keep->is(kind::boolean))
                return fail(*n.children[1], "not a bool");
            if (!keep->as_bool())
                continue;
        }
        if (n.what != syntax::filter) {
            auto made = with(n, std::move(item), n.children.size() - 1);
            if (!made)
                return made;
            item = *std::move(made);
        }
        out.push_back(std::move(item));
    }
    return value::list(std::move(out));
}

inline result<value> evaluator::inside_optional(node const& n)
{
    auto const range = visit(*n.children[0]);
    if (!range)
        return range;
    if (!range->is(kind::optional))
        return fail(n, "not an optional");
    auto held = range->held();
    if (!held)
        return value::none();
    auto made = with(n, *std::move(held), 1);
    if (!made)
        return made;
    if (n.what == syntax::optional_map)
        return value::some(*std::move(made));
    if (!made->is(kind::optional))
        return fail(*n.children[1], "not an optional");
    return made;
}

}  // namespace penstock::cel::detail

#endif  // PENSTOCK_CEL_IMPL_COMPREHENSION_IPP
