#include <penstock/sync/impl/inbox_record.ipp>
