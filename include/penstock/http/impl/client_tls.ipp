#ifndef PENSTOCK_HTTP_IMPL_CLIENT_TLS_IPP
#define PENSTOCK_HTTP_IMPL_CLIENT_TLS_IPP
#include <penstock/error/result.hpp>
#include <penstock/http/tls_options.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace penstock::http::detail {

/// The authorities of the system, read once in a process: it costs 20 ms and 0.7 MB. Thread-safe.
inline X509_STORE* system_authorities()
{
    static std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> const store = [] {
        std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> s(X509_STORE_new(), &X509_STORE_free);
        X509_STORE_set_default_paths(s.get());
        return s;
    }();
    return store.get();
}

/// Adds every certificate of a PEM text. False if there is none, or one cannot be read.
inline bool add_authorities(SSL_CTX* context, std::string const& pem)
{
    std::unique_ptr<BIO, decltype(&BIO_free)> const bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                        &BIO_free);
    int count = 0;
    for (;; ++count) {
        std::unique_ptr<X509, decltype(&X509_free)> const certificate(
            PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), &X509_free);
        if (!certificate)
            break;
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate.get());
    }
    bool const at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    return count != 0 && at_end;
}

/// The one context of a client.
inline result<std::shared_ptr<asio::ssl::context>> make_client_context(tls_options const& o)
{
    namespace ssl = asio::ssl;
    auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
    auto* const native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
    error_code ec;
    context->set_verify_mode(o.insecure_skip_verify ? ssl::verify_none : ssl::verify_peer, ec);
    if (!o.insecure_skip_verify) {
        if (o.ca_pem.empty())
            SSL_CTX_set1_cert_store(native, system_authorities());
        else if (!add_authorities(native, o.ca_pem))
            return failure(errc::invalid_configuration, "the authorities to trust (PEM) cannot be read");
    }
    if (!o.certificate_pem.empty()) {
        context->use_certificate_chain(asio::buffer(o.certificate_pem), ec);
        if (ec)
            return failure(errc::invalid_configuration, "the client's certificate: " + ec.message());
        // An encrypted key is refused; OpenSSL would ask the terminal for its password.
        auto const no_password = [](std::size_t, ssl::context::password_purpose) { return std::string(); };
        context->set_password_callback(no_password, ec);
        context->use_private_key(asio::buffer(o.private_key_pem.reveal()), ssl::context::pem, ec);
        if (ec)
            return failure(errc::invalid_configuration, "the client's private key: " + ec.message());
    }
    return context;
}

/// Says whom to expect: SNI for names, and the name or address that the certificate must carry.
inline void expect_peer(SSL* ssl, std::string const& name)
{
    error_code ec;
    asio::ip::make_address(name, ec);
    if (!ec) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str());
        return;
    }
    SSL_set_tlsext_host_name(ssl, name.c_str());
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(ssl, name.c_str());
}

/// Which check failed, for people.
inline std::string explain_handshake(SSL* ssl, std::string const& name, error_code ec)
{
    auto const verdict = SSL_get_verify_result(ssl);
    switch (verdict) {
    case X509_V_OK: break;
    case X509_V_ERR_CERT_HAS_EXPIRED: return "the certificate has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID: return "the certificate is not valid yet";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return "the certificate is for another name than '" + name + "'";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return std::string("the certificate comes from an unknown authority (") + X509_verify_cert_error_string(verdict)
               + ")";
    default: return std::string("the certificate is refused: ") + X509_verify_cert_error_string(verdict);
    }
    if (ec.category() == asio::error::get_ssl_category()) {
        switch (ERR_GET_REASON(static_cast<unsigned long>(ec.value()))) {
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION: return "protocol version: the peer does not speak TLS 1.2 or later";
        case SSL_R_WRONG_VERSION_NUMBER: return "the peer does not speak TLS on this port";
        default: break;
        }
    }
    return ec.message();
}

}  // namespace penstock::http::detail

#endif  // PENSTOCK_HTTP_IMPL_CLIENT_TLS_IPP
