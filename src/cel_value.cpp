#include <penstock/cel/impl/value.ipp>
