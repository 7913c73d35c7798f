#include <penstock/json/impl/splitter.ipp>
