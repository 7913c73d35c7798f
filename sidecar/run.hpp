#ifndef PENSTOCK_SIDECAR_RUN_HPP
#define PENSTOCK_SIDECAR_RUN_HPP
#include "arguments.hpp"
#include "configuration.hpp"

#include <penstock/error/result.hpp>

namespace penstock::sidecar {

/// `penstock run`: until a signal ends it. Gives the exit code.
int run_sidecar(run_arguments const& a);

/// The configuration that these arguments name; the defaults when they name none.
result<configuration> configuration_of(run_arguments const& a);

/** Reads every webhook secret that lies in a file or in the environment, and checks that it can be used.
    @return The first that cannot, with its place; secrets in the cluster are not looked at. */
result<void> check_local_secrets(configuration const& c);

/// Where the store lies: the file that the configuration names, or one in the state directory.
std::string store_path_of(run_arguments const& a, configuration const& c);

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_RUN_HPP
