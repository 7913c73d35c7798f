#ifndef PENSTOCK_KUBE_CLUSTER_TRANSPORT_HPP
#define PENSTOCK_KUBE_CLUSTER_TRANSPORT_HPP
#include <penstock/env/environment.hpp>
#include <penstock/http/client.hpp>
#include <penstock/kube/tls_reload.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace penstock::kube {

/** A transport to one API server whose certificates change while it runs.

    When a file of `tls_files` holds something new, or a plug-in gives another certificate, the next request goes over
    a new client; what runs, runs on over the old one and its connections go with it. Files that cannot be used are
    logged once, and the old certificates stay.
    @par Thread safety
    One thread. */
template <env::environment Env, http::transport Client = http::client>
class cluster_transport
{
public:
    using maker = std::function<Client(http::tls_options)>;

    /// @param env Outlives it.
    /// @param make Makes a client with these options.
    cluster_transport(Env& env, http::tls_options tls, tls_files files, maker make, tls_reload::reader read = nullptr)
        : env_(env), make_(std::move(make)), tls_(std::move(tls), std::move(files), std::move(read))
    {}

    awaitable<result<http::response>> send(http::request r, time_point deadline)
    {
        auto const client = current();
        auto answer = co_await client->send(std::move(r), deadline);
        if (!answer && answer.error().code == errc::tls_failed)
            tls_.doubt();
        co_return answer;
    }

    awaitable<result<std::unique_ptr<http::incoming>>> open(http::request r, time_point deadline)
    {
        auto const client = current();
        auto stream = co_await client->open(std::move(r), deadline);
        if (!stream && stream.error().code == errc::tls_failed)
            tls_.doubt();
        co_return std::move(stream);
    }

    /// Another client certificate, for requests from now on. `errc::invalid_configuration` where the two do not fit.
    result<void> use_certificate(std::string certificate_pem, secret private_key_pem)
    {
        auto const used = tls_.use(std::move(certificate_pem), std::move(private_key_pem));
        if (!used)
            return used.error();
        if (*used == tls_reload::verdict::changed)
            client_.reset();
        return {};
    }
private:
    std::shared_ptr<Client> current()
    {
        auto const before = tls_.trouble().detail;
        if (tls_.refresh(env_.clock().now()) == tls_reload::verdict::changed) {
            if (client_)
                env_.log().write(observe::level::info, "kube", "certificates have changed, connecting anew", {});
            client_.reset();
        }
        if (auto const& f = tls_.trouble(); f.code && f.detail != before)
            env_.log().write(observe::level::error, "kube", "cannot use the certificates, keeping the old ones",
                             {{"error", f.message()}});
        if (!client_)
            client_ = std::make_shared<Client>(make_(tls_.options()));
        return client_;
    }

    Env& env_;
    maker make_;
    tls_reload tls_;
    std::shared_ptr<Client> client_;  // made when it is needed
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_CLUSTER_TRANSPORT_HPP
