#include <penstock/env/impl/small_file.ipp>
