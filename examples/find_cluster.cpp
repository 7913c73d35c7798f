// Finds a cluster as kubectl does, by KUBECONFIG, and talks to it with a limit of its own on requests.
//
// The cluster is the embedded API server, and the file that names it is written here. Prints:
//   settings: blue
#include <penstock/clock/steady.hpp>
#include <penstock/embedded/kube_server.hpp>
#include <penstock/kube/cluster.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/kube/kubeconfig.hpp>
#include <penstock/rate/token_bucket.hpp>
#include <penstock/testing/loop.hpp>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

using namespace penstock;
using namespace std::chrono_literals;

using world = env::basic_environment<clock::steady>;

awaitable<result<std::string>> paint(world& env, executor ex, kube::connection where)
{
    kube::cluster cluster(env, ex, where, {}, rate::token_bucket({.burst = 10, .period = 200ms}));
    auto const deadline = clock::steady::now() + 10s;
    boost::json::value object = {{"apiVersion", "v1"},
                                 {"kind", "ConfigMap"},
                                 {"metadata", {{"name", "settings"}, {"namespace", "default"}}},
                                 {"data", {{"colour", "blue"}}}};
    kube::patch_options const me("painter");
    auto made = co_await cluster.api().apply(kube::known::config_maps, object, me, deadline);
    if (!made)
        co_return made.error();
    co_return std::string(made->at("data").at("colour").as_string());
}

int main()
{
    asio::io_context context(1);
    embedded::kube_server server(context.get_executor());
    server.start().value();
    auto const file = std::filesystem::temp_directory_path() / ("penstock-example-" + std::to_string(::getpid()));
    std::ofstream(file) << server.kubeconfig();
    ::setenv("KUBECONFIG", file.c_str(), 1);

    world env;
    auto where = kube::load_connection();  // as kubectl and controller-runtime find it
    std::filesystem::remove(file);
    if (!where) {
        std::cerr << where.error().message() << '\n';
        return 2;
    }
    auto const colour = testing::run_for_real(context, paint(env, context.get_executor(), *where));
    std::cout << "settings: " << (colour ? *colour : colour.error().message()) << '\n';
    return colour && *colour == "blue" ? 0 : 1;
}
