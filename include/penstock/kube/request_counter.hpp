#ifndef PENSTOCK_KUBE_REQUEST_COUNTER_HPP
#define PENSTOCK_KUBE_REQUEST_COUNTER_HPP
#include <penstock/metrics/names.hpp>
#include <penstock/metrics/sink.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace penstock::kube {

/** Counts requests as client-go does: `rest_client_requests_total{code,method,host}`.

    Series are made once per pair of status and method; both are bounded. */
template <metrics::sink Sink>
class request_counter
{
public:
    /// @param server The URL of the server; the label is its host with its port.
    request_counter(Sink& sink, std::string_view server) : sink_(sink), host_(host_of(server)) {}

    /// @param method One of those that `api_call` uses.
    /// @param status 0: there was no answer.
    void count(std::string_view method, int status)
    {
        if (status < 100 || status > 599)
            status = 0;
        auto of_method = series_.find(method);
        if (of_method == series_.end())
            of_method = series_.emplace(std::string(method), std::map<int, metrics::counter>()).first;
        auto at = of_method->second.find(status);
        if (at == of_method->second.end()) {
            auto const code = status == 0 ? std::string("<error>") : std::to_string(status);
            auto made = sink_.make_counter(metrics::names::rest_client_requests_total, {code, method, host_});
            at = of_method->second.emplace(status, made).first;
        }
        at->second.increment();
    }

    static std::string host_of(std::string_view server)
    {
        if (auto const scheme = server.find("://"); scheme != std::string_view::npos)
            server.remove_prefix(scheme + 3);
        server = server.substr(0, server.find('/'));
        if (auto const user = server.rfind('@'); user != std::string_view::npos)
            server.remove_prefix(user + 1);
        return std::string(server);
    }
private:
    Sink& sink_;
    std::string host_;
    std::map<std::string, std::map<int, metrics::counter>, std::less<>> series_;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_REQUEST_COUNTER_HPP
