#include <penstock/process/impl/child.ipp>
