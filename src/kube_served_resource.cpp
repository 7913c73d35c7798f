#include <penstock/kube/impl/served_resource.ipp>
