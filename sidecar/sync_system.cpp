#include "sync_system.hpp"

#include "receiver_hooks.hpp"
#include "secret_keeper.hpp"
#include "sync_parts.hpp"
#include "sync_report.hpp"

#include <penstock/clock/task_group.hpp>
#include <penstock/crypto/base64.hpp>
#include <penstock/http/proxy.hpp>

#include <random>
#include <utility>
#include <vector>

namespace penstock::sidecar {

namespace {

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

awaitable<result<secret>> read_cluster_secret(api_type& api, kube::object_name name, std::string key,
                                              time_point deadline)
{
    auto object = co_await api.get(kube::known::secrets, name, deadline);
    if (!object)
        co_return object.error();
    auto const* const data = object->is_object() ? kube::object_at(object->get_object(), "data") : nullptr;
    auto const* const value = data == nullptr ? nullptr : data->if_contains(key);
    if (value == nullptr || !value->is_string())
        co_return failure(errc::invalid_configuration, "there is no such key in secret " + name.text());
    auto decoded = crypto::base64_decode(value->get_string());
    if (!decoded)
        co_return failure(errc::invalid_configuration, "the value in secret " + name.text() + " is not base64");
    co_return secret(*std::move(decoded));
}

}  // namespace

class sync_system::impl
{
public:
    impl(world& e, executor ex, kube::connection to, store_type& kept, sync_settings s)
        : env(e), loop(ex), settings(std::move(s)),
          transport(ex, client_options_for(to.tls, to.proxy_url)),
          api(env, transport, to.server, to.credential),
          box(kept),
          in(env, book, box, [this](std::string const& key, sync::trigger why) { wake(key, why); }),
          remote(api, [this](http::tls_options tls) { return connect(std::move(tls)); }, [this](std::string const& url) { return forge_credential(url); }),
          peers(api, remote, box),
          what(env, book, peers),
          controller(env, what, ex, controller_options_for(settings.concurrent)),
          polled(env, ex, book, in, remote, polls_options_for(settings.configuration)),
          github(env, in, {"github"}),
          gitlab(env, in, {"gitlab"}),
          receivers(env, api, in, settings.no_cross_namespace_refs),
          secrets(env, [this](std::string name, std::string key) {
              return read_cluster_secret(api, kube::object_name(settings.own_namespace, std::move(name)),
                                         std::move(key), env.clock().now() + 10s);
          }),
          tasks(ex)
    {
        keep_secrets();
        auto namespaces = settings.configuration.namespaces;
        if (namespaces.empty())
            namespaces.emplace_back();  // all of them
        for (auto const& ns : namespaces) {
            kube::informer_options o;
            o.ns = ns;
            o.label_selector = settings.configuration.label_selector;
            repositories.push_back(std::make_unique<informer_type>(
                env, api, ex, kube::known::git_repositories, o,
                [this](kube::object_event how, boost::json::object const& object) { observe(how, object); }));
            receiver_watches.push_back(std::make_unique<informer_type>(
                env, api, ex, kube::known::receivers, o,
                [this](kube::object_event how, boost::json::object const& object) {
                    receivers.observe(how == kube::object_event::deleted, object);
                }));
        }
    }

    std::unique_ptr<forge_transport> connect(http::tls_options tls)
    {
        http::governed_options o;
        for (auto const& forge : settings.configuration.forges)
            o.quota.reserve = std::max(o.quota.reserve, forge.reserve);
        return std::make_unique<forge_transport>(env, http::client(loop, client_options_for(std::move(tls), "")), o);
    }

    void keep_secrets()
    {
        auto const& c = settings.configuration;
        secrets.clear();
        secrets.keep("github", c.github_secrets, [this](auto const& all) { return github.use(all); });
        secrets.keep("gitlab", c.gitlab_secrets, [this](auto const& all) { return gitlab.use(all); });
        for (auto const& [name, place] : c.tokens) {
            auto const use = [this, name = name](std::vector<secret> const& all) {
                tokens[name] = all.front();
                return result<void>();
            };
            secrets.keep("credential " + name, {place}, use);
        }
    }

    void wake(std::string const& key, sync::trigger why)
    {
        if (why == sync::trigger::webhook || why == sync::trigger::receiver)
            polled.webhook_worked(key);
        controller.add(key);
    }

    void observe(kube::object_event how, boost::json::object const& object)
    {
        auto decoded = sync::decode_source(object, "GitRepository");
        if (!decoded)
            return;
        auto const key = sync::make_key(decoded->kind, decoded->ns, decoded->name);
        if (how == kube::object_event::deleted) {
            book.forget(key);
            in.routes().erase(key);
            polled.forget(key);
        } else if (book.observe(*decoded, env.clock().now()) == sync::ledger::seen::news) {
            in.routes().put(*decoded);
            polled.observe(key, *decoded);
        }
        controller.add(key);
    }

    git::credential forge_credential(std::string const& url)
    {
        for (auto const& forge : settings.configuration.forges) {
            auto const token = tokens.find(forge.credential);
            if (token == tokens.end() || !url.starts_with("https://" + forge.host + "/"))
                continue;
            auto const* const user = forge.type == "gitlab" ? "oauth2" : "x-access-token";
            return git::credential::basic(user, token->second);
        }
        return {};
    }

