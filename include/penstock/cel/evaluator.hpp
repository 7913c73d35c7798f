#ifndef PENSTOCK_CEL_EVALUATOR_HPP
#define PENSTOCK_CEL_EVALUATOR_HPP
#include <penstock/cel/bindings.hpp>
#include <penstock/cel/syntax.hpp>

namespace penstock::cel {

/** Walks a checked tree. The value borrows from the tree and from the JSON of the bindings.
    @param text The expression, for positions in errors. */
PENSTOCK_DECL result<value> evaluate(node const& root, std::string_view text, bindings const& names, budget& cost);

}  // namespace penstock::cel

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/cel/impl/evaluator.ipp>
#endif

#endif  // PENSTOCK_CEL_EVALUATOR_HPP
