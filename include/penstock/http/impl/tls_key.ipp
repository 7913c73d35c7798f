#ifndef PENSTOCK_HTTP_IMPL_TLS_KEY_IPP
#define PENSTOCK_HTTP_IMPL_TLS_KEY_IPP
#include <penstock/error/result.hpp>
#include <penstock/text/secret.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <string>

namespace penstock::http::detail {

/// Gives a context the key of the certificate that it has. `whose` begins the detail of a failure.
inline result<void> use_key(asio::ssl::context& context, secret const& pem, std::string const& whose)
{
    error_code ec;
    // An encrypted key is refused; OpenSSL would ask the terminal for its password.
    auto const no_password = [](std::size_t, asio::ssl::context::password_purpose) { return std::string(); };
    context.set_password_callback(no_password, ec);
    context.use_private_key(asio::buffer(pem.reveal()), asio::ssl::context::pem, ec);
    if (ec)
        return failure(errc::invalid_configuration, whose + " private key: " + ec.message());
    if (SSL_CTX_check_private_key(context.native_handle()) == 1)
        return {};
    ERR_clear_error();  // a key of another type than the certificate's was taken without a word
    return failure(errc::invalid_configuration, whose + " private key is not that of its certificate");
}

}  // namespace penstock::http::detail

#endif  // PENSTOCK_HTTP_IMPL_TLS_KEY_IPP
