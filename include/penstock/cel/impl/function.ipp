#ifndef PENSTOCK_CEL_IMPL_FUNCTION_IPP
#define PENSTOCK_CEL_IMPL_FUNCTION_IPP
#include <penstock/cel/function.hpp>
#include <penstock/cel/number.hpp>
#include <penstock/cel/pattern.hpp>
#include <penstock/cel/utf8.hpp>

#include <string>

namespace penstock::cel {
namespace detail {

inline result<value> order(function_id id, value const& a, value const& b)
{
    auto const found = compare(a, b);
    if (!found)
        return no_such_overload();
    switch (id) {
    case function_id::less: return value::boolean(*found < 0);
    case function_id::less_equal: return value::boolean(*found <= 0);
    case function_id::greater: return value::boolean(*found > 0);
    default: return value::boolean(*found >= 0);
    }
}

PENSTOCK_DECL budget::answer pay_for(value const& v, budget& cost)
{
    bool granted = true;
    switch (v.what()) {
    case kind::string:
    case kind::bytes: return cost.take_bytes(v.text().size());
    case kind::list:
        for (std::size_t i = 0; granted && i < v.size(); ++i)
            granted = pay_for(v.item(i), cost) == budget::answer::granted;
        break;
    case kind::map:
        for (std::size_t i = 0; granted && i < v.size(); ++i)
            granted = cost.take(1 + v.size() / 8) == budget::answer::granted
                      && pay_for(v.entry(i).second, cost) == budget::answer::granted;
        break;
    case kind::optional:
        if (auto const held = v.held())
            granted = pay_for(*held, cost) == budget::answer::granted;
        break;
    default: break;
    }
    return granted ? cost.take(1) : budget::answer::spent;
}

inline result<value> contained(value const& element, value const& in, budget& cost)
{
    if (in.is(kind::map))
        return cost.take(1 + in.size() / 8) == budget::answer::spent ? result<value>(too_costly())
                                                                     : value::boolean(in.find(element).has_value());
    if (!in.is(kind::list))
        return no_such_overload();
    for (std::size_t i = 0; i < in.size(); ++i) {
        auto const item = in.item(i);
        if (pay_for(item, cost) == budget::answer::spent)
            return too_costly();
        if (equal(element, item))
            return value::boolean(true);
    }
    return value::boolean(false);
}

inline result<value> add(value const& a, value const& b, budget& cost)
{
    if (a.what() != b.what())
        return no_such_overload();
    switch (a.what()) {
    case kind::string:
    case kind::bytes: {
        if (cost.take_bytes(a.text().size() + b.text().size()) == budget::answer::spent)
            return too_costly();
        std::string both(a.text());
        both += b.text();
        return a.is(kind::string) ? value::string(std::move(both)) : value::bytes(std::move(both));
    }
    case kind::list: {
        if (cost.take(a.size() + b.size()) == budget::answer::spent)
            return too_costly();
        value::list_type both;
        both.reserve(a.size() + b.size());
        for (std::size_t i = 0; i < a.size(); ++i)
            both.push_back(a.item(i));
        for (std::size_t i = 0; i < b.size(); ++i)
            both.push_back(b.item(i));
        return value::list(std::move(both));
    }
    default: return calculate(arithmetic::add, a, b);
    }
}

inline result<value> size_of(value const& v)
{
    switch (v.what()) {
    case kind::string: return value::integer(static_cast<std::int64_t>(utf8::count(v.text())));
    case kind::bytes: return value::integer(static_cast<std::int64_t>(v.text().size()));
    case kind::list:
    case kind::map: return value::integer(static_cast<std::int64_t>(v.size()));
    default: return no_such_overload();
    }
}

inline result<value> text_of(value const& v)
{
    switch (v.what()) {
    case kind::string: return v;
    case kind::bytes:
        if (!utf8::valid(v.text()))
            return failure(errc::malformed, "the bytes are not UTF-8");
        return value::string(std::string(v.text()));
    case kind::boolean:
    case kind::integer:
    case kind::uinteger:
    case kind::floating: return value::string(print(v));
    default: return no_such_overload();
    }
}

inline result<value> bool_of(value const& v)
{
    if (v.is(kind::boolean))
        return v;
    if (!v.is(kind::string))
        return no_such_overload();
    for (std::string_view const yes : {"true", "True", "TRUE", "t", "1"})
        if (v.text() == yes)
            return value::boolean(true);
    for (std::string_view const no : {"false", "False", "FALSE", "f", "0"})
        if (v.text() == no)
            return value::boolean(false);
    return failure(errc::malformed, "the string is not a bool");
}

inline result<value> search(value const& text, value const& regex, budget& cost)
{
    auto const compiled = pattern::compile(regex.text());
    if (!compiled)
        return compiled.error();
    auto const found = compiled->search(text.text(), cost);
    if (!found)
        return found.error();
    return value::boolean(*found == pattern::outcome::found);
}

}  // namespace detail

PENSTOCK_DECL result<value> call(function_id id, std::span<value const> a, budget& cost)
{
    using enum function_id;
    auto const both_text = [&] { return a[0].is(kind::string) && a[1].is(kind::string); };
    auto const scan = [&] {
        return cost.take_bytes(a[0].text().size()) == budget::answer::spent ? budget::answer::spent
                                                                            : budget::answer::granted;
    };
    switch (id) {
    case equals:
    case differs:
        if (detail::pay_for(a[0], cost) == budget::answer::spent)
            return detail::too_costly();
        return value::boolean(equal(a[0], a[1]) == (id == equals));
    case less:
    case less_equal:
    case greater:
    case greater_equal: return detail::order(id, a[0], a[1]);
    case in: return detail::contained(a[0], a[1], cost);
    case add: return detail::add(a[0], a[1], cost);
    case subtract: return calculate(arithmetic::subtract, a[0], a[1]);
    case multiply: return calculate(arithmetic::multiply, a[0], a[1]);
    case divide: return calculate(arithmetic::divide, a[0], a[1]);
    case modulo: return calculate(arithmetic::modulo, a[0], a[1]);
    case function_id::negate: return cel::negate(a[0]);
    case logical_not:
        if (!a[0].is(kind::boolean))
            return detail::no_such_overload();
        return value::boolean(!a[0].as_bool());
    case size: return detail::size_of(a[0]);
    case function_id::to_string: return detail::text_of(a[0]);
    case to_int: return to_integer(a[0]);
    case to_uint: return to_uinteger(a[0]);
    case to_double: return to_floating(a[0]);
    case to_bool: return detail::bool_of(a[0]);
    case to_bytes:
        if (!a[0].is(kind::string) && !a[0].is(kind::bytes))
            return detail::no_such_overload();
        return value::bytes(std::string(a[0].text()));
    case type_of: return value::type(a[0].what());
    case function_id::dyn: return a[0];
    case matches:
    case starts_with:
    case ends_with:
    case contains:
        if (!both_text())
            return detail::no_such_overload();
        if (scan() == budget::answer::spent)
            return detail::too_costly();
        if (id == matches)
            return detail::search(a[0], a[1], cost);
        if (id == starts_with)
            return value::boolean(a[0].text().starts_with(a[1].text()));
        if (id == ends_with)
            return value::boolean(a[0].text().ends_with(a[1].text()));
        return value::boolean(a[0].text().find(a[1].text()) != std::string_view::npos);
    default: break;
    }
    return id >= char_at && id <= quote && id != join ? detail::call_strings(id, a, cost)
                                                      : detail::call_collections(id, a, cost);
}

}  // namespace penstock::cel

#endif  // PENSTOCK_CEL_IMPL_FUNCTION_IPP
