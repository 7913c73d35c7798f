#include <penstock/sync/impl/ledger.ipp>
