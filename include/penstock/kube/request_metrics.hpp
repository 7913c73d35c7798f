#ifndef PENSTOCK_KUBE_REQUEST_METRICS_HPP
#define PENSTOCK_KUBE_REQUEST_METRICS_HPP
#include <penstock/metrics/names.hpp>
#include <penstock/metrics/sink.hpp>
#include <penstock/time/types.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace penstock::kube {

/** Measures requests as client-go does: `rest_client_requests_total{code,method,host}`,
    `rest_client_request_duration_seconds{verb,host}`, `rest_client_request_retries_total{code,verb,host}` and
    `rest_client_rate_limiter_duration_seconds{verb,host}`.

    Series are made once per pair of status and method; both are bounded. */
template <metrics::sink Sink>
class request_metrics
{
public:
    /// @param server The URL of the server; the label is its host with its port.
    request_metrics(Sink& sink, std::string_view server) : sink_(sink), host_(host_of(server)) {}

    /// @param method One of those that `api_call` uses.
    /// @param status 0: there was no answer.
    void answered(std::string_view method, int status, duration took)
    {
        auto& m = of(method);
        m.took.observe(seconds(took));
        made(m.requests, metrics::names::rest_client_requests_total, method, status).increment();
    }

    /// The request is sent again because of that answer.
    void retried(std::string_view method, int status)
    {
        made(of(method).retries, metrics::names::rest_client_request_retries_total, method, status).increment();
    }

    /// The client's own limit held a request back that long.
    void held_back(std::string_view method, duration waited) { of(method).waited.observe(seconds(waited)); }

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
    using counters = std::map<int, metrics::counter>;
    struct series
    {
        metrics::histogram took;
        metrics::histogram waited;
        counters requests;
        counters retries;
    };

    static double seconds(duration d) { return std::chrono::duration<double>(d).count(); }

    series& of(std::string_view method)
    {
        if (auto const at = series_.find(method); at != series_.end())
            return at->second;
        auto& s = series_[std::string(method)];
        s.took = sink_.make_histogram(metrics::names::rest_client_request_duration_seconds, {method, host_});
        s.waited = sink_.make_histogram(metrics::names::rest_client_rate_limiter_duration_seconds, {method, host_});
        return s;
    }

    metrics::counter const& made(counters& all, metrics::family const& family, std::string_view method, int status)
    {
        if (status < 100 || status > 599)
            status = 0;
        auto at = all.find(status);
        if (at == all.end()) {
            auto const code = status == 0 ? std::string("<error>") : std::to_string(status);
            at = all.emplace(status, sink_.make_counter(family, {code, method, host_})).first;
        }
        return at->second;
    }

    Sink& sink_;
    std::string host_;
    std::map<std::string, series, std::less<>> series_;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_REQUEST_METRICS_HPP
