#ifndef PENSTOCK_KUBE_KUBECONFIG_HPP
#define PENSTOCK_KUBE_KUBECONFIG_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/kube/connection.hpp>

#include <functional>
#include <optional>
#include <string>

namespace penstock::kube {

struct connection_options
{
    std::string kubeconfig;  ///< A file; empty: found as `load_connection` says.
    std::string context;     ///< Empty: the `current-context` of the file. Without effect in a cluster.
    /// Where the kubelet puts the token, the authorities and the namespace.
    std::string service_account = "/var/run/secrets/kubernetes.io/serviceaccount";
    /// Looks up an environment variable; null reads those of the process.
    std::function<std::optional<std::string>(std::string const& name)> variable;
};

/** Finds the API server as controller-runtime does: the file that was named, the files of `KUBECONFIG` (a list
    separated by colons; the first to say something wins), the service account of the pod, `~/.kube/config`.

    Reads files on the calling thread; meant for the start. A token from a file (`tokenFile`, service account)
    is read again while the program runs, and so are certificates by a `cluster`.
    @return `errc::invalid_configuration` as `file:line: what is wrong`; `errc::unsupported` for what client-go itself
    has given up (`auth-provider`) and for proxies other than http. Never a secret.
    @see https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
PENSTOCK_DECL result<connection> load_connection(connection_options const& options = {});

}  // namespace penstock::kube

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/kube/impl/kubeconfig.ipp>
#endif
#endif  // PENSTOCK_KUBE_KUBECONFIG_HPP
