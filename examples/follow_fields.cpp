// Keeps three fields of each object and hears of changes in those alone; two handlers share one watch.
// The cluster is the embedded API server. Prints:
//   first: ConfigMap default/settings is blue
//   second: ConfigMap default/settings is blue
//   first: ConfigMap default/settings is green
//   second: ConfigMap default/settings is green
#include <penstock/clock/steady.hpp>
#include <penstock/embedded/kube_server.hpp>
#include <penstock/http/client.hpp>
#include <penstock/kube/api_client.hpp>
#include <penstock/kube/informer.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/testing/loop.hpp>

#include <boost/asio/cancellation_signal.hpp>

#include <iostream>

using namespace penstock;
using namespace std::chrono_literals;

using world = env::basic_environment<clock::steady>;
using cluster = kube::api_client<world, http::client>;
namespace known = kube::known;

struct painted
{
    struct value
    {
        std::string colour;
        text_map labels;
        kube::presence deleting;
        bool operator==(value const&) const = default;
    };
    static constexpr auto fields =
        std::tuple(kube::field("data.colour", &value::colour), kube::field("metadata.labels", &value::labels),
                   kube::field("metadata.deletionTimestamp", &value::deleting));
};

awaitable<result<boost::json::value>> paint(cluster& api, std::string data, std::string colour)
{
    boost::json::value change = {{"data", {{std::move(data), std::move(colour)}}}};
    return api.patch(known::config_maps, {"default", "settings"}, kube::patch_type::merge, std::move(change),
                     kube::patch_options("example"), clock::steady::now() + 10s);
}

int main()
{
    asio::io_context context(1);
    embedded::kube_server server(context.get_executor());
    server.start().value();
    server
        .seed("{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: default}, data: {colour: blue}}")
        .value();
    world env;
    http::client transport(context.get_executor());
    cluster api(env, transport, server.url());
    kube::informer<world, cluster, painted> informer(env, api, context.get_executor(), known::config_maps, {});
    int greens = 0;
    auto const say = [&greens](std::string const& who) {
        return [&greens, who](kube::object_event, kube::known_object<painted> const& o) {
            greens += o.kept.colour == "green" ? 1 : 0;
            std::cout << who << ": ConfigMap " << o.name.text() << " is " << o.kept.colour << '\n';
        };
    };
    auto const first = informer.add(say("first"));
    asio::cancellation_signal stop;
    asio::co_spawn(context, unwinding(informer.run()),
                   asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr, error_code) {}));
    testing::run_for_real(context, informer.wait_synced()).value();
    auto const second = informer.add(say("second"));  // hears of what is known already
    testing::run_for_real(context, paint(api, "size", "large")).value();  // nobody keeps it: nobody hears of it
    testing::run_for_real(context, paint(api, "colour", "green")).value();
    for (int i = 0; i < 100 && greens < 2; ++i)
        context.run_one_for(100ms);
    stop.emit(asio::cancellation_type::terminal);
    context.run_for(1s);
    return greens == 2 ? 0 : 1;
}
