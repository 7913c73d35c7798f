#include <penstock/cel/impl/number.ipp>
