#ifndef PENSTOCK_CEL_CHECKER_HPP
#define PENSTOCK_CEL_CHECKER_HPP
#include <penstock/cel/syntax.hpp>

#include <span>
#include <string_view>

namespace penstock::cel {

/** Resolves names and functions in place, and finds the type that the tree gives, as far as that can be told
    before it is evaluated: variables are `dyn`.

    @param variables What the expression may name besides the types of the language.
    @return The type, or what is wrong and where: an unknown name or function, arguments that no overload takes, a
    literal list or map of mixed types, a regular expression that is none. */
PENSTOCK_DECL result<kind> check(node& root, std::string_view text, std::span<std::string_view const> variables);

}  // namespace penstock::cel

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/cel/impl/checker.ipp>
#endif

#endif  // PENSTOCK_CEL_CHECKER_HPP
