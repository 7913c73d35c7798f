#include "sync_options.hpp"

#include <penstock/http/proxy.hpp>

#include <algorithm>
#include <chrono>
#include <random>
#include <utility>

namespace penstock::sidecar {

using namespace std::chrono_literals;

http::client_options client_options_for(http::tls_options tls, std::string const& proxy)
{
    http::client_options o;
    o.tls = std::move(tls);
    auto const proxies = http::environment_proxies();
    o.http_proxy = proxies.http_proxy;
    o.https_proxy = proxies.https_proxy;
    o.no_proxy = proxies.no_proxy;
    if (!proxy.empty()) {
        o.http_proxy = proxy;
        o.https_proxy = proxy;
        o.no_proxy.clear();
    }
    return o;
}

sync::polls_options polls_options_for(configuration const& c)
{
    sync::polls_options o;
    o.interval = c.poll.interval;
    o.fleet.cadence.max_interval = c.poll.max;
    o.fleet.cadence.jitter_percent = static_cast<int>(c.poll.jitter * 100);
    o.fleet.deadline = 30s;
    o.fleet.seed = std::random_device{}();
    return o;
}

reconcile::controller_options controller_options_for(unsigned workers)
{
    reconcile::controller_options o;
    o.name = "sync";
    o.workers = workers;
    o.deadline = 1min;
    o.retry.base = 200ms;
    o.retry.cap = 1min;
    return o;
}

std::map<std::string, double, std::less<>> reserves_of(configuration const& c)
{
    std::map<std::string, double, std::less<>> all;
    for (auto const& forge : c.forges) {
        auto& most = all[forge.host];
        most = std::max(most, forge.reserve);
    }
    return all;
}

result<void> can_reload(configuration const& now, configuration const& fresh)
{
    if (fresh.namespaces != now.namespaces || fresh.label_selector != now.label_selector
        || fresh.kube_context != now.kube_context || fresh.sqlite_path != now.sqlite_path)
        return failure(errc::invalid_configuration,
                       "kubernetes, watch and store cannot change while it runs; restart to use them");
    if (reserves_of(fresh) != reserves_of(now))
        return failure(errc::invalid_configuration,
                       "forges[].budget.reserve cannot change while it runs; restart to use it");
    return {};
}

git::credential forge_credential(configuration const& c, std::map<std::string, secret, std::less<>> const& tokens,
                                 std::string const& url)
{
    for (auto const& forge : c.forges) {
        auto const token = tokens.find(forge.credential);
        if (token == tokens.end() || !url.starts_with("https://" + forge.host + "/"))
            continue;
        auto const* const user = forge.type == "gitlab" ? "oauth2" : "x-access-token";
        return git::credential::basic(user, token->second);
    }
    return {};
}

}  // namespace penstock::sidecar
