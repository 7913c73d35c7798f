#include <penstock/sync/impl/receiver_filter.ipp>
