#ifndef PENSTOCK_SIDECAR_CLUSTER_SECRET_HPP
#define PENSTOCK_SIDECAR_CLUSTER_SECRET_HPP
#include "sync_parts.hpp"

#include <string>

namespace penstock::sidecar {

/** Reads one key of a Kubernetes Secret.
    @return `errc::invalid_configuration` when the key is not there or is not base64; else what the API says. */
awaitable<result<secret>> read_cluster_secret(api_type& api, kube::object_name name, std::string key,
                                              time_point deadline);

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_CLUSTER_SECRET_HPP
