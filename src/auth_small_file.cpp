#include <penstock/auth/impl/small_file.ipp>
