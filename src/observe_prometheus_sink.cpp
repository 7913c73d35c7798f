#include <penstock/observe/impl/prometheus_sink.ipp>
