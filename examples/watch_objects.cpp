// Watches objects of a cluster with an informer, which lists first and then follows, through dropped connections too.
//
// The cluster is the embedded API server. Prints:
//   added default/settings
//   modified default/settings
//   deleted default/settings
#include <penstock/clock/steady.hpp>
#include <penstock/embedded/kube_server.hpp>
#include <penstock/http/client.hpp>
#include <penstock/kube/api_client.hpp>
#include <penstock/kube/informer.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/kube/object.hpp>
#include <penstock/testing/loop.hpp>

#include <boost/asio/cancellation_signal.hpp>

#include <array>
#include <iostream>

using namespace penstock;
using namespace std::chrono_literals;

using world = env::basic_environment<clock::steady>;
using cluster = kube::api_client<world, http::client>;
namespace known = kube::known;

awaitable<result<void>> change_things(cluster& api, embedded::kube_server& server)
{
    auto const end = clock::steady::now() + 10s;
    kube::object_name const name{"default", "settings"};
    boost::json::value object = {{"apiVersion", "v1"},
                                 {"kind", "ConfigMap"},
                                 {"metadata", {{"name", "settings"}}},
                                 {"data", {{"colour", "blue"}}}};
    if (auto made = co_await api.create(known::config_maps, "default", object, kube::write_options(), end); !made)
        co_return made.error();
    server.drop_watches();  // what happens meanwhile is not lost
    boost::json::value change = {{"data", {{"colour", "green"}}}};
    auto patched = co_await api.patch(known::config_maps, name, kube::patch_type::merge, change,
                                      kube::patch_options("example"), end);
    if (!patched)
        co_return patched.error();
    co_await clock::steady::sleep_until(clock::steady::now() + 200ms);  // a watch may leave out what is overtaken
    auto removed = co_await api.remove(known::config_maps, name, kube::remove_options(), end);
    co_return removed ? result<void>() : removed.error();
}

int main()
{
    asio::io_context context(1);
    embedded::kube_server server(context.get_executor());
    server.start().value();

    world env;
    http::client transport(context.get_executor());
    cluster api(env, transport, server.url());
    bool deleted = false;
    kube::informer_options options;
    options.ns = "default";
    kube::informer informer(env, api, context.get_executor(), known::config_maps, options,
                            [&](kube::object_event event, boost::json::object const& object) {
                                auto const name = kube::name_of(object);
                                deleted = event == kube::object_event::deleted;
                                std::array const words{"added", "modified", "deleted"};
                                std::cout << words[static_cast<std::size_t>(event)] << ' ' << name.ns << '/'
                                          << name.name << '\n';
                            });
    asio::cancellation_signal stop;
    asio::co_spawn(context, unwinding(informer.run()),
                   asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr, error_code) {}));
    testing::run_for_real(context, informer.wait_synced()).value();
    testing::run_for_real(context, change_things(api, server)).value();
    for (int i = 0; i < 100 && !deleted; ++i)
        context.run_one_for(100ms);
    stop.emit(asio::cancellation_type::terminal);
    context.run_for(1s);
    return deleted ? 0 : 1;
}
