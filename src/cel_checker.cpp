#include <penstock/cel/impl/checker.ipp>
