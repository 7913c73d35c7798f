#include <penstock/crypto/impl/hmac.ipp>
