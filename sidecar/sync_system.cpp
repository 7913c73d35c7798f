#include "sync_system.hpp"

#include "cluster_secret.hpp"
#include "cluster_watch.hpp"
#include "forge_hooks.hpp"
#include "hook_door.hpp"
#include "inbox_recovery.hpp"
#include "leadership.hpp"
#include "patience.hpp"
#include "receiver_hooks.hpp"
#include "secret_keeper.hpp"
#include "sync_options.hpp"
#include "sync_parts.hpp"
#include "sync_report.hpp"

#include <penstock/clock/task_group.hpp>

#include <utility>
#include <vector>

namespace penstock::sidecar {

using namespace std::chrono_literals;

class sync_system::impl
{
public:
    impl(world& e, executor ex, kube::connection to, store_type& kept, sync_settings s)
        : env(e), loop(ex), settings(std::move(s)), cluster(env, ex, to), api(cluster.api()), box(kept),
          in(env, book, box, [this](std::string const& key, sync::trigger why) { wake(key, why); }),
          remote(
              api, [this](http::tls_options tls, std::string const& proxy) { return connect(std::move(tls), proxy); },
              [this](std::string const& url) { return forge_credential(settings.configuration, tokens, url); },
              apps_type(env, ex)),
          peers(api, remote, box), what(env, book, peers),
          controller(env, what, ex, controller_options_for(settings.concurrent)),
          polled(env, ex, book, in, remote, polls_options_for(settings.configuration)),
          leader(env, api, ex, settings.own_namespace, settings.leader), forges(env, in),
          receivers(env, api, in, book, settings.no_cross_namespace_refs),
          watches(
              env, api, ex, settings.configuration,
              [this](kube::object_event how, boost::json::object const& object) { observe(how, object); },
              [this](kube::object_event how, boost::json::object const& object) {
                  receivers.observe(how == kube::object_event::deleted, object);
              },
              [this] { look_again(); }),
          secrets(env,
                  [this](std::string name, std::string key) {
                      return read_cluster_secret(api, kube::object_name(settings.own_namespace, std::move(name)),
                                                 std::move(key), env.clock().now() + 10s);
                  }),
          door(env, settings.configuration, watches, secrets, forges, receivers), tasks(ex)
    {
        keep_secrets();
        alive.add("leader", [this] { return leader.unhealthy_because(); });
    }

    std::unique_ptr<forge_transport> connect(http::tls_options tls, std::string const& proxy)
    {
        http::governed_options o;
        o.reserves = reserves_of(settings.configuration);
        return std::make_unique<forge_transport>(env, http::client(loop, client_options_for(std::move(tls), proxy)), o);
    }

    void keep_secrets()
    {
        auto const& c = settings.configuration;
        secrets.replace();
        forges.keep(secrets, c);
        for (auto const& [name, place] : c.tokens) {
            auto const use = [this, credential = name](std::vector<secret> const& all, auto const&) {
                if (all.empty())
                    tokens.erase(credential);
                else
                    tokens[credential] = all.front();
                return result<void>();
            };
            secrets.keep("credential " + name, {place}, use);
        }
        secrets.replaced();
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
        } else if (book.watched(*decoded, env.clock().now()) == sync::ledger::seen::news) {
            in.routes().put(*decoded);
            polled.observe(key, *decoded);
        }
        controller.add(key);
    }

    awaitable<void> resync()
    {
        for (;;) {
            if (auto const ec = co_await env.clock().sleep_until(env.clock().now() + settings.configuration.resync))
                co_return;
            book.tidy();
            look_again();
        }
    }

    void look_again()
    {
        for (auto const& [key, entry] : book.entries())
            controller.add(key);
    }

    awaitable<void> watch()
    {
        auto const ended = co_await watches.run();
        if (!ended)
            end_because_of(ended.error());
    }

    /// A part that must run has ended by itself: so does the system, and says why.
    void end_because_of(failure const& why)
    {
        if (why.code == asio::error::operation_aborted)
            return;
        failed = why;
        controller.stop(env.clock().now());
    }

    awaitable<void> poll()
    {
        auto const ended = co_await polled.run();
        if (!ended)
            end_because_of(ended.error());
    }

    /// The cluster is known before what an earlier process left is judged: an object that is not seen is gone.
    awaitable<void> take_up()
    {
        for (patience p(env); !watches.repositories_listed();)
            if (auto const ec = co_await p.wait())
                co_return;
        recovered = co_await recover_inbox(env, in);
    }

    awaitable<result<void>> run()
    {
        tasks.spawn(watch());
        leadership::work polling = [this] { return poll(); };
        tasks.spawn(leader.run(std::move(polling)));
        tasks.spawn(secrets.run());
        tasks.spawn(receivers.run(loop));
        tasks.spawn(resync());
        tasks.spawn(take_up());
        tasks.spawn(door.open());
        auto ended = co_await controller.run();
        polled.stop();
        tasks.cancel();
        co_await tasks.join();
        co_await remote.close();
        co_return failed.code ? result<void>(failed) : ended;
    }

    world& env;
    executor loop;
    sync_settings settings;
    cluster_type cluster;
    api_type& api;
    sync::ledger book;
    inbox_type box;
    intake_type in;
    remote_type remote;
    peers_type peers;
    reconciler_type what;
    controller_type controller;
    polls_type polled;
    leadership leader;
    forge_hooks forges;
    receiver_hooks receivers;
    cluster_watch watches;
    secret_keeper secrets;
    hook_door door;
    std::map<std::string, secret, std::less<>> tokens;
    clock::task_group tasks;
    reconcile::checks alive;
    failure failed;
    bool recovered = false;
};

sync_system::sync_system(world& env, executor ex, kube::connection to, store::sqlite_store& kept,
                         sync_settings settings)
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
    return impl_->door.serve(e);
}

result<void> sync_system::reload(configuration const& fresh)
{
    auto& now = impl_->settings.configuration;
    if (auto const can = can_reload(now, fresh); !can)
        return can;
    now = fresh;
    impl_->keep_secrets();
    impl_->polled.set_cadence(fresh.poll.interval, polls_options_for(fresh).fleet.cadence);
    impl_->tasks.spawn(impl_->secrets.refresh());
    return {};
}

reconcile::checks const& sync_system::health() const
{
    return impl_->alive;
}

std::string sync_system::not_ready_because() const
{
    if (auto why = impl_->door.closed_because(); !why.empty())
        return why;
    return impl_->recovered ? "" : "stored deliveries have not been taken up yet";
}

std::string sync_system::trouble() const
{
    return impl_->watches.trouble();
}

result<boost::json::value> sync_system::explain(std::string_view object) const
{
    return explain_source(impl_->book, impl_->polled, impl_->remote, impl_->env, object);
}

boost::json::value sync_system::overview() const
{
    return describe_sources(impl_->book, impl_->polled, impl_->env);
}

bool sync_system::leads() const
{
    return impl_->leader.leads();
}

std::string sync_system::describe_leader() const
{
    return impl_->leader.describe();
}

void sync_system::refresh_metrics()
{
    impl_->controller.refresh();
    count_sources(impl_->book, impl_->polled, impl_->env);
}

}  // namespace penstock::sidecar
