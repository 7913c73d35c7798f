#include "run.hpp"

#include "application.hpp"
#include "file_watch.hpp"
#include "secret_reader.hpp"
#include "world.hpp"

#include <penstock/clock/task_group.hpp>
#include <penstock/hook/gitlab.hpp>
#include <penstock/hook/hex_hmac.hpp>
#include <penstock/hook/verifier.hpp>
#include <penstock/kube/kubeconfig.hpp>
#include <penstock/metrics/names.hpp>
#include <penstock/version.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <unistd.h>

namespace penstock::sidecar {

namespace {

template <class Scheme>
result<void> check_list(std::vector<secret_place> const& places, std::size_t least)
{
    hook::verifier_options const verifying{.min_secret = least};
    for (auto const& place : places) {
        if (std::holds_alternative<from_kubernetes>(place.where))
            continue;
        auto found = read_local_secret(place);
        if (!found)
            return found.error();
        auto usable = hook::verifier<Scheme>::make({*std::move(found)}, verifying);
        if (!usable)
            return failure(errc::invalid_configuration, place.position + ": " + place.describe() + ": "
                                                            + usable.error().detail
                                                            + "; write one of at least 16 random bytes");
    }
    return {};
}

bool writable_directory(std::string const& path)
{
    std::error_code ec;
    return std::filesystem::is_directory(path, ec) && ::access(path.c_str(), W_OK) == 0;
}

std::string namespace_of_this_process(kube::connection const& c)
{
    auto const* const set = std::getenv("RUNTIME_NAMESPACE");
    return set != nullptr && *set != '\0' ? std::string(set) : c.default_namespace;
}

/// The process around the application: signals, and reload of the configuration.
class process
{
public:
    process(asio::io_context& context, world& env, run_arguments a, application& app)
        : env_(env), arguments_(std::move(a)), app_(app), ends_(context, SIGTERM, SIGINT), reloads_(context, SIGHUP),
          watch_(arguments_.config)
    {
        env_.metrics().make_gauge(metrics::names::build_info, {PENSTOCK_VERSION}).set(1);
        loaded();
        wait_for_end();
        wait_for_reload();
    }

    awaitable<void> watch_file()
    {
        while (!arguments_.config.empty()) {
            if (auto const ec = co_await env_.clock().sleep_until(env_.clock().now() + std::chrono::seconds(1)))
                co_return;
            if (watch_.changed())
                reload("the file changed");
        }
    }

    void close()
    {
        ends_.cancel();
        reloads_.cancel();
    }
private:
    void wait_for_end()
    {
        ends_.async_wait([this](error_code ec, int signal) {
            if (ec)
                return;
            if (std::exchange(ending_, true))
                std::_Exit(1);  // asked twice: at once
            env_.log().write(observe::level::info, "setup", "stopping", {{"signal", signal}});
            app_.stop();
            wait_for_end();
        });
    }

    void wait_for_reload()
    {
        reloads_.async_wait([this](error_code ec, int) {
            if (ec)
                return;
            reload("SIGHUP");
            wait_for_reload();
        });
    }

    void reload(std::string_view why)
    {
        auto fresh = configuration_of(arguments_);
        auto done = fresh ? check_local_secrets(*fresh) : result<void>(fresh.error());
        if (done)
            done = app_.reload(*fresh);
        if (!done) {
            env_.metrics().make_gauge(metrics::names::config_last_reload_successful, {}).set(0);
            env_.log().write(observe::level::error, "setup", "the configuration was not reloaded; the old one stays",
                             {{"why", why}, {"error", done.error().detail}});
            return;
        }
        loaded();
        env_.log().write(observe::level::info, "setup", "reloaded the configuration", {{"why", why}});
    }

    void loaded()
    {
        env_.metrics().make_gauge(metrics::names::config_last_reload_successful, {}).set(1);
        double const now = std::chrono::duration<double>(env_.clock().wall().time_since_epoch()).count();
        env_.metrics().make_gauge(metrics::names::config_last_reload_success_timestamp_seconds, {}).set(now);
    }

