#include "blocking.hpp"

#include <penstock/http/client.hpp>
#include <penstock/http/proxy.hpp>

#include <chrono>

namespace penstock::sidecar {

result<http::response> send_blocking(http::request r, duration within)
{
    asio::io_context context{1};
    auto const proxies = http::environment_proxies();
    http::client_options o;
    o.http_proxy = proxies.http_proxy;
    o.https_proxy = proxies.https_proxy;
    o.no_proxy = proxies.no_proxy;
    http::client client(context.get_executor(), o);
    return run_blocking(context, client.send(std::move(r), std::chrono::steady_clock::now() + within));
}

}  // namespace penstock::sidecar
