#ifndef PENSTOCK_HTTP_IMPL_CLIENT_TLS_IPP
#define PENSTOCK_HTTP_IMPL_CLIENT_TLS_IPP
#include <penstock/env/watched_file.hpp>
#include <penstock/error/result.hpp>
#include <penstock/http/impl/tls_key.ipp>
#include <penstock/http/tls_options.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

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
        if (auto const used = use_key(*context, o.private_key_pem, "the client's"); !used)
            return used.error();
    }
    return context;
}

/// The texts of a client's certificates, from their files where files are named, and when those were read.
class client_certificates
{
public:
    explicit client_certificates(tls_options const& o)
        : options_(o), ca_(o.ca_file), certificate_(o.certificate_file), key_(o.private_key_file)
    {}

    /// Whether a file holds something else than before. One that is gone has not changed: it may come back.
    bool changed()
    {
        bool fresh = false;
        for (auto* file : {&ca_, &certificate_, &key_})
            if (auto const looked = file->refresh(); looked && *looked == env::watched_file::change::fresh)
                fresh = true;
        return fresh;
    }

    result<std::shared_ptr<asio::ssl::context>> make()
    {
        for (auto* file : {&ca_, &certificate_, &key_})
            if (auto const looked = file->refresh(); !looked)
                return looked.error();
        auto now = options_;
        if (!ca_.empty())
            now.ca_pem = ca_.content().reveal();
        if (!certificate_.empty())
            now.certificate_pem = certificate_.content().reveal();
        if (!key_.empty())
            now.private_key_pem = key_.content();
        if (!ca_.empty() && now.ca_pem.empty())
            return failure(errc::invalid_configuration, options_.ca_file + ": is empty");
        return make_client_context(now);
    }
private:
    tls_options options_;
    env::watched_file ca_;
    env::watched_file certificate_;
    env::watched_file key_;
};

/// Says whom to expect: SNI for names, and the name or address that the certificate must carry. `errc::tls_failed` for
/// what no certificate can be compared with, such as an address with a zone: without it any certificate would do.
inline result<void> expect_peer(SSL* ssl, std::string const& name)
{
    error_code ec;
    asio::ip::make_address(name, ec);
    bool done = !ec && X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str()) == 1;
    if (ec && !name.empty()) {
        SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        done = SSL_set_tlsext_host_name(ssl, name.c_str()) == 1 && SSL_set1_host(ssl, name.c_str()) == 1;
    }
    if (done)
        return {};
    ERR_clear_error();
    return failure(errc::tls_failed, "no certificate can be for '" + name.substr(0, 253) + "'");
}

/// The names that a peer's certificate carries, at most eight.
inline std::string names_of(SSL* ssl)
{
    // The peer's certificate proper is not there after a handshake that failed.
    auto* const chain = SSL_get0_verified_chain(ssl);
    auto* const leaf = chain != nullptr && sk_X509_num(chain) > 0 ? sk_X509_value(chain, 0) : nullptr;
    std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> const names(
        leaf != nullptr ? static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(leaf, NID_subject_alt_name, nullptr, nullptr))
                        : nullptr,
        &GENERAL_NAMES_free);
    std::string out;
    for (int i = 0; names && i < std::min(sk_GENERAL_NAME_num(names.get()), 8); ++i) {
        auto const* const one = sk_GENERAL_NAME_value(names.get(), i);
        if (one->type != GEN_DNS && one->type != GEN_IPADD)
            continue;
        auto const* const bytes = one->type == GEN_DNS ? one->d.dNSName : one->d.iPAddress;
        std::string text(reinterpret_cast<char const*>(ASN1_STRING_get0_data(bytes)),
                         static_cast<std::size_t>(ASN1_STRING_length(bytes)));
        if (one->type == GEN_IPADD && text.size() == 4) {
            asio::ip::address_v4::bytes_type four;
            std::memcpy(four.data(), text.data(), four.size());
            text = asio::ip::address_v4(four).to_string();
        } else if (one->type == GEN_IPADD && text.size() == 16) {
            asio::ip::address_v6::bytes_type sixteen;
            std::memcpy(sixteen.data(), text.data(), sixteen.size());
            text = asio::ip::address_v6(sixteen).to_string();
        }
        // What a stranger wrote goes into a line of a log.
        bool const plain = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; });
        if (plain && text.size() <= 253)
            out.append(out.empty() ? "" : ", ").append(text);
    }
    return out.empty() ? "no name" : out;
}

/// What broke TLS, for people. With TLS 1.3 a peer may refuse our certificate after the handshake.
inline std::string explain_alert(error_code ec)
{
    if (ec.category() == asio::error::get_ssl_category()) {
        switch (ERR_GET_REASON(static_cast<unsigned long>(ec.value()))) {
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
            return "protocol version: the peer does not speak TLS 1.2 or later; update it";
        case SSL_R_WRONG_VERSION_NUMBER:
            return "the peer does not speak TLS on this port; use another port, or an http URL";
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
        case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE: return ec.message() + "; the peer may ask for a client's certificate";
        case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
        case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
            return ec.message() + "; the peer does not accept the certificate that it was shown";
        default: break;
        }
    }
    return ec.message();
}

/// Which check failed, for people.
inline std::string explain_handshake(SSL* ssl, std::string const& name, error_code ec)
{
    auto const verdict = SSL_get_verify_result(ssl);
    switch (verdict) {
    case X509_V_OK: break;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return "the certificate has expired; renew it on the peer, or set this system's clock right";
    case X509_V_ERR_CERT_NOT_YET_VALID: return "the certificate is not valid yet; look at the clocks of both systems";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return "the certificate is for another name than '" + name + "'; it is for " + names_of(ssl)
               + "; use one of these, or set the server name";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return "the certificate is self-signed; add it to the authorities to trust if it is the peer's";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return std::string("the certificate comes from an unknown authority (") + X509_verify_cert_error_string(verdict)
               + "); add that authority to those to trust, or let the peer send its whole chain";
    default: return std::string("the certificate is refused: ") + X509_verify_cert_error_string(verdict);
    }
    return explain_alert(ec);
}

}  // namespace penstock::http::detail

#endif  // PENSTOCK_HTTP_IMPL_CLIENT_TLS_IPP
