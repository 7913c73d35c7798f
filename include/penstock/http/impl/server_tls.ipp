#ifndef PENSTOCK_HTTP_IMPL_SERVER_TLS_IPP
#define PENSTOCK_HTTP_IMPL_SERVER_TLS_IPP
#include <penstock/error/result.hpp>
#include <penstock/http/server.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>

#include <memory>

namespace penstock::http::detail {

/// The context of a server: TLS 1.2 or later, its own certificate, and those of clients if they are asked for.
inline result<std::unique_ptr<asio::ssl::context>> make_server_context(server_options const& o)
{
    namespace ssl = asio::ssl;
    auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
    error_code ec;
    context->use_certificate_chain(asio::buffer(o.certificate_pem), ec);
    if (ec)
        return failure(errc::invalid_configuration, "the server's certificate: " + ec.message());
    auto const key = o.private_key_pem.reveal();
    auto const no_password = [](std::size_t, ssl::context::password_purpose) { return std::string(); };
    context->set_password_callback(no_password, ec);  // OpenSSL would ask the terminal
    context->use_private_key(asio::buffer(key), ssl::context::pem, ec);
    if (ec)
        return failure(errc::invalid_configuration, "the server's private key: " + ec.message());
    if (!o.client_ca_pem.empty()) {
        context->add_certificate_authority(asio::buffer(o.client_ca_pem), ec);
        if (ec)
            return failure(errc::invalid_configuration, "the authority for clients: " + ec.message());
        context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert, ec);
    }
    static unsigned char const id[] = "penstock";
    SSL_CTX_set_session_id_context(context->native_handle(), id, sizeof id - 1);
    return context;
}

}  // namespace penstock::http::detail

#endif  // PENSTOCK_HTTP_IMPL_SERVER_TLS_IPP
