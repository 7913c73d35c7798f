#include <penstock/sync/impl/receiver_check.ipp>
