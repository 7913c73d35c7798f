#include <penstock/kube/impl/tls_reload.ipp>
