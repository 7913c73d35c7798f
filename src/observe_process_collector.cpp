#include <penstock/observe/impl/process_collector.ipp>
