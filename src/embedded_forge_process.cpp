#include <penstock/embedded/impl/forge_process.ipp>
