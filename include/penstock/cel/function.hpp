#ifndef PENSTOCK_CEL_FUNCTION_HPP
#define PENSTOCK_CEL_FUNCTION_HPP
#include <penstock/cel/budget.hpp>
#include <penstock/cel/value.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace penstock::cel {

/// Every function and operator that is not a part of the grammar.
enum class function_id : std::uint8_t
{
    equals,
    differs,
    less,
    less_equal,
    greater,
    greater_equal,
    in,
    add,
    subtract,
    multiply,
    divide,
    modulo,
    negate,
    logical_not,
    size,
    to_string,
    to_int,
    to_uint,
    to_double,
    to_bool,
    to_bytes,
    type_of,
    dyn,
    matches,
    starts_with,
    ends_with,
    contains,
    char_at,
    index_of,
    last_index_of,
    lower_ascii,
    upper_ascii,
    replace,
    split,
    substring,
    trim,
    join,
    format,
    reverse,
    quote,
    sets_contains,
    sets_equivalent,
    sets_intersects,
    base64_encode,
    base64_decode,
    optional_of,
    optional_none,
    optional_of_non_zero,
    has_value,
    get_value,
    or_else,
    or_value,
    first,
    last,
    unwrap,
};

/// How a function is written.
enum class call_form : std::uint8_t
{
    global,  ///< `size(x)`, `sets.contains(a, b)`, operators
    member,  ///< `x.size()`
};

/// What the checker found out about a call.
struct resolution
{
    enum class state : std::uint8_t
    {
        found,
        unknown,      ///< No function of that name in that form.
        unsupported,  ///< CEL has it, this evaluator has not: time.
        mismatch,     ///< No overload takes these types.
    };
    state what = state::unknown;
    function_id id{};
    kind returns = kind::dyn;  ///< `dyn` when the overloads that fit differ.
};

/// Looks a function up by its name, form and the types of its arguments; `dyn` fits everything.
PENSTOCK_DECL resolution resolve(std::string_view name, call_form form, std::span<kind const> arguments);

/** Calls a function; the receiver is the first argument.
    @return `errc::malformed` when the arguments are not what it takes, `errc::too_large` when the budget is spent. */
PENSTOCK_DECL result<value> call(function_id id, std::span<value const> arguments, budget& cost);

namespace detail {

/// The part of `call` that makes text of text: the strings extension.
PENSTOCK_DECL result<value> call_strings(function_id id, std::span<value const> arguments, budget& cost);

/// The part of `call` for lists, sets, optional values and base64.
PENSTOCK_DECL result<value> call_collections(function_id id, std::span<value const> arguments, budget& cost);

/// `'…'.format([…])`.
PENSTOCK_DECL result<value> format_text(std::string_view format, value const& arguments, budget& cost);

/// Takes what it costs to walk all of a value: what is shared is paid for as often as it is met.
PENSTOCK_DECL budget::answer pay_for(value const& v, budget& cost);

inline failure no_such_overload()
{
    return {errc::malformed, "no such overload for these types"};
}

inline failure too_costly()
{
    return {errc::too_large, "the evaluation costs too much"};
}

}  // namespace detail
}  // namespace penstock::cel

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/cel/impl/collection_function.ipp>
#include <penstock/cel/impl/format.ipp>
#include <penstock/cel/impl/function.ipp>
#include <penstock/cel/impl/overload.ipp>
#include <penstock/cel/impl/string_function.ipp>
#endif

#endif  // PENSTOCK_CEL_FUNCTION_HPP
