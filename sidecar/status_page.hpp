#ifndef PENSTOCK_SIDECAR_STATUS_PAGE_HPP
#define PENSTOCK_SIDECAR_STATUS_PAGE_HPP
#include <boost/json/value.hpp>

#include <string>

namespace penstock::sidecar {

/// The page at `/` of the metrics port: a table of all sources. Everything from outside is escaped.
std::string status_page(boost::json::value const& sources);

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_STATUS_PAGE_HPP
