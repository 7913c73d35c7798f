#include <penstock/sync/impl/receiver.ipp>
