#include <penstock/embedded/impl/forge_app.ipp>
