#include <penstock/cel/impl/string_function.ipp>
