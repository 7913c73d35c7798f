#ifndef PENSTOCK_EMBEDDED_KUBE_PROTOBUF_HPP
#define PENSTOCK_EMBEDDED_KUBE_PROTOBUF_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>

#include <boost/json/object.hpp>

#include <string_view>

namespace penstock::embedded {

/** Reads the binary form in which `kubectl create secret` and the like send built-in objects
    (application/vnd.kubernetes.protobuf): Namespace, Secret, ConfigMap, ServiceAccount, Service,
    SelfSubjectAccessReview and DeleteOptions. Fields that this table does not know are left out.
    @return `errc::malformed`; `errc::unsupported` for another kind.
    @see https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding */
PENSTOCK_DECL result<boost::json::object> parse_kube_protobuf(std::string_view bytes);

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_protobuf.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_PROTOBUF_HPP
