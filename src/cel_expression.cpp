#include <penstock/cel/impl/expression.ipp>
