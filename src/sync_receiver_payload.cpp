#include <penstock/sync/impl/receiver_payload.ipp>
