#include <penstock/cel/impl/function.ipp>
