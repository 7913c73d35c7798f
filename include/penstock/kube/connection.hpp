#ifndef PENSTOCK_KUBE_CONNECTION_HPP
#define PENSTOCK_KUBE_CONNECTION_HPP
#include <penstock/http/tls_options.hpp>
#include <penstock/kube/credential.hpp>

#include <string>

namespace penstock::kube {

/// How to reach one API server, and as whom.
class connection
{
public:
    std::string server;  ///< `https://host[:port][/prefix]`.
    http::tls_options tls;
    kube::credential credential;
    std::string default_namespace = "default";
    std::string proxy_url;  ///< `http://…` or `https://…`; empty: what the process uses otherwise.
    std::string origin;     ///< For people: where this comes from, `in-cluster` or the context and its file.
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_CONNECTION_HPP
