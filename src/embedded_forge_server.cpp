#include <penstock/embedded/impl/forge_server.ipp>
