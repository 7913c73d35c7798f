#ifndef PENSTOCK_HTTP_IMPL_SERVER_CORE_IPP
#define PENSTOCK_HTTP_IMPL_SERVER_CORE_IPP
#include <penstock/http/impl/server_tls.ipp>
#include <penstock/http/server.hpp>
#include <penstock/time/http_date.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace penstock::http::detail {

/// What the connections of one server share.
struct server_core
{
    server_core(server_options o, handler h) : options(std::move(o)), handle(std::move(h)) {}

    server_options options;
    handler handle;
    server_statistics statistics;
    std::unique_ptr<server_certificates> tls;  // null: plain HTTP
    http::trusted_proxies proxies;
    network_list proxy_protocol_from;
    std::function<bool()> make_room_for_exchange;  // whether a slow body has made room for another exchange
    bool draining = false;                         // answers say `Connection: close`

    static time_point now() noexcept { return std::chrono::steady_clock::now(); }

    /// The HTTP-date of this second.
    std::string const& date()
    {
        auto const second =
            std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()).time_since_epoch().count();
        if (second != date_second_) {
            date_second_ = second;
            date_ = format_http_date(wall_time(std::chrono::seconds(second)));
        }
        return date_;
    }
private:
    long date_second_ = -1;
    std::string date_;
};

}  // namespace penstock::http::detail

#endif  // PENSTOCK_HTTP_IMPL_SERVER_CORE_IPP
