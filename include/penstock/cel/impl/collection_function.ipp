#ifndef PENSTOCK_CEL_IMPL_COLLECTION_FUNCTION_IPP
#define PENSTOCK_CEL_IMPL_COLLECTION_FUNCTION_IPP
#include <penstock/cel/function.hpp>
#include <penstock/crypto/base64.hpp>

#include <string>

namespace penstock::cel::detail {

inline result<value> joined(std::span<value const> a, budget& cost)
{
    if (!a[0].is(kind::list) || (a.size() > 1 && !a[1].is(kind::string)))
        return no_such_overload();
    auto const between = a.size() > 1 ? a[1].text() : std::string_view();
    std::string out;
    for (std::size_t i = 0; i < a[0].size(); ++i) {
        auto const part = a[0].item(i);
        if (!part.is(kind::string))
            return no_such_overload();
        if (cost.take_bytes(part.text().size() + between.size()) == budget::answer::spent)
            return too_costly();
        if (i != 0)
            out += between;
        out += part.text();
    }
    return value::string(std::move(out));
}

enum class overlap : std::uint8_t
{
    enough,
    lacking,
};

/// Whether every element of `few` is in `many`, or any; each comparison is paid for.
inline result<overlap> measure(value const& few, value const& many, budget& cost, bool any)
{
    for (std::size_t i = 0; i < few.size(); ++i) {
        bool found = false;
        auto const element = few.item(i);
        for (std::size_t j = 0; j < many.size() && !found; ++j) {
            auto const other = many.item(j);
            if (pay_for(other, cost) == budget::answer::spent)
                return too_costly();
            found = equal(element, other);
        }
        if (found == any)
            return any ? overlap::enough : overlap::lacking;
    }
    return any ? overlap::lacking : overlap::enough;
}

inline result<value> compare_sets(function_id id, value const& a, value const& b, budget& cost)
{
    if (!a.is(kind::list) || !b.is(kind::list))
        return no_such_overload();
    auto out = measure(b, a, cost, id == function_id::sets_intersects);
    if (out && *out == overlap::enough && id == function_id::sets_equivalent)
        out = measure(a, b, cost, false);
    if (!out)
        return out.error();
    return value::boolean(*out == overlap::enough);
}

inline bool is_zero(value const& v)
{
    switch (v.what()) {
    case kind::null: return true;
    case kind::boolean: return !v.as_bool();
    case kind::integer: return v.as_integer() == 0;
    case kind::uinteger: return v.as_uinteger() == 0;
    case kind::floating: return v.as_double() == 0;
    case kind::string:
    case kind::bytes: return v.text().empty();
    case kind::list:
    case kind::map: return v.size() == 0;
    case kind::optional: return !v.held();
    default: return false;
    }
}

inline result<value> on_optional(function_id id, std::span<value const> a)
{
    using enum function_id;
    if (!a[0].is(kind::optional))
        return no_such_overload();
    auto held = a[0].held();
    switch (id) {
    case has_value: return value::boolean(held.has_value());
    case get_value:
        if (!held)
            return failure(errc::malformed, "value() of an optional that holds nothing");
        return *std::move(held);
    case or_else:
        if (!a[1].is(kind::optional))
            return no_such_overload();
        return held ? a[0] : a[1];
    default: return held ? *std::move(held) : a[1];
    }
}

inline result<value> unwrapped(value const& list, budget& cost)
{
    value::list_type out;
    if (!list.is(kind::list))
        return no_such_overload();
    if (cost.take(list.size()) == budget::answer::spent)
        return too_costly();
    for (std::size_t i = 0; i < list.size(); ++i) {
        auto const item = list.item(i);
        if (!item.is(kind::optional))
            return no_such_overload();
        if (auto held = item.held())
            out.push_back(*std::move(held));
    }
    return value::list(std::move(out));
}

PENSTOCK_DECL result<value> call_collections(function_id id, std::span<value const> a, budget& cost)
{
    using enum function_id;
    switch (id) {
    case join: return joined(a, cost);
    case sets_contains:
    case sets_equivalent:
    case sets_intersects: return compare_sets(id, a[0], a[1], cost);
    case base64_encode:
    case base64_decode: {
        bool const encode = id == base64_encode;
        if (!a[0].is(encode ? kind::bytes : kind::string))
            return no_such_overload();
        if (cost.take_bytes(a[0].text().size()) == budget::answer::spent)
            return too_costly();
        if (encode)
            return value::string(crypto::base64_encode(a[0].text()));
        auto decoded = crypto::base64_decode(a[0].text());
        return decoded ? result<value>(value::bytes(*std::move(decoded))) : result<value>(decoded.error());
    }
    case optional_of: return value::some(a[0]);
    case optional_none: return value::none();
    case optional_of_non_zero: return is_zero(a[0]) ? value::none() : value::some(a[0]);
    case has_value:
    case get_value:
    case or_else:
    case or_value: return on_optional(id, a);
    case first:
    case last:
        if (!a[0].is(kind::list))
            return no_such_overload();
        if (a[0].size() == 0)
            return value::none();
        return value::some(a[0].item(id == first ? 0 : a[0].size() - 1));
    case unwrap: return unwrapped(a[0], cost);
    default: return no_such_overload();
    }
}

}  // namespace penstock::cel::detail

#endif  // PENSTOCK_CEL_IMPL_COLLECTION_FUNCTION_IPP
