#include <penstock/json/impl/value.ipp>
