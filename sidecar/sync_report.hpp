#ifndef PENSTOCK_SIDECAR_SYNC_REPORT_HPP
#define PENSTOCK_SIDECAR_SYNC_REPORT_HPP
#include "sync_parts.hpp"

#include <penstock/error/result.hpp>
#include <penstock/sync/ledger.hpp>

#include <boost/json/value.hpp>

#include <string_view>

namespace penstock::sidecar {

/// What is known about one object and why it was or was not acted on; `errc::not_found` with what there is.
result<boost::json::value> explain_source(sync::ledger const& book, polls_type const& polled, remote_type const& remote,
                                          world& env, std::string_view object);

/// All sources, shortly.
boost::json::value describe_sources(sync::ledger const& book, polls_type const& polled, world& env);

/// Sets the gauges that count sources.
void count_sources(sync::ledger const& book, polls_type const& polled, world& env);

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_SYNC_REPORT_HPP
