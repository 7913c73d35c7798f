#ifndef PENSTOCK_SIDECAR_EXPLAIN_HPP
#define PENSTOCK_SIDECAR_EXPLAIN_HPP
#include "arguments.hpp"

#include <boost/json/value.hpp>

#include <string>

namespace penstock::sidecar {

/// `penstock explain`: asks the metrics port of the running sidecar. Gives the exit code.
int run_explain(explain_arguments const& a, run_arguments const& where);

/// The answer of the sidecar in lines for people.
std::string explain_text(boost::json::value const& answer);

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_EXPLAIN_HPP
