#include <penstock/kube/impl/field_tree.ipp>
