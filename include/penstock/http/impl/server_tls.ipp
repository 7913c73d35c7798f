#ifndef PENSTOCK_HTTP_IMPL_SERVER_TLS_IPP
#define PENSTOCK_HTTP_IMPL_SERVER_TLS_IPP
#include <penstock/env/watched_file.hpp>
#include <penstock/error/result.hpp>
#include <penstock/http/impl/tls_key.ipp>
#include <penstock/http/server.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace penstock::http::detail {

/// The context of a server: TLS 1.2 or later, its own certificate, and those of clients if they are asked for.
inline result<std::shared_ptr<asio::ssl::context>> make_server_context(server_options const& o)
{
    namespace ssl = asio::ssl;
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
    error_code ec;
    context->use_certificate_chain(asio::buffer(o.certificate_pem), ec);
    if (ec)
        return failure(errc::invalid_configuration, "the server's certificate: " + ec.message());
    if (auto const used = use_key(*context, o.private_key_pem, "the server's"); !used)
        return used.error();
    if (!o.client_ca_pem.empty()) {
        context->add_certificate_authority(asio::buffer(o.client_ca_pem), ec);
        if (ec)
            return failure(errc::invalid_configuration, "the authority for clients: " + ec.message());
        auto const required = o.client_certificate_required ? ssl::verify_fail_if_no_peer_cert : ssl::verify_none;
        context->set_verify_mode(ssl::verify_peer | required, ec);
    }
    static unsigned char const id[] = "penstock";
    SSL_CTX_set_session_id_context(context->native_handle(), id, sizeof id - 1);
    return context;
}

/// The context of the connections to come, made anew when a file behind it changes.
class server_certificates
{
public:
    explicit server_certificates(server_options const& o)
        : options_(o), certificate_(o.certificate_file), key_(o.private_key_file), ca_(o.client_ca_file)
    {}

    static bool wanted(server_options const& o) { return !o.certificate_pem.empty() || !o.certificate_file.empty(); }

    /// Reads all files. Those that cannot be read fail it, and so does what they hold.
    result<void> load()
    {
        for (auto* file : {&certificate_, &key_, &ca_})
            if (auto const looked = file->refresh(); !looked)
                return looked.error();
        return use();
    }

    /// Only after a `load` that succeeded. A file that is gone has not changed: it may come back.
    std::shared_ptr<asio::ssl::context> const& current(time_point now, server_statistics& count)
    {
        if (now >= next_look_) {
            next_look_ = now + std::chrono::seconds(1);
            bool fresh = false;
            for (auto* file : {&certificate_, &key_, &ca_})
                if (auto const looked = file->refresh(); looked && *looked == env::watched_file::change::fresh)
                    fresh = true;
            if (fresh)
                ++(use() ? count.tls_reloads : count.tls_reload_failures);
        }
        return context_;
    }
private:
    result<void> use()
    {
        auto o = options_;
        if (!certificate_.empty())
            o.certificate_pem = certificate_.content().reveal();
        if (!key_.empty())
            o.private_key_pem = key_.content();
        if (!ca_.empty()) {
            if (ca_.content().empty())  // else nobody would be asked for a certificate any more
                return failure(errc::invalid_configuration, o.client_ca_file + ": is empty");
            o.client_ca_pem = ca_.content().reveal();
        }
        auto made = make_server_context(o);
        if (!made)
            return made.error();
        context_ = *std::move(made);
        return {};
    }

    server_options options_;
    env::watched_file certificate_;
    env::watched_file key_;
    env::watched_file ca_;
    std::shared_ptr<asio::ssl::context> context_;
    time_point next_look_ = time_point::min();
};

}  // namespace penstock::http::detail

#endif  // PENSTOCK_HTTP_IMPL_SERVER_TLS_IPP
