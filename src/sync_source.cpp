#include <penstock/sync/impl/source.ipp>
