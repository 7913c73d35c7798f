#include <penstock/kube/impl/event_correlator.ipp>
