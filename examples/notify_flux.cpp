// Tells Flux's notification-controller what has happened to an object; saying it twice does no harm.
//
// The controller is a small server that answers like it. Prints:
//   GitRepository app: Synced, stored main@sha1:4d5e6f
//   posted once, and once it was a duplicate
#include <penstock/clock/steady.hpp>
#include <penstock/clock/task_group.hpp>
#include <penstock/http/client.hpp>
#include <penstock/http/server.hpp>
#include <penstock/kube/flux_notifier.hpp>
#include <penstock/testing/loop.hpp>
#include <penstock/testing/recording_sink.hpp>

#include <boost/json/parse.hpp>

#include <iostream>

using namespace penstock;
using namespace std::chrono_literals;

using world = env::basic_environment<clock::steady, testing::recording_sink>;

int heard = 0;

awaitable<void> controller(http::exchange& x)
{
    auto const body = co_await x.read_all(1U << 20U);
    auto const event = boost::json::parse(*body).as_object();
    if (++heard == 1)
        std::cout << kube::text_at(event, {"involvedObject", "kind"}) << ' '
                  << kube::text_at(event, {"involvedObject", "name"}) << ": " << kube::text_at(event, "reason") << ", "
                  << kube::text_at(event, "message") << '\n';
    http::response const answer(heard == 1 ? 202 : 429);
    static_cast<void>(co_await x.respond(answer));
}

int main()
{
    asio::io_context context(1);
    http::server_options where;
    where.address = "127.0.0.1";
    http::server server(context.get_executor(), where, controller);
    kube::flux_notifier_options options;
    options.url = "http://127.0.0.1:" + std::to_string(server.listen().value()) + '/';
    options.component = "plumber";
    clock::task_group tasks(context.get_executor());
    tasks.spawn(server.run());

    world env;
    http::client transport(context.get_executor());
    kube::flux_notifier<world, http::client> notifier(env, transport, context.get_executor(), options);
    kube::event_note note;
    note.about.api_version = "source.toolkit.fluxcd.io/v1";
    note.about.kind = "GitRepository";
    note.about.name = kube::object_name("flux-system", "app");
    note.reason = "Synced";
    note.message = "stored main@sha1:4d5e6f";
    kube::flux_event event(note);
    event.metadata["revision"] = "main@sha1:4d5e6f";
    notifier.note(event);
    notifier.note(event);
    notifier.stop();  // what waits is sent, and then `run` ends
    testing::run_for_real(context, notifier.run());

    auto const total = [&](char const* how) { return env.metrics().value(metrics::names::flux_events_total, {how}); };
    bool const good = total("posted") == 1 && total("duplicate") == 1;
    std::cout << (good ? "posted once, and once it was a duplicate\n" : "something else happened\n");
    tasks.cancel();
    context.run_for(100ms);
    return good ? 0 : 1;
}
