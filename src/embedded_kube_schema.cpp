#include <penstock/embedded/impl/kube_schema.ipp>
