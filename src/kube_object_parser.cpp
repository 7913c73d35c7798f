#include <penstock/kube/impl/object_parser.ipp>
