#include <penstock/sync/impl/decide.ipp>
