#include <penstock/cel/impl/pattern_parser.ipp>
