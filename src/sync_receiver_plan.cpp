#include <penstock/sync/impl/receiver_plan.ipp>
