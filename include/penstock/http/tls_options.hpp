#ifndef PENSTOCK_HTTP_TLS_OPTIONS_HPP
#define PENSTOCK_HTTP_TLS_OPTIONS_HPP
#include <penstock/text/secret.hpp>

#include <string>

namespace penstock::http {

/** How a client trusts its peers and shows who it is. TLS 1.2 or later, and the peer's certificate and name are
    always verified unless `insecure_skip_verify` says otherwise.

    A file goes before the text of the same thing. Files are looked at once a second at most, when a request needs
    TLS; new content is used for the requests that follow, and idle connections of the old are closed. Content that
    cannot be used leaves the old in force, for a rotation may be half done. */
struct tls_options
{
    std::string ca_pem;           ///< Authorities to trust, PEM; empty for those of the system.
    std::string certificate_pem;  ///< Our own chain, PEM, leaf first; empty for none.
    secret private_key_pem;       ///< The key of `certificate_pem`, PEM, not encrypted.
    std::string ca_file;           ///< Path of `ca_pem`.
    std::string certificate_file;  ///< Path of `certificate_pem`.
    std::string private_key_file;  ///< Path of `private_key_pem`.
    std::string server_name;      ///< Name that the certificate must carry and SNI; empty for the host of the URL.
    bool insecure_skip_verify = false;  ///< Talks to anybody. Only for tests and for who asks for it by name.
};

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_TLS_OPTIONS_HPP
