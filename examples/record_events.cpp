// Says about an object what its people should know, as Events; who repeats himself raises a count.
//
// The cluster is the embedded API server. Prints:
//   Warning Leaks: it leaks (3)
#include <penstock/clock/steady.hpp>
#include <penstock/embedded/kube_server.hpp>
#include <penstock/http/client.hpp>
#include <penstock/kube/api_client.hpp>
#include <penstock/kube/event_recorder.hpp>
#include <penstock/testing/loop.hpp>

#include <iostream>

using namespace penstock;
using namespace std::chrono_literals;

using world = env::basic_environment<clock::steady>;
using cluster = kube::api_client<world, http::client>;

int main()
{
    asio::io_context context(1);
    embedded::kube_server server(context.get_executor());
    server.start().value();
    world env;
    http::client transport(context.get_executor());
    cluster api(env, transport, server.url());
    auto const soon = clock::steady::now() + 10s;

    boost::json::value valve = {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "valve"}}}};
    auto const object = testing::run_for_real(
        context, api.create(kube::known::config_maps, "default", valve, kube::write_options(), soon));

    kube::event_recorder_options options;
    options.component = "plumber";
    kube::event_recorder<world, cluster> recorder(env, api, context.get_executor(), options);
    kube::event_note note;
    note.about = kube::involved_object(object.value().as_object());
    note.type = kube::event_type::warning;
    note.reason = "Leaks";
    note.message = "it leaks";
    for (int i = 0; i < 3; ++i)
        recorder.note(note);
    recorder.stop();  // what waits is written, and then `run` ends
    testing::run_for_real(context, recorder.run());

    auto const events =
        testing::run_for_real(context, api.list(kube::known::events, "default", kube::list_options(), soon)).value();
    for (auto const& event : events.items) {
        std::cout << event.at("type").as_string().c_str() << ' ' << event.at("reason").as_string().c_str() << ": "
                  << event.at("message").as_string().c_str() << " (" << event.at("count") << ")\n";
    }
    return events.items.size() == 1 && events.items[0].at("count") == 3 ? 0 : 1;
}
