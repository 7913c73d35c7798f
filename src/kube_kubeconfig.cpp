#include <penstock/kube/impl/kubeconfig.ipp>
