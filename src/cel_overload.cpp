#include <penstock/cel/impl/overload.ipp>
