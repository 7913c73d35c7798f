#include <penstock/store/impl/sqlite_store.ipp>
