#ifndef PENSTOCK_CEL_IMPL_OVERLOAD_IPP
#define PENSTOCK_CEL_IMPL_OVERLOAD_IPP
#include <penstock/cel/function.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace penstock::cel {
namespace detail {

struct overload
{
    std::string_view name;
    call_form form;
    function_id id;
    kind returns;
    std::string_view takes;  // one letter per argument, the receiver first; see `letter`
};

/// `.` anything, `n` any number, `c` whatever has an order, `+` whatever can be added, `z` whatever has a size,
/// `s` string, `i` int, `l` list, `m` map, `y` bytes, `b` bool, `o` optional.
constexpr bool letter(char c, kind k) noexcept
{
    bool const number = k == kind::integer || k == kind::uinteger || k == kind::floating;
    bool const text = k == kind::string || k == kind::bytes;
    if (k == kind::dyn)
        return true;
    switch (c) {
    case '.': return true;
    case 'n': return number;
    case 'w': return k == kind::integer || k == kind::uinteger;
    case 'c': return number || text || k == kind::boolean;
    case '+': return number || text || k == kind::list;
    case 'z': return text || k == kind::list || k == kind::map;
    case 'x': return text || number || k == kind::boolean;
    case 'g': return k == kind::integer || k == kind::floating;
    case 's': return k == kind::string;
    case 'i': return k == kind::integer;
    case 'l': return k == kind::list;
    case 'm': return k == kind::map;
    case 'y': return k == kind::bytes;
    case 'b': return k == kind::boolean;
    case 'o': return k == kind::optional;
    default: return false;
    }
}

inline std::span<overload const> overloads()
{
    using enum function_id;
    constexpr auto g = call_form::global;
    constexpr auto m = call_form::member;
    static constexpr overload table[] = {
        {"_==_", g, equals, kind::boolean, ".."},
        {"_!=_", g, differs, kind::boolean, ".."},
        {"_<_", g, less, kind::boolean, "cc"},
        {"_<=_", g, less_equal, kind::boolean, "cc"},
        {"_>_", g, greater, kind::boolean, "cc"},
        {"_>=_", g, greater_equal, kind::boolean, "cc"},
        {"_in_", g, in, kind::boolean, ".l"},
        {"_in_", g, in, kind::boolean, ".m"},
        {"_+_", g, add, kind::dyn, "++"},
        {"_-_", g, subtract, kind::dyn, "nn"},
        {"_*_", g, multiply, kind::dyn, "nn"},
        {"_/_", g, divide, kind::dyn, "nn"},
        {"_%_", g, modulo, kind::dyn, "ww"},
        {"-_", g, negate, kind::dyn, "g"},
        {"!_", g, logical_not, kind::boolean, "b"},
        {"size", g, size, kind::integer, "z"},
        {"size", m, size, kind::integer, "z"},
        {"string", g, to_string, kind::string, "x"},
        {"int", g, to_int, kind::integer, "n"},
        {"int", g, to_int, kind::integer, "s"},
        {"uint", g, to_uint, kind::uinteger, "n"},
        {"uint", g, to_uint, kind::uinteger, "s"},
        {"double", g, to_double, kind::floating, "n"},
        {"double", g, to_double, kind::floating, "s"},
        {"bool", g, to_bool, kind::boolean, "b"},
        {"bool", g, to_bool, kind::boolean, "s"},
        {"bytes", g, to_bytes, kind::bytes, "s"},
        {"bytes", g, to_bytes, kind::bytes, "y"},
        {"type", g, type_of, kind::type, "."},
        {"dyn", g, function_id::dyn, kind::dyn, "."},
        {"matches", g, matches, kind::boolean, "ss"},
        {"matches", m, matches, kind::boolean, "ss"},
        {"startsWith", m, starts_with, kind::boolean, "ss"},
        {"endsWith", m, ends_with, kind::boolean, "ss"},
        {"contains", m, contains, kind::boolean, "ss"},
        {"charAt", m, char_at, kind::string, "si"},
        {"indexOf", m, index_of, kind::integer, "ss"},
        {"indexOf", m, index_of, kind::integer, "ssi"},
        {"lastIndexOf", m, last_index_of, kind::integer, "ss"},
        {"lastIndexOf", m, last_index_of, kind::integer, "ssi"},
        {"lowerAscii", m, lower_ascii, kind::string, "s"},
        {"upperAscii", m, upper_ascii, kind::string, "s"},
        {"replace", m, replace, kind::string, "sss"},
        {"replace", m, replace, kind::string, "sssi"},
        {"split", m, split, kind::list, "ss"},
        {"split", m, split, kind::list, "ssi"},
        {"substring", m, substring, kind::string, "si"},
        {"substring", m, substring, kind::string, "sii"},
        {"trim", m, trim, kind::string, "s"},
        {"join", m, join, kind::string, "l"},
        {"join", m, join, kind::string, "ls"},
        {"format", m, format, kind::string, "sl"},
        {"reverse", m, reverse, kind::string, "s"},
        {"strings.quote", g, quote, kind::string, "s"},
        {"sets.contains", g, sets_contains, kind::boolean, "ll"},
        {"sets.equivalent", g, sets_equivalent, kind::boolean, "ll"},
        {"sets.intersects", g, sets_intersects, kind::boolean, "ll"},
        {"base64.encode", g, base64_encode, kind::string, "y"},
        {"base64.decode", g, base64_decode, kind::bytes, "s"},
        {"optional.of", g, optional_of, kind::optional, "."},
        {"optional.none", g, optional_none, kind::optional, ""},
        {"optional.ofNonZeroValue", g, optional_of_non_zero, kind::optional, "."},
        {"optional.unwrap", g, unwrap, kind::list, "l"},
        {"unwrapOpt", m, unwrap, kind::list, "l"},
        {"hasValue", m, has_value, kind::boolean, "o"},
        {"value", m, get_value, kind::dyn, "o"},
        {"or", m, or_else, kind::optional, "oo"},
        {"orValue", m, or_value, kind::dyn, "o."},
        {"first", m, first, kind::optional, "l"},
        {"last", m, last, kind::optional, "l"},
    };
    return table;
}

inline bool is_left_out(std::string_view name)
{
    static constexpr std::array<std::string_view, 12> names{
        "timestamp",   "duration", "getDate",    "getDayOfMonth",   "getDayOfWeek", "getDayOfYear",
        "getFullYear", "getHours", "getMinutes", "getMilliseconds", "getMonth",     "getSeconds"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Comparing or adding an int to a string never works; int to double does only where numbers are compared.
inline bool types_agree(overload const& o, std::span<kind const> given)
{
    if (given.size() != 2 || given[0] == kind::dyn || given[1] == kind::dyn || given[0] == given[1])
        return true;
    bool const numbers = letter('n', given[0]) && letter('n', given[1]);
    switch (o.id) {
    case function_id::equals:
    case function_id::differs: return numbers || given[0] == kind::null || given[1] == kind::null;
    case function_id::less:
    case function_id::less_equal:
    case function_id::greater:
    case function_id::greater_equal: return numbers;
    case function_id::add:
    case function_id::subtract:
    case function_id::multiply:
    case function_id::divide:
    case function_id::modulo: return false;
    default: return true;
    }
}

/// What arithmetic gives is what it was given.
inline kind returned(overload const& o, std::span<kind const> given)
{
    if (o.returns != kind::dyn || o.id < function_id::add || o.id > function_id::negate)
        return o.returns;
    for (auto const k : given)
        if (k != kind::dyn)
            return k;
    return kind::dyn;
}

}  // namespace detail

PENSTOCK_DECL resolution resolve(std::string_view name, call_form form, std::span<kind const> arguments)
{
    resolution out;
    for (auto const& o : detail::overloads()) {
        if (o.name != name || o.form != form)
            continue;
        if (out.what == resolution::state::unknown)
            out.what = resolution::state::mismatch;
        bool fits = o.takes.size() == arguments.size() && detail::types_agree(o, arguments);
        for (std::size_t i = 0; fits && i < arguments.size(); ++i)
            fits = detail::letter(o.takes[i], arguments[i]);
        if (fits)
            return {resolution::state::found, o.id, detail::returned(o, arguments)};
    }
    if (out.what == resolution::state::unknown && detail::is_left_out(name))
        out.what = resolution::state::unsupported;
    return out;
}

}  // namespace penstock::cel

#endif  // PENSTOCK_CEL_IMPL_OVERLOAD_IPP
