#include <penstock/kube/impl/api_call.ipp>
