// One of several processes of which one leads: the leader marks every ConfigMap of a namespace as done, with its name
// and with what it has seen in `data.change`. Its identity is the name that it gives to the API server too.
//   penstock_candidate NAMESPACE IDENTITY     the API server by PENSTOCK_KUBE_URL, _TOKEN and _CA
#include <penstock/clock/steady.hpp>
#include <penstock/http/client.hpp>
#include <penstock/kube/api_client.hpp>
#include <penstock/kube/elector.hpp>
#include <penstock/kube/fenced_transport.hpp>
#include <penstock/kube/informer.hpp>
#include <penstock/reconcile/controller.hpp>

#include <boost/asio/io_context.hpp>

#include <cstdlib>
#include <iostream>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

using world = env::basic_environment<clock::steady>;
using cluster = kube::api_client<world, http::client>;
using fenced = kube::fenced_transport<http::client, clock::steady, kube::election>;
using fenced_cluster = kube::api_client<world, fenced>;

std::string variable(char const* name)
{
    auto const* value = std::getenv(name);
    return value == nullptr ? std::string() : value;
}

http::client_options trust()
{
    http::client_options o;
    o.tls.ca_file = variable("PENSTOCK_KUBE_CA");
    return o;
}

std::string_view change_of(boost::json::object const& job)
{
    return kube::text_at(job, {"data", "change"});
}

bool is_done(boost::json::object const& job)
{
    return !kube::annotation_of(job, "done").empty() && kube::annotation_of(job, "seen") == change_of(job);
}

class marker
{
public:
    using key_type = kube::object_name;

    marker(fenced_cluster& api, std::string identity) : api_(api), identity_(std::move(identity)) {}

    awaitable<result<reconcile::outcome>> reconcile(kube::object_name name)
    {
        auto const soon = clock::steady::now() + 5s;
        auto const now = co_await api_.get(kube::known::config_maps, name, soon);
        if (!now)
            co_return now.error();
        if (is_done(now->as_object()))
            co_return reconcile::outcome::done();
        boost::json::value mark = {{"metadata",
                                    {{"annotations", {{"done", identity_}, {"seen", change_of(now->as_object())}}},
                                     {"resourceVersion", kube::resource_version_of(now->as_object())}}}};
        auto const marked = co_await api_.patch(kube::known::config_maps, name, kube::patch_type::merge,
                                                std::move(mark), kube::patch_options("candidate"), soon);
        if (!marked)
            co_return marked.error();
        co_return reconcile::outcome::done();
    }
private:
    fenced_cluster& api_;
    std::string identity_;
};

awaitable<void> lead(world& env, fenced_cluster& api, marker& what, std::string ns, executor ex)
{
    reconcile::controller controller(env, what, ex);
    kube::informer_options options;
    options.ns = std::move(ns);
    kube::informer informer(env, api, ex, kube::known::config_maps, std::move(options),
                            [&](kube::object_event event, boost::json::object const& object) {
                                if (event != kube::object_event::deleted && !is_done(object))
                                    controller.add(kube::name_of(object));
                            });
    clock::task_group tasks(ex);
    tasks.spawn(informer.run());
    tasks.spawn(controller.run());
    co_await tasks.join();
}

}  // namespace

int main(int count, char** arguments)
{
    if (count != 3)
        return 2;
    std::string const ns = arguments[1];
    std::string const identity = arguments[2];
    auto const url = variable("PENSTOCK_KUBE_URL");
    auto const who = kube::credential::bearer(secret(variable("PENSTOCK_KUBE_TOKEN")));

    asio::io_context context(1);
    world env;
    http::client transport(context.get_executor(), trust());
    kube::api_client_options said;
    said.calls.user_agent = identity;
    cluster api(env, transport, url, who, said);
    kube::elector_options options;
    options.election = {2s, 1500ms, 300ms, std::hash<std::string>()(identity)};
    kube::elector<world, cluster> elector(env, api, context.get_executor(), "candidates", identity,
                                          kube::object_name(ns, "candidates"), options);
    fenced fence(transport, env.clock(), elector.state());
    fenced_cluster writes(env, fence, url, who, said);
    marker marks(writes, identity);
    kube::elector<world, cluster>::work work = [&] { return lead(env, writes, marks, ns, context.get_executor()); };
    std::string why = "ended";
    asio::co_spawn(context, unwinding(elector.run(std::move(work))), [&](std::exception_ptr e, result<void> r) {
        why = e ? "threw" : r ? "ended" : r.error().message();
    });
    context.run();
    std::cerr << why << '\n';
    return 1;  // a leader that leads no more ends
}
