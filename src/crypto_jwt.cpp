#include <penstock/crypto/impl/jwt.ipp>
