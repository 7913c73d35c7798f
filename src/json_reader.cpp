#include <penstock/json/impl/reader.ipp>
