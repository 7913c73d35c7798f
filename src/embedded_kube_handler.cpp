#include <penstock/embedded/impl/kube_handler.ipp>
