#ifndef PENSTOCK_HTTP_TLS_OPTIONS_HPP
#define PENSTOCK_HTTP_TLS_OPTIONS_HPP
#include <penstock/text/secret.hpp>

#include <string>

namespace penstock::http {

/** How a client trusts its peers and shows who it is. TLS 1.2 or later, and the peer's certificate and name are
    always verified unless `insecure_skip_verify` says otherwise. */
struct tls_options
{
    std::string ca_pem;           ///< Authorities to trust, PEM; empty for those of the system.
    std::string certificate_pem;  ///< Our own chain, PEM, leaf first; empty for none.
    secret private_key_pem;       ///< The key of `certificate_pem`, PEM, not encrypted.
    std::string server_name;      ///< Name that the certificate must carry and SNI; empty for the host of the URL.
    bool insecure_skip_verify = false;  ///< Talks to anybody. Only for tests and for who asks for it by name.
};

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_TLS_OPTIONS_HPP
