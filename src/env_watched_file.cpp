#include <penstock/env/impl/watched_file.ipp>
