#include <penstock/cel/impl/pattern.ipp>
