#include <penstock/kube/impl/warnings.ipp>
