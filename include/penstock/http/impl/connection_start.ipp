#ifndef PENSTOCK_HTTP_IMPL_CONNECTION_START_IPP
#define PENSTOCK_HTTP_IMPL_CONNECTION_START_IPP
#include <penstock/http/impl/connection.ipp>
#include <penstock/http/proxy_protocol.hpp>

#include <algorithm>

namespace penstock::http::detail {

inline awaitable<error_code> connection::handshake()
{
    error_code ec;
    tls_ = core_->tls->current(server_core::now(), core_->statistics);
    wire_.start_tls(*tls_);
    co_await wire_.tls()->async_handshake(asio::ssl::stream_base::server,
                                          asio::redirect_error(asio::use_awaitable, ec));
    if (!ec && SSL_session_reused(wire_.tls()->native_handle()) == 1)
        ++core_->statistics.resumed;
    co_return ec;
}

/// Reads the header of a balancer, not a byte more: what follows may be TLS.
inline awaitable<error_code> connection::read_proxy_header()
{
    proxy_protocol header;
    char bytes[256];
    while (header.wanted() != 0) {
        error_code ec;
        auto const n = co_await wire_.read_some(asio::buffer(bytes, std::min(header.wanted(), sizeof bytes)), ec);
        if (!ec)
            ec = header.feed({bytes, n});
        if (ec)
            co_return ec;
    }
    if (header.source())
        peer_ = network_list::unmapped(*header.source()).to_string();
    co_return error_code();
}

}  // namespace penstock::http::detail

#endif  // PENSTOCK_HTTP_IMPL_CONNECTION_START_IPP
