#include <penstock/auth/impl/installation.ipp>
