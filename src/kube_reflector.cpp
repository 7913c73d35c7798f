#include <penstock/kube/impl/reflector.ipp>
