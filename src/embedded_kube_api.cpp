#include <penstock/embedded/impl/kube_api.ipp>
#include <penstock/embedded/impl/kube_api_read.ipp>
#include <penstock/embedded/impl/kube_api_scale.ipp>
#include <penstock/embedded/impl/kube_api_write.ipp>
#include <penstock/embedded/impl/kube_duplicates.ipp>
#include <penstock/embedded/impl/kube_faults.ipp>
#include <penstock/embedded/impl/kube_protobuf.ipp>
