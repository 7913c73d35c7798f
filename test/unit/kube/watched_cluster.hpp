#ifndef PENSTOCK_TEST_UNIT_KUBE_WATCHED_CLUSTER_HPP
#define PENSTOCK_TEST_UNIT_KUBE_WATCHED_CLUSTER_HPP
#include <penstock/embedded/kube_api.hpp>
#include <penstock/embedded/kube_store.hpp>
#include <penstock/kube/api_client.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/testing/loop.hpp>
#include <penstock/testing/recording_log.hpp>
#include <penstock/testing/recording_sink.hpp>

#include "in_process_cluster.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <utility>
#include <variant>

/// The embedded API without sockets, with watches, on manual time.
namespace kube_test {

/// What all watches of a cluster share.
struct watch_weather
{
    bool held = false;  // nothing comes through
    bool cut = false;   // they end, and no new one opens
};

class in_process_watch final : public http::incoming
{
public:
    in_process_watch(embedded::kube_watch watch, testing::manual_clock clock, std::shared_ptr<watch_weather> weather)
        : watch_(std::move(watch)), clock_(std::move(clock)), weather_(std::move(weather))
    {}
    http::response const& head() const noexcept override { return head_; }
    awaitable<result<std::string>> read(time_point deadline) override
    {
        for (;;) {
            if (weather_->cut)
                co_return failure(errc::connection_failed, "cut");
            auto text = weather_->held ? std::string() : watch_.take();
            if (!text.empty() || watch_.ended())
                co_return std::move(text);
            if (clock_.now() >= deadline)
                co_return failure(errc::deadline_exceeded);
            if (auto const ec = co_await clock_.sleep_until(clock_.now() + std::chrono::milliseconds(1)))
                co_return ec;
        }
    }
private:
    http::response head_{200};
    embedded::kube_watch watch_;
    testing::manual_clock clock_;
    std::shared_ptr<watch_weather> weather_;
};

/// Like `in_process_transport`, and it opens watches.
class watching_transport
{
public:
    watching_transport(embedded::kube_api& api, testing::manual_clock clock)
        : api_(&api), clock_(clock), calls(api, std::move(clock))
    {}

    awaitable<result<http::response>> send(http::request r, time_point deadline)
    {
        return calls.send(std::move(r), deadline);
    }

    awaitable<result<std::unique_ptr<http::incoming>>> open(http::request r, time_point)
    {
        ++opened;
        if (weather->cut)
            co_return failure(errc::connection_failed, "connection refused");
        auto target = r.url.substr(r.url.find('/', r.url.find("//") + 2));
        embedded::kube_call const call("GET", std::move(target), std::move(r.fields), std::string());
        auto answer = api_->serve(call);
        if (!std::holds_alternative<embedded::kube_watch>(answer))
            co_return failure(errc::not_found, "no such resource");
        std::unique_ptr<http::incoming> stream =
            std::make_unique<in_process_watch>(std::get<embedded::kube_watch>(std::move(answer)), clock_, weather);
        co_return std::move(stream);
    }
private:
    embedded::kube_api* api_;
    testing::manual_clock clock_;
public:
    in_process_transport calls;
    std::shared_ptr<watch_weather> weather = std::make_shared<watch_weather>();
    int opened = 0;  // watches that were asked for
};
static_assert(http::transport<watching_transport>);

/// A cluster with a kind of its own, Gate (gates.example.com/v1), that has a status.
struct watched_cluster : testing::loop
{
    using world = env::basic_environment<testing::manual_clock, testing::recording_sink, testing::recording_log>;
    using client = kube::api_client<world, watching_transport>;

    watched_cluster()
    {
        must(run(api.create(kube::known::custom_resource_definitions, "", boost::json::parse(R"({
            "apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
            "metadata":{"name":"gates.example.com"},"spec":{"group":"example.com","scope":"Namespaced",
            "names":{"kind":"Gate","plural":"gates"},"versions":[{"name":"v1","served":true,"storage":true,
            "subresources":{"status":{}},"schema":{"openAPIV3Schema":{"type":"object",
            "x-kubernetes-preserve-unknown-fields":true}}}]}})"),
                            kube::write_options(), soon())));
    }

    time_point soon() const { return clock.now() + std::chrono::seconds(10); }

    static boost::json::value must(result<boost::json::value> r)
    {
        BOOST_REQUIRE_MESSAGE(r.has_value(), (r ? std::string() : r.error().message()));
        return *std::move(r);
    }

    /// A Gate, as `rest` of its metadata says.
    static boost::json::value gate(std::string const& name, std::string const& rest = "")
    {
        return boost::json::parse(R"({"apiVersion":"example.com/v1","kind":"Gate","metadata":{"name":")" + name
                                  + R"(","namespace":"n")" + rest + R"(},"spec":{"width":1}})");
    }

    boost::json::value create(kube::resource const& what, boost::json::value object)
    {
        return must(run(api.create(what, "n", std::move(object), kube::write_options("test"), soon())));
    }
    boost::json::value make(std::string const& name, std::string const& rest = "")
    {
        return create(gates, gate(name, rest));
    }
    boost::json::value get(std::string const& name) { return must(run(api.get(gates, {"n", name}, soon()))); }
    boost::json::value merge(kube::resource const& what, std::string const& name, std::string const& change,
                             std::string subresource = {})
    {
        kube::patch_options as("test");
        as.subresource = std::move(subresource);
        return must(run(api.patch(what, {"n", name}, kube::patch_type::merge, boost::json::parse(change), as, soon())));
    }
    void remove(kube::resource const& what, std::string const& name)
    {
        must(run(api.remove(what, {"n", name}, kube::remove_options(), soon())));
    }
    static std::string version(boost::json::value const& object)
    {
        return std::string(kube::resource_version_of(object.as_object()));
    }

    kube::resource const gates{"example.com", "v1", "gates", "Gate"};
    embedded::kube_store store{{}};
    embedded::kube_api served{store};
    world env{testing::loop::env.clock(), {}, {}};
    watching_transport wire{served, clock};
    client api{env, wire, "https://k"};
};

}  // namespace kube_test

#endif  // PENSTOCK_TEST_UNIT_KUBE_WATCHED_CLUSTER_HPP
