#include <penstock/http/server.hpp>

#include <penstock/http/impl/server.ipp>
