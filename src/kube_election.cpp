#include <penstock/kube/impl/election.ipp>
