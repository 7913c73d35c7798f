#include <penstock/crypto/impl/rsa_key.ipp>
