#ifndef PENSTOCK_HTTP_IMPL_CLIENT_IPP
#define PENSTOCK_HTTP_IMPL_CLIENT_IPP
#include <penstock/http/client.hpp>

#include <penstock/http/impl/client_core.ipp>
#include <penstock/http/impl/response_stream.ipp>

namespace penstock::http {

PENSTOCK_DECL client::client(executor ex, client_options o) : impl_(std::make_shared<impl>(std::move(ex), std::move(o)))
{}

PENSTOCK_DECL awaitable<result<response>> client::send(request r, time_point deadline)
{
    return detail::send_request(impl_, std::move(r), deadline);
}

PENSTOCK_DECL awaitable<result<std::unique_ptr<incoming>>> client::open(request r, time_point deadline)
{
    return detail::open_request(impl_, std::move(r), deadline);
}

PENSTOCK_DECL void client::close_idle()
{
    impl_->close_idle();
}

PENSTOCK_DECL client_statistics client::statistics() const noexcept
{
    return impl_->statistics;
}

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_IMPL_CLIENT_IPP
