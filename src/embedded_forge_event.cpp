#include <penstock/embedded/impl/forge_event.ipp>
