#include <penstock/cel/impl/format.ipp>
