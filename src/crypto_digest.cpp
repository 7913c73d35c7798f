#define OPENSSL_NO_DEPRECATED  // what this needs will stay in OpenSSL
#include <penstock/crypto/impl/digest.ipp>
