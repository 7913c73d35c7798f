#include <penstock/crypto/impl/digest.ipp>
