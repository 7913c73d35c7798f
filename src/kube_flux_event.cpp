#include <penstock/kube/impl/flux_event.ipp>
