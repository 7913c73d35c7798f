#include <penstock/sync/impl/route.ipp>
