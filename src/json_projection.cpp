#include <penstock/json/impl/projection.ipp>
