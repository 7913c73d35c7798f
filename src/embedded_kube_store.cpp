#include <penstock/embedded/impl/kube_admission.ipp>
#include <penstock/embedded/impl/kube_definition.ipp>
#include <penstock/embedded/impl/kube_metadata_rules.ipp>
#include <penstock/embedded/impl/kube_store.ipp>
#include <penstock/embedded/impl/kube_store_removal.ipp>
#include <penstock/embedded/impl/kube_store_write.ipp>
