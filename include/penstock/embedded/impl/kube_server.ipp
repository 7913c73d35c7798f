#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_SERVER_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_SERVER_IPP
#include <penstock/embedded/kube_server.hpp>

#include <penstock/clock/task_group.hpp>
#include <penstock/http/server.hpp>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <memory>
#include <utility>

namespace penstock::embedded {

class kube_server::impl : public std::enable_shared_from_this<kube_server::impl>
{
public:
    impl(executor e, kube_server_options o)
        : ex(std::move(e)), token(o.handler.token), store(std::move(o.store)), handler(store, std::move(o.handler)),
          server(ex, listening(o), [this](http::exchange& x) { return handle(shared_from_this(), x); }), tasks(ex)
    {}

    /// Keeps the state until the exchange has unwound, also where the loop goes first: frames are destroyed in no order.
    static awaitable<void> handle(std::shared_ptr<impl> self, http::exchange& x) { co_await self->handler.handle(x); }

    /// Keeps the state until the server has unwound, even where its owner goes first.
    static awaitable<void> serve(std::shared_ptr<impl> self) { co_await self->server.run(); }

    static http::server_options listening(kube_server_options const& o)
    {
        http::server_options out;
        out.address = o.address;
        out.port = o.port;
        out.max_header = 64 * 1024;
        out.max_connections = 4096;
        out.max_exchanges = 4096;  // every watch is one
        return out;
    }

    executor ex;
    secret token;
    kube_store store;
    kube_handler handler;
    http::server server;
    std::string url;
    clock::task_group tasks;
};

PENSTOCK_DECL kube_server::kube_server(executor ex, kube_server_options options)
{
    auto const address = options.address;
    impl_ = std::make_shared<impl>(std::move(ex), std::move(options));
    impl_->url = "http://" + (address.find(':') == std::string::npos ? address : '[' + address + ']');
}

PENSTOCK_DECL kube_server::~kube_server()
{
    impl_->tasks.cancel();
}

PENSTOCK_DECL result<std::uint16_t> kube_server::start()
{
    auto const port = impl_->server.listen();
    if (!port)
        return port.error();
    impl_->url += ':' + std::to_string(*port);
    impl_->tasks.spawn(impl::serve(impl_));
    return *port;
}

PENSTOCK_DECL awaitable<void> kube_server::stop(time_point deadline)
{
    auto const kept = impl_;
    co_await kept->server.drain(deadline);
}

PENSTOCK_DECL std::string kube_server::url() const
{
    return impl_->server.port() == 0 ? std::string() : impl_->url;
}

PENSTOCK_DECL std::string kube_server::kubeconfig() const
{
    boost::json::object user;
    if (!impl_->token.empty())
        user["token"] = boost::json::string_view(impl_->token.reveal().data(), impl_->token.size());
    boost::json::object cluster{{"server", url()}};
    boost::json::object context{{"cluster", "penstock"}, {"user", "penstock"}, {"namespace", "default"}};
    boost::json::object o;
    o["apiVersion"] = "v1";
    o["kind"] = "Config";
    o["current-context"] = "penstock";
    o["clusters"] = boost::json::array{boost::json::object{{"name", "penstock"}, {"cluster", std::move(cluster)}}};
    o["users"] = boost::json::array{boost::json::object{{"name", "penstock"}, {"user", std::move(user)}}};
    o["contexts"] = boost::json::array{boost::json::object{{"name", "penstock"}, {"context", std::move(context)}}};
    return boost::json::serialize(o);
}

PENSTOCK_DECL kube_store& kube_server::store() noexcept
{
    return impl_->store;
}

PENSTOCK_DECL kube_handler& kube_server::handler() noexcept
{
    return impl_->handler;
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_SERVER_IPP
