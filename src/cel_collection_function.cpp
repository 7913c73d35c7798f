#include <penstock/cel/impl/collection_function.ipp>
