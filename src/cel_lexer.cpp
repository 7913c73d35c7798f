#include <penstock/cel/impl/lexer.ipp>
