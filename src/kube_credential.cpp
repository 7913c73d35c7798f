#include <penstock/kube/impl/credential.ipp>
