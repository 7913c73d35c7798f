// Applies an object on the server's side: says what it wants, is told who is in the way, and takes the field over.
//
// The cluster is the embedded API server. Prints:
//   created settings: blue
//   conflict: painter owns .data.colour
//   took it over: green
#include <penstock/clock/steady.hpp>
#include <penstock/embedded/kube_server.hpp>
#include <penstock/http/client.hpp>
#include <penstock/kube/api_client.hpp>
#include <penstock/kube/api_status.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/testing/loop.hpp>

#include <iostream>
#include <string>
#include <utility>

using namespace penstock;
using namespace std::chrono_literals;

using world = env::basic_environment<clock::steady>;
using cluster = kube::api_client<world, http::client>;

awaitable<result<std::string>> paint(cluster& api, std::string colour, kube::patch_options how)
{
    boost::json::value wanted = {{"apiVersion", "v1"},
                                 {"kind", "ConfigMap"},
                                 {"metadata", {{"name", "settings"}, {"namespace", "default"}}},
                                 {"data", {{"colour", std::move(colour)}}}};
    auto is = co_await api.apply(kube::known::config_maps, wanted, how, clock::steady::now() + 10s);
    if (!is)
        co_return is.error();
    co_return std::string(is->at("data").at("colour").as_string());
}

int main()
{
    asio::io_context context(1);
    embedded::kube_server server(context.get_executor());
    server.start().value();
    world env;
    http::client transport(context.get_executor());
    cluster api(env, transport, server.url());

    kube::patch_options const painter("painter");
    kube::patch_options gardener("gardener");
    auto const made = testing::run_for_real(context, paint(api, "blue", painter));
    std::cout << "created settings: " << made.value() << '\n';

    auto const refused = testing::run_for_real(context, paint(api, "green", gardener));
    auto const* said = refused ? nullptr : kube::status_of(refused.error());
    if (said == nullptr)
        return 1;
    for (auto const& conflict : said->conflicts())
        std::cout << "conflict: " << conflict.manager << " owns " << conflict.field << '\n';

    gardener.force = true;
    auto const taken = testing::run_for_real(context, paint(api, "green", gardener));
    std::cout << "took it over: " << taken.value() << '\n';
    return said->conflicts().size() == 1 && *taken == "green" ? 0 : 1;
}
