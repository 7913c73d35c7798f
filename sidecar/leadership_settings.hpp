#ifndef PENSTOCK_SIDECAR_LEADERSHIP_SETTINGS_HPP
#define PENSTOCK_SIDECAR_LEADERSHIP_SETTINGS_HPP
#include "arguments.hpp"

#include <penstock/error/result.hpp>
#include <penstock/kube/election.hpp>

namespace penstock::sidecar {

/// What the flags `--enable-leader-election` and `--leader-election-…` say.
struct leadership_settings
{
    bool enabled = false;
    bool release = true;
    kube::election_options election = kube::flux_election_options();
    duration tolerance = std::chrono::seconds(20);  ///< For work to end after its lease ran out, before /healthz fails.
};

/// Fails with the flag at fault, and what to write instead.
result<leadership_settings> leadership_of(run_arguments const& a);

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_LEADERSHIP_SETTINGS_HPP
