#include <penstock/embedded/impl/kube_call.ipp>
#include <penstock/embedded/impl/kube_discovery.ipp>
#include <penstock/embedded/impl/kube_openapi.ipp>
#include <penstock/embedded/impl/kube_table.ipp>
#include <penstock/embedded/impl/kube_watch.ipp>