    world& env_;
    run_arguments arguments_;
    application& app_;
    asio::signal_set ends_;
    asio::signal_set reloads_;
    file_watch watch_;
    bool ending_ = false;
};

int wrong_configuration(failure const& f)
{
    std::cerr << "penstock: " << f.detail << "\n";
    return 2;
}

}  // namespace

result<configuration> configuration_of(run_arguments const& a)
{
    if (!a.systems.empty() && a.systems != "sync")
        return failure(errc::invalid_configuration,
                       "--systems: '" + a.systems + "' is not part of this build; write sync");
    auto c = a.config.empty() ? result<configuration>(configuration()) : load_configuration(a.config);
    if (!c)
        return c;
    if (!a.label_selector.empty())
        c->label_selector = a.label_selector;
    if (!a.watch_all_namespaces && c->namespaces.empty()) {
        auto const* const own = std::getenv("RUNTIME_NAMESPACE");
        if (own == nullptr || *own == '\0')
            return failure(errc::invalid_configuration,
                           "--watch-all-namespaces=false needs RUNTIME_NAMESPACE, or watch.namespaces in the file");
        c->namespaces.emplace_back(own);
    }
    return c;
}

result<void> check_local_secrets(configuration const& c)
{
    if (auto const github = check_list<hook::github_sha256>(c.github_secrets, c.min_secret); !github)
        return github;
    if (auto const gitlab = check_list<hook::gitlab>(c.gitlab_secrets, c.min_secret); !gitlab)
        return gitlab;
    if (auto const gitea = check_list<hook::gitea>(c.gitea_secrets, c.min_secret); !gitea)
        return gitea;
    for (auto const& [name, place] : c.tokens) {
        if (std::holds_alternative<from_kubernetes>(place.where))
            continue;
        if (auto const token = read_local_secret(place); !token)
            return token.error();
    }
    return {};
}

std::string store_path_of(run_arguments const& a, configuration const& c)
{
    if (!c.sqlite_path.empty())
        return c.sqlite_path;
    std::string directory = a.state_dir;
    if (directory.empty() && writable_directory("/data"))
        directory = "/data";
    if (directory.empty()) {
        auto const* const state = std::getenv("XDG_STATE_HOME");
        auto const* const home = std::getenv("HOME");
        if (state != nullptr && *state != '\0')
            directory = std::string(state) + "/penstock";
        else if (home != nullptr && *home != '\0' && writable_directory(home))
            directory = std::string(home) + "/.local/state/penstock";
        else
            directory = "/tmp/penstock";
    }
    std::error_code ec;
    std::filesystem::create_directories(directory, ec);  // the store says what is wrong if this failed
    return directory + "/penstock.db";
}

int run_sidecar(run_arguments const& a)
{
    auto c = configuration_of(a);
    if (!c)
        return wrong_configuration(c.error());
    if (auto const usable = check_local_secrets(*c); !usable)
        return wrong_configuration(usable.error());
    auto const leader = leadership_of(a);
    if (!leader)
        return wrong_configuration(leader.error());
    kube::connection_options where;
    where.kubeconfig = a.kubeconfig;
    where.context = c->kube_context;
    auto cluster = kube::load_connection(where);
    if (!cluster)
        return wrong_configuration(cluster.error());

    world env = make_world(a.log_level, a.log_encoding);
    asio::io_context context{1};
    application_settings settings;
    settings.hooks_addr = a.hooks_addr;
    settings.metrics_addr = a.metrics_addr;
    settings.health_addr = a.health_addr;
    settings.store_path = store_path_of(a, *c);
    settings.cluster = *cluster;
    settings.sync.configuration = *c;
    settings.sync.own_namespace = namespace_of_this_process(*cluster);
    settings.sync.no_cross_namespace_refs = a.no_cross_namespace_refs;
    settings.sync.concurrent = static_cast<unsigned>(a.concurrent);
    settings.sync.leader = *leader;
    application app(env, context.get_executor(), settings);
    if (auto const opened = app.open(); !opened) {
        auto const& why = opened.error();
        std::cerr << "penstock: " << (why.detail.empty() ? why.message() : why.detail) << "\n";
        return why.code == errc::invalid_configuration ? 2 : 1;
    }
    env.log().write(observe::level::info, "setup", "started",
                    {{"version", PENSTOCK_VERSION},
                     {"hooks", app.hooks_port()},
                     {"metrics", app.metrics_port()},
                     {"health", app.health_port()},
                     {"cluster", cluster->origin},
                     {"store", settings.store_path}});
    process around(context, env, a, app);
    clock::task_group tasks(context.get_executor());
    tasks.spawn(around.watch_file());
    int code = 0;
    auto const finished = [&](std::exception_ptr thrown, result<void> ended) {
        if (thrown || !ended) {
            env.log().write(observe::level::error, "setup", "ended because of an error",
                            {{"error", thrown ? std::string("an exception") : ended.error().message()}});
            code = 1;
        }
        around.close();
        tasks.cancel();
    };
    asio::co_spawn(context, unwinding(app.run()), finished);
    context.run();
    if (code == 0)
        env.log().write(observe::level::info, "setup", "stopped", {});
    return code;
}

}  // namespace penstock::sidecar
