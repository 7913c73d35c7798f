#include <penstock/embedded/impl/source_controller_status.ipp>