    awaitable<void> resync()
    {
        for (;;) {
            if (auto const ec = co_await env.clock().sleep_until(env.clock().now() + settings.configuration.resync))
                co_return;
            for (auto const& [key, entry] : book.entries())
                controller.add(key);
        }
    }

    awaitable<void> watch(informer_type& informer)
    {
        auto const ended = co_await informer.run();
        if (ended && ended != asio::error::operation_aborted)
            failed = failure(ended, "the watch of " + informer.what().qualified());
    }

    awaitable<void> poll()
    {
        auto const ended = co_await polled.run();
        if (!ended && ended.error().code != asio::error::operation_aborted)
            failed = ended.error();
    }

    /// The cluster is known before what an earlier process left is judged: an object that is not seen is gone.
    awaitable<void> take_up()
    {
        for (auto const& informer : repositories) {
            while (!informer->synced()) {
                auto const synced = co_await informer->wait_synced();
                if (!synced && synced.error().code == asio::error::operation_aborted)
                    co_return;
                if (!synced) {
                    if (auto const ec = co_await env.clock().sleep_until(env.clock().now() + 1s))
                        co_return;
                }
            }
        }
        auto const left = co_await in.recover();
        if (!left)
            failed = left.error();
        else if (*left != 0)
            env.log().write(observe::level::info, "sync", "took up deliveries of the process before",
                            {{"count", *left}});
        recovered = true;
    }

    awaitable<result<void>> run()
    {
        co_await secrets.refresh();
        for (auto const& informer : repositories)
            tasks.spawn(watch(*informer));
        for (auto const& informer : receiver_watches)
            tasks.spawn(watch(*informer));
        tasks.spawn(poll());
        tasks.spawn(secrets.run());
        tasks.spawn(receivers.run(loop));
        tasks.spawn(resync());
        tasks.spawn(take_up());
        auto ended = co_await controller.run();
        polled.stop();
        tasks.cancel();
        co_await tasks.join();
        if (failed.code)
            co_return failed;
        co_return ended;
    }

    world& env;
    executor loop;
    sync_settings settings;
    http::client transport;
    api_type api;
    sync::ledger book;
    inbox_type box;
    intake_type in;
    remote_type remote;
    peers_type peers;
    reconciler_type what;
    controller_type controller;
    polls_type polled;
    github_webhook github;
    gitlab_webhook gitlab;
    receiver_hooks receivers;
    std::vector<std::unique_ptr<informer_type>> repositories;
    std::vector<std::unique_ptr<informer_type>> receiver_watches;
    secret_keeper secrets;
    std::map<std::string, secret, std::less<>> tokens;
    clock::task_group tasks;
    failure failed;
    bool recovered = false;
};

sync_system::sync_system(world& env, executor ex, kube::connection to, store::sqlite_store& kept, sync_settings settings)
    : impl_(std::make_unique<impl>(env, std::move(ex), std::move(to), kept, std::move(settings)))
{}

sync_system::~sync_system() = default;

awaitable<result<void>> sync_system::run()
{
    return impl_->run();
}

void sync_system::stop(time_point deadline)
{
    impl_->controller.stop(deadline);
}

awaitable<void> sync_system::serve(http::exchange& e)
{
    auto const path = e.head().path();
    if (path == "/webhook/github" && !impl_->settings.configuration.github_secrets.empty())
        return impl_->github.handle(e);
    if (path == "/webhook/gitlab" && !impl_->settings.configuration.gitlab_secrets.empty())
        return impl_->gitlab.handle(e);
    return impl_->receivers.handle(e);
}

result<void> sync_system::reload(configuration const& fresh)
{
    auto& now = impl_->settings.configuration;
    if (fresh.namespaces != now.namespaces || fresh.label_selector != now.label_selector ||
        fresh.kube_context != now.kube_context || fresh.sqlite_path != now.sqlite_path)
        return failure(errc::invalid_configuration,
                       "kubernetes, watch and store cannot change while it runs; restart to use them");
    now = fresh;
    impl_->keep_secrets();
    impl_->polled.set_interval(fresh.poll.interval);
    impl_->tasks.spawn(impl_->secrets.refresh());
    return {};
}

std::string sync_system::not_ready_because() const
{
    for (auto const& informer : impl_->repositories)
        if (!informer->synced())
            return "GitRepositories have not been listed yet" +
                   (informer->trouble().code ? ": " + informer->trouble().message() : std::string());
    return impl_->recovered ? "" : "stored deliveries have not been taken up yet";
}

result<boost::json::value> sync_system::explain(std::string_view object) const
{
    return explain_source(impl_->book, impl_->polled, impl_->env, object);
}

boost::json::value sync_system::overview() const
{
    return describe_sources(impl_->book, impl_->polled, impl_->env);
}

void sync_system::refresh_metrics()
{
    impl_->controller.refresh();
    count_sources(impl_->book, impl_->polled, impl_->env);
}

}  // namespace penstock::sidecar
