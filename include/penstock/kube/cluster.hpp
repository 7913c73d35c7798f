#ifndef PENSTOCK_KUBE_CLUSTER_HPP
#define PENSTOCK_KUBE_CLUSTER_HPP
#include <penstock/env/environment.hpp>
#include <penstock/http/proxy.hpp>
#include <penstock/kube/api_client.hpp>
#include <penstock/kube/cluster_transport.hpp>
#include <penstock/kube/connection.hpp>
#include <penstock/kube/exec_plugin.hpp>

#include <memory>
#include <string>
#include <utility>

namespace penstock::kube {

/// How an HTTP client reaches what a connection names, with its proxy or those of the environment.
inline http::client_options client_options_of(connection const& to, http::tls_options tls)
{
    http::client_options o;
    o.tls = std::move(tls);
    if (!to.proxy_url.empty()) {
        o.http_proxy = to.proxy_url;
        o.https_proxy = to.proxy_url;
        o.proxy_loopback = true;
        return o;
    }
    auto proxies = http::environment_proxies();
    o.http_proxy = std::move(proxies.http_proxy);
    o.https_proxy = std::move(proxies.https_proxy);
    o.no_proxy = std::move(proxies.no_proxy);
    return o;
}

/** An API server to talk to, put together from what `load_connection` found: certificates that are read again, a
    credential from wherever it comes, whom to act as.

    @code
    auto where = kube::load_connection();
    kube::cluster cluster(env, executor, *where);
    auto pod = co_await cluster.api().get(…);
    @endcode
    @par Thread safety
    One thread. Must not move. */
template <env::environment Env, rate::limiter Limiter = rate::unlimited>
class cluster
{
public:
    using transport_type = cluster_transport<Env>;
    using client_type = api_client<Env, transport_type, Limiter>;

    /// @param env Outlives it.
    cluster(Env& env, executor ex, connection const& to, api_client_options options = {}, Limiter limiter = Limiter())
        : transport_(
              env, to.tls, to.files,
              [ex, to](http::tls_options tls) { return http::client(ex, client_options_of(to, std::move(tls))); }),
          client_(env, transport_, to.server, credential_for(env, ex, to), acting(std::move(options), to),
                  std::move(limiter))
    {}
    cluster(cluster const&) = delete;
    cluster& operator=(cluster const&) = delete;

    client_type& api() noexcept { return client_; }
    /// For requests that are none of the API's own, a `/readyz` for instance.
    transport_type& transport() noexcept { return transport_; }
private:
    kube::credential credential_for(Env& env, executor ex, connection const& to)
    {
        if (!to.exec)
            return to.credential;
        auto use = [this](std::string const& certificate, secret const& key) {
            return transport_.use_certificate(certificate, key);
        };
        return kube::credential::from(std::make_shared<exec_plugin<Env>>(env, std::move(ex), *to.exec, std::move(use)));
    }

    static api_client_options acting(api_client_options options, connection const& to)
    {
        if (options.calls.act_as.empty())
            options.calls.act_as = to.act_as;
        return options;
    }

    transport_type transport_;
    client_type client_;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_CLUSTER_HPP
