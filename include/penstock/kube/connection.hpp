#ifndef PENSTOCK_KUBE_CONNECTION_HPP
#define PENSTOCK_KUBE_CONNECTION_HPP
#include <penstock/auth/exec_source.hpp>
#include <penstock/http/tls_options.hpp>
#include <penstock/kube/credential.hpp>
#include <penstock/kube/impersonation.hpp>
#include <penstock/kube/tls_reload.hpp>

#include <optional>
#include <string>

namespace penstock::kube {

/// How to reach one API server, and as whom.
class connection
{
public:
    std::string server;  ///< `https://host[:port][/prefix]`.
    http::tls_options tls;
    tls_files files;  ///< Where parts of `tls` are to be read again; `cluster` does.
    kube::credential credential;
    std::optional<auth::exec_options> exec;  ///< The program that gives the credential; `cluster` runs it.
    impersonation act_as;
    std::string default_namespace = "default";
    std::string proxy_url;  ///< `http://host:port`, for loopback too; empty: what the process uses otherwise.
    std::string origin;     ///< For people: where this comes from, `in-cluster` or the context and its file.
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_CONNECTION_HPP
