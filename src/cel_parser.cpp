#include <penstock/cel/impl/parser.ipp>
