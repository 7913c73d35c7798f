#include <penstock/auth/impl/secret_file.ipp>
