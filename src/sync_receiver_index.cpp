#include <penstock/sync/impl/receiver_index.ipp>
