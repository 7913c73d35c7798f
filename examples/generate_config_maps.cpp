// A whole controller: every Generator owns a ConfigMap with its content, and gets it back when somebody deletes it.
// The cluster is the embedded API server. Prints twice: made default/a
#include <penstock/clock/steady.hpp>
#include <penstock/embedded/kube_server.hpp>
#include <penstock/http/client.hpp>
#include <penstock/kube/api_client.hpp>
#include <penstock/kube/controller.hpp>
#include <penstock/kube/known.hpp>

#include <iostream>

using namespace penstock;
using world = env::basic_environment<clock::steady>;
using cluster = kube::api_client<world, http::client>;
kube::resource const generators{"example.com", "v1", "generators", "Generator"};
char const* const objects = R"(
{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: generators.example.com},
 spec: {group: example.com, scope: Namespaced, names: {kind: Generator, plural: generators}, versions: [{name: v1,
 served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]}}
---
{apiVersion: example.com/v1, kind: Generator, metadata: {name: a}, spec: {content: {colour: blue}}})";

struct generate
{
    using key_type = kube::object_name;
    awaitable<result<reconcile::outcome>> reconcile(kube::object_name name, time_point deadline)
    {
        auto const wanted = co_await api.get(generators, name, deadline);
        if (!wanted && wanted.error().code == errc::not_found)
            co_return reconcile::outcome::done();  // what it owned goes with it
        if (!wanted)
            co_return wanted.error();
        boost::json::object metadata{{"name", name.name}, {"namespace", name.ns}};
        metadata["ownerReferences"] = kube::controlled_by(wanted->as_object());
        auto const& data = wanted->at("spec").at("content");
        boost::json::value map = {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", metadata}, {"data", data}};
        auto made = co_await api.apply(kube::known::config_maps, map, kube::patch_options("generator"), deadline);
        if (!made)
            co_return made.error();
        writes.wrote(name, kube::known::config_maps, *made);
        std::string const now(kube::resource_version_of(made->as_object()));
        if (std::exchange(version, now) != now) {  // else it was as it should be
            ++count;
            std::cout << "made " << name.text() << '\n';
        }
        co_return reconcile::outcome::done();
    }
    cluster& api;
    kube::own_writes writes{};  // it is not asked again before the caches show them
    std::string version{};
    int count = 0;
};

int main()
{
    asio::io_context context(1);
    auto const ex = context.get_executor();
    embedded::kube_server server(ex);
    server.seed(objects).value();
    server.start().value();
    world env;
    http::client transport(ex);
    cluster api(env, transport, server.url());
    generate work{api};
    kube::controller controller(env, api, ex, work, kube::for_kind<kube::generation_changed>(generators),
                                kube::owns(kube::known::config_maps));
    clock::task_group tasks(ex);
    tasks.spawn(controller.run());

    for (int i = 0; i < 100 && work.count < 2; ++i) {
        context.run_one_for(std::chrono::milliseconds(100));
        if (work.count == 1 && controller.synced())  // somebody deletes what was made
            server.store().remove(*server.store().types().find_key("configmaps"), "default", "a");
    }
    return work.count == 2 ? 0 : 1;
}
