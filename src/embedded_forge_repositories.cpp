#include <penstock/embedded/impl/forge_repositories.ipp>
