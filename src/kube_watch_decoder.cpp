#include <penstock/kube/impl/watch_decoder.ipp>
