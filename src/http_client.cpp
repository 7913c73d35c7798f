#include <penstock/http/client.hpp>

#include <penstock/http/impl/client.ipp>
