#include <penstock/cel/impl/evaluator.ipp>
