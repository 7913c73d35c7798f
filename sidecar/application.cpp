#include "application.hpp"

#include "start_memory.hpp"
#include "status_page.hpp"

#include <penstock/clock/gate.hpp>
#include <penstock/clock/task_group.hpp>
#include <penstock/observe/page.hpp>
#include <penstock/observe/process_collector.hpp>

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace penstock::sidecar {

namespace {

http::server_options server_options_for(address const& where)
{
    http::server_options o;
    o.address = where.host.empty() ? "0.0.0.0" : where.host;
    o.port = where.port;
    o.max_exchanges = o.max_connections;  // bodies that crawl then make room, as idle connections do
    return o;
}

}  // namespace

result<address> parse_address(std::string const& text, std::string const& flag)
{
    auto const colon = text.rfind(':');
    address a;
    bool good = colon != std::string::npos;
    if (good) {
        a.host = text.substr(0, colon);
        if (a.host.starts_with('[') && a.host.ends_with(']'))
            a.host = a.host.substr(1, a.host.size() - 2);
        if (a.host == "localhost")
            a.host = "127.0.0.1";
        auto const* const first = text.data() + colon + 1;
        auto const [end, ec] = std::from_chars(first, text.data() + text.size(), a.port);
        good = ec == std::errc() && end == text.data() + text.size() && end != first;
    }
    if (!good)
        return failure(errc::invalid_configuration,
                       flag + ": '" + text + "' is not an address; write :9295 or 127.0.0.1:9295");
    return a;
}

class application::impl
{
public:
    impl(world& e, executor ex, application_settings s)
        : env(e), loop(ex), settings(std::move(s)), page(e.metrics()), usage(e.metrics()), stop_asked(ex), tasks(ex),
          settling(ex)
    {
        page.before([this] { usage.refresh(); });
        page.before([this] { sync->refresh_metrics(); });
        auto const dropped = env.metrics().make_counter(metrics::names::log_lines_dropped_total, {});
        page.before([this, dropped] {
            auto const now = env.log().dropped();
            dropped.increment(static_cast<double>(now - std::exchange(dropped_lines, now)));
        });
    }

    result<void> open()
    {
        auto opened = store::sqlite_store::open(settings.store_path);
        if (!opened)
            return opened.error();
        kept = *std::move(opened);
        sync = std::make_unique<sync_system>(env, loop, settings.cluster, *kept, settings.sync);
        auto const on_hooks = [this](http::exchange& x) { return sync->serve(x); };
        auto const on_metrics = [this](http::exchange& x) { return serve_metrics(x); };
        auto const on_health = [this](http::exchange& x) { return serve_health(x); };
        for (auto const& one : {open_port(hooks, settings.hooks_addr, "--hooks-addr", on_hooks),
                                open_port(metrics, settings.metrics_addr, "--metrics-addr", on_metrics),
                                open_port(health, settings.health_addr, "--health-addr", on_health)})
            if (!one)
                return one.error();
        return {};
    }

    result<void> open_port(std::optional<http::server>& into, std::string const& text, std::string const& flag,
                           http::handler handle)
    {
        auto where = parse_address(text, flag);
        if (!where)
            return where.error();
        into.emplace(loop, server_options_for(*where), std::move(handle));
        auto listening = into->listen();
        if (!listening)
            return failure(errc::unavailable, flag + " " + text + ": " + listening.error().detail);
        return {};
    }

    awaitable<void> serve_health(http::exchange& x)
    {
        auto const path = x.head().path();
        http::response answer(404, "text/plain; charset=utf-8", "not found; there are /healthz, /readyz and /leader\n");
        if (path == "/healthz" || path.starts_with("/healthz/")) {
            auto const found = sync->health().ask(path.substr(std::min<std::size_t>(path.size(), 9)));
            bool const brief = found.status == 200 && path == "/healthz";
            answer = http::response(found.status, "text/plain; charset=utf-8", brief ? "ok\n" : found.text);
        } else if (path == "/readyz") {
            auto const why = stopping ? std::string("draining") : sync->not_ready_because();
            auto const trouble = sync->trouble();  // not ready would take the hooks away: deliveries would be lost
            auto const well = trouble.empty() ? "ok" : "ok; syncs wait until the API server works again: " + trouble;
            answer =
                http::response(why.empty() ? 200 : 503, "text/plain; charset=utf-8", (why.empty() ? well : why) + "\n");
        } else if (path == "/leader") {
            answer =
                http::response(sync->leads() ? 200 : 503, "text/plain; charset=utf-8", sync->describe_leader() + "\n");
        }
        auto const sent = co_await x.respond(answer);
        static_cast<void>(sent);  // a prober that went away is its own affair
    }

    awaitable<void> serve_metrics(http::exchange& x)
    {
        std::string const path(x.head().path());
        http::response answer(404, "text/plain; charset=utf-8", "not found; there are /, /metrics and /explain/\n");
        if (x.head().method != "GET" && x.head().method != "HEAD") {
            answer = http::response(405, "text/plain; charset=utf-8", "GET only\n");
            answer.fields.set("Allow", "GET, HEAD");
        } else if (path == "/metrics") {
            answer = http::response(200, std::string(observe::page::content_type), page.text());
        } else if (path == "/") {
            answer = http::response(200, "text/html; charset=utf-8", status_page(sync->overview()));
        } else if (path == "/sources") {
            answer = http::response(200, "application/json", boost::json::serialize(sync->overview()) + "\n");
        } else if (path.starts_with("/explain/")) {
            auto const found = sync->explain(std::string_view(path).substr(9));
            answer = found ? http::response(200, "application/json", boost::json::serialize(*found) + "\n")
                           : http::response(404, "text/plain; charset=utf-8", found.error().detail + "\n");
        }
        auto const sent = co_await x.respond(answer);
        static_cast<void>(sent);
    }

    awaitable<void> run_sync()
    {
        auto ended = co_await sync->run();
        if (!ended && ended.error().code != asio::error::operation_aborted && !failed.code && !stopping)
            failed = ended.error();
        sync_ended = true;
        stop_asked.notify();
    }

    awaitable<void> settle()
    {
        do {
            if (auto const ec = co_await env.clock().sleep_until(env.clock().now() + std::chrono::seconds(1)))
                co_return;
        } while (!sync->not_ready_because().empty());
        release_start_memory();
    }

    awaitable<result<void>> run()
    {
        settling.spawn(settle());
        tasks.spawn(hooks->run());
        tasks.spawn(metrics->run());
        tasks.spawn(health->run());
        tasks.spawn(run_sync());
        while (!stopping && !sync_ended) {
            if (auto const ec = co_await stop_asked.wait())
                break;
        }
        stopping = true;
        settling.cancel();
        auto const end = env.clock().now() + settings.drain;
        env.log().write(observe::level::info, "setup", "draining", {});
        hooks->stop_accepting();
        sync->stop(end);
        co_await hooks->drain(end);
        co_await health->drain(end);
        co_await metrics->drain(end);
        co_await settling.join();
        co_await tasks.join();
        if (failed.code)
            co_return failed;
        co_return result<void>();
    }

    world& env;
    executor loop;
    application_settings settings;
    std::unique_ptr<store::sqlite_store> kept;
    std::unique_ptr<sync_system> sync;
    std::optional<http::server> hooks;
    std::optional<http::server> metrics;
    std::optional<http::server> health;
    observe::page page;
    observe::process_collector<observe::prometheus_sink> usage;
    clock::gate stop_asked;
    clock::task_group tasks;
    clock::task_group settling;
    failure failed;
    std::uint64_t dropped_lines = 0;  // as of the last page
    bool stopping = false;
    bool sync_ended = false;
};

application::application(world& env, executor ex, application_settings settings)
    : impl_(std::make_unique<impl>(env, std::move(ex), std::move(settings)))
{}

application::~application() = default;

result<void> application::open()
{
    return impl_->open();
}

awaitable<result<void>> application::run()
{
    return impl_->run();
}

void application::stop()
{
    impl_->stopping = true;
    impl_->stop_asked.notify();
}

result<void> application::reload(configuration const& fresh)
{
    return impl_->sync->reload(fresh);
}

std::uint16_t application::hooks_port() const
{
    return impl_->hooks->port();
}

std::uint16_t application::metrics_port() const
{
    return impl_->metrics->port();
}

std::uint16_t application::health_port() const
{
    return impl_->health->port();
}

sync_system& application::sync()
{
    return *impl_->sync;
}

}  // namespace penstock::sidecar
