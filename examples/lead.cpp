// Lets one of two processes work at a time: whoever holds a Lease leads, and what it writes is fenced.
//
// The cluster is the embedded API server, and both "processes" live in this one. Prints:
//   first leads
//   first wrote
//   second leads
//   first may not write: not the leader
#include <penstock/clock/steady.hpp>
#include <penstock/embedded/kube_server.hpp>
#include <penstock/http/client.hpp>
#include <penstock/kube/api_client.hpp>
#include <penstock/kube/elector.hpp>
#include <penstock/kube/fenced_transport.hpp>
#include <penstock/testing/loop.hpp>

#include <iostream>

using namespace penstock;
using namespace std::chrono_literals;

using world = env::basic_environment<clock::steady>;
using cluster = kube::api_client<world, http::client>;
using fenced = kube::fenced_transport<http::client, clock::steady, kube::election>;

struct replica
{
    replica(asio::io_context& context, std::string const& url, std::string name)
        : called(std::move(name)), transport(context.get_executor()), api(env, transport, url),
          elector(env, api, context.get_executor(), "example", called, kube::object_name("default", "example")),
          fence(transport, env.clock(), elector.state()), writes(env, fence, url)
    {}

    /// The work of the leader: here it ends by itself, which hands the lease over.
    awaitable<void> lead()
    {
        std::cout << called << " leads\n";
        if (called != "first")
            co_return;
        auto const why = co_await write();
        std::cout << called << (why.code ? " could not write\n" : " wrote\n");
    }

    awaitable<failure> write()
    {
        boost::json::value object = {
            {"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "of-" + called}}}};
        auto made = co_await writes.create(kube::known::config_maps, "default", object, kube::write_options(),
                                           clock::steady::now() + 10s);
        co_return made ? failure() : made.error();
    }

    std::string called;
    world env;
    http::client transport;
    cluster api;                           // the elector's own, not fenced
    kube::elector<world, cluster> elector;
    fenced fence;
    kube::api_client<world, fenced> writes;
};

int main()
{
    asio::io_context context(1);
    embedded::kube_server server(context.get_executor());
    server.start().value();
    replica first(context, server.url(), "first");
    replica second(context, server.url(), "second");
    for (auto* each : {&first, &second}) {
        kube::elector<world, cluster>::work work = [each] { return each->lead(); };
        testing::run_for_real(context, each->elector.run(std::move(work))).value();
    }
    auto const refused = testing::run_for_real(context, first.write());
    std::cout << "first may not write: " << refused.code.message() << '\n';
    return refused.code == errc::not_leader ? 0 : 1;
}
