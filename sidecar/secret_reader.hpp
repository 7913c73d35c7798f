#ifndef PENSTOCK_SIDECAR_SECRET_READER_HPP
#define PENSTOCK_SIDECAR_SECRET_READER_HPP
#include "configuration.hpp"

#include <penstock/clock/awaitable.hpp>
#include <penstock/error/result.hpp>
#include <penstock/text/secret.hpp>

#include <functional>
#include <string>

namespace penstock::sidecar {

/** Reads what a `secret_place` in a file or in the environment holds. A line break at the end of a file is not part
    of the secret; at most 64 KiB.
    @return `errc::invalid_configuration` that names the place and what to do, never the value; `errc::unsupported`
    for a place in the cluster. */
result<secret> read_local_secret(secret_place const& place);

/// Reads one key of a Kubernetes Secret of the sidecar's own namespace.
using cluster_secret_reader = std::function<awaitable<result<secret>>(std::string name, std::string key)>;

/// The same for every place.
awaitable<result<secret>> read_secret(secret_place place, cluster_secret_reader read_cluster);

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_SECRET_READER_HPP
