#include <penstock/embedded/impl/forge_hooks.ipp>
