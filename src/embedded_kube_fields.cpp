#include <penstock/embedded/impl/kube_field_compare.ipp>
#include <penstock/embedded/impl/kube_field_merge.ipp>
#include <penstock/embedded/impl/kube_field_set.ipp>
#include <penstock/embedded/impl/kube_ownership.ipp>
#include <penstock/embedded/impl/kube_patch.ipp>
#include <penstock/embedded/impl/kube_path.ipp>
#include <penstock/embedded/impl/kube_selector.ipp>
#include <penstock/embedded/impl/kube_status.ipp>
