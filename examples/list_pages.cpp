// Reads a large collection page by page, without holding more than one page in memory.
//
// The cluster is the embedded API server. Prints:
//   page 1: 3 objects
//   page 2: 3 objects
//   page 3: 1 object
//   7 config maps in 3 pages
#include <penstock/clock/steady.hpp>
#include <penstock/embedded/kube_server.hpp>
#include <penstock/http/client.hpp>
#include <penstock/kube/api_client.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/testing/loop.hpp>

#include <cstddef>
#include <iostream>
#include <string>

using namespace penstock;
using namespace std::chrono_literals;

int main()
{
    asio::io_context context(1);
    embedded::kube_server server(context.get_executor());
    server.start().value();
    for (int i = 0; i < 7; ++i)
        server
            .seed("{apiVersion: v1, kind: ConfigMap, metadata: {name: c" + std::to_string(i) + ", namespace: default}}")
            .value();

    env::basic_environment<clock::steady> env;
    http::client transport(context.get_executor());
    kube::api_client api(env, transport, server.url());

    std::size_t pages = 0;
    std::size_t objects = 0;
    auto const look = [&](kube::object_list& page, bool from_start) -> result<void> {
        if (from_start)  // first, and again if the server has forgotten where we were
            pages = objects = 0;
        objects += page.items.size();
        std::cout << "page " << ++pages << ": " << page.items.size()
                  << (page.items.size() == 1 ? " object" : " objects") << '\n';
        return {};
    };
    kube::list_options ask;
    ask.limit = 3;
    auto const version = testing::run_for_real(
        context, api.for_each_page(kube::known::config_maps, "default", ask, look, clock::steady::now() + 10s));
    if (!version) {
        std::cerr << version.error().message() << '\n';
        return 1;
    }
    std::cout << objects << " config maps in " << pages << " pages\n";
    return objects == 7 && pages == 3 ? 0 : 1;
}
