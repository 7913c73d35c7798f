#ifndef PENSTOCK_CEL_SYNTAX_HPP
#define PENSTOCK_CEL_SYNTAX_HPP
#include <penstock/cel/function.hpp>
#include <penstock/cel/pattern.hpp>
#include <penstock/cel/value.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::cel {

/// What a node of the tree is. `children` in the order in which they stand here.
enum class syntax : std::uint8_t
{
    literal,          ///< `constant`
    variable,         ///< `name`
    select,           ///< operand; `name` is the field. `optional` for `.?`
    index,            ///< operand, key. `optional` for `[?`
    has,              ///< operand; `name` is the field whose presence is asked
    call,             ///< arguments, the receiver first; `function`
    list,             ///< elements; `marks` says which are optional
    map,              ///< key, value, key, value, …; `marks` per pair
    conditional,      ///< condition, then, else
    logical_and,      ///< all operands of a chain
    logical_or,       ///< all operands of a chain
    all,              ///< range, predicate; `name` is the variable
    exists,           ///< the same
    exists_one,       ///< the same
    transform,        ///< range, result: `map(x, e)`
    filter_transform, ///< range, predicate, result: `map(x, p, e)`
    filter,           ///< range, predicate
    optional_map,     ///< optional, result: `optMap(x, e)`
    optional_flat_map,///< the same, the result is an optional
};

struct node
{
    syntax what = syntax::literal;
    std::size_t position = 0;
    std::size_t depth = 1;
    value constant;
    std::string name;
    function_id function{};
    bool optional = false;
    bool member = false;  ///< A call in the form `receiver.name(…)`.
    std::vector<bool> marks;
    std::shared_ptr<pattern const> regex;  ///< Of `matches` with a literal pattern.
    std::vector<std::unique_ptr<node>> children;
};

struct parse_limits
{
    std::size_t length = 10'000;  ///< Bytes of the expression.
    std::size_t depth = 100;      ///< Nesting of the tree.
};

/** Text to tree, macros included. Names of functions are not resolved yet: that is `check`.
    @return `errc::malformed`, `errc::unsupported` or `errc::too_large`, with `line:column`. */
PENSTOCK_DECL result<std::unique_ptr<node>> parse(std::string_view text, parse_limits limits);

}  // namespace penstock::cel

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/cel/impl/parser.ipp>
#endif

#endif  // PENSTOCK_CEL_SYNTAX_HPP
