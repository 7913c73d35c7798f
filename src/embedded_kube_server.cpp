#include <penstock/embedded/impl/kube_server.ipp>
