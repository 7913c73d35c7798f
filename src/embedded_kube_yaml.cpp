#include <penstock/embedded/impl/kube_yaml.ipp>
