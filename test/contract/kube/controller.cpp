#include <contract/kube/client_peer.hpp>
#include <penstock/kube/controller.hpp>
#include <penstock/kube/finalizer.hpp>
#include <penstock/kube/status_condition.hpp>
#include <penstock/kube/update_status.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

using namespace penstock;
using namespace penstock::testing;
using penstock::reconcile::outcome;

namespace {

using world = with_client::world;
using client_type = kube::api_client<world, http::client>;

/// Every Valve has a ConfigMap that says its size, is cleaned up after, and says of itself that it is ready.
struct valve_keeper
{
    using key_type = kube::object_name;

    awaitable<result<outcome>> reconcile(kube::object_name name, time_point deadline)
    {
        ran.push_back(name.name);
        auto found = co_await api.get(valves, name, deadline);
        if (!found && found.error().code == errc::not_found)
            co_return outcome::done();
        if (!found)
            co_return found.error();
        kube::finalizer<world, client_type>::clean_up clean = [this](boost::json::object const&) { return clean_up(); };
        auto valve = co_await drain.apply(*std::move(found), std::move(clean), deadline);
        if (!valve)
            co_return valve.error();
        if (valve->is_null())
            co_return outcome::done();
        writes.wrote(name, valves, *valve);
        boost::json::object metadata{{"name", name.name}, {"namespace", name.ns}};
        metadata["ownerReferences"] = kube::controlled_by(valve->as_object());
        boost::json::value map = {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", metadata}};
        map.as_object()["data"] = {{"size", boost::json::serialize(valve->at("spec").at("size"))}};
        auto const made = co_await api.apply(kube::known::config_maps, map, kube::patch_options("keeper"), deadline);
        if (!made)
            co_return made.error();
        writes.wrote(name, kube::known::config_maps, *made);
        kube::status_change ready = [this](boost::json::object& o) {
            kube::mark_ready(o, "Kept", "", env.clock().wall());
        };
        kube::write_options as("keeper");
        auto const told =
            co_await kube::update_status(api, valves, *std::move(valve), std::move(ready), std::move(as), deadline);
        if (!told)
            co_return told.error();
        writes.wrote(name, valves, *told);
        co_return outcome::done();
    }

    awaitable<result<void>> clean_up()
    {
        ++cleaned;
        co_return result<void>();
    }

    world& env;
    client_type& api;
    kube::resource valves;
    kube::finalizer<world, client_type> drain{env, api, valves, "client.example.com/drain", "keeper"};
    kube::own_writes writes{};
    std::vector<std::string> ran{};
    int cleaned = 0;
};

struct kept : with_client
{
    using by_generation = kube::source_of<kube::generation_changed, kube::own_name>;
    using controller_type = kube::controller<world, client_type, valve_keeper, by_generation,
                                             kube::source_of<kube::everything, kube::owner_name>>;

    kept()
    {
        here.ns = own;
        it.emplace(env, api, context.get_executor(), work, kube::for_kind<kube::generation_changed>(valves, here),
                   kube::owns(kube::known::config_maps, here));
        asio::co_spawn(context, unwinding(it->run()),
                       asio::bind_cancellation_slot(stop.slot(), [this](std::exception_ptr e, result<void>) {
                           BOOST_TEST(!e);
                           ended = true;
                       }));
        BOOST_TEST_REQUIRE(run(it->wait_synced()).has_value());
    }
    ~kept()
    {
        stop.emit(asio::cancellation_type::terminal);
        context.restart();
        for (int i = 0; i < 400 && !ended; ++i)
            context.run_one_for(50ms);
    }

    bool has(kube::resource const& what, std::string const& name)
    {
        return run(api.get(what, named(name), soon())).has_value();
    }
    std::string at(kube::resource const& what, std::string const& name, std::string_view pointer)
    {
        auto const found = run(api.get(what, named(name), soon()));
        return found ? text(*found, pointer) : "(gone)";
    }
    /// Lets the controller work until nothing has happened for a while.
    void quiet()
    {
        for (auto before = std::size_t(-1); before != work.ran.size();) {
            before = work.ran.size();
            run_for_real(context, clock::steady::sleep_until(clock::steady::now() + 500ms));
        }
    }

    kube::informer_options here;
    valve_keeper work{env, api, valves};
    std::optional<controller_type> it;
    asio::cancellation_signal stop;
    bool ended = false;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(contract_kube_controller, kept)

BOOST_AUTO_TEST_CASE(what_it_owns_is_made_kept_and_changed)
{
    must(run(api.create(valves, own, valve("a"), write, soon())));
    await([this] { return at(kube::known::config_maps, "a", "/data/size") == "1"; });
    must(run(api.remove(kube::known::config_maps, named("a"), away, soon())));
    await([this] { return has(kube::known::config_maps, "a"); });
    boost::json::value const larger = {{"spec", {{"size", 2}}}};
    must(run(api.patch(valves, named("a"), kube::patch_type::merge, larger, kube::patch_options("contract"), soon())));
    await([this] { return at(kube::known::config_maps, "a", "/data/size") == "2"; });
    await([this] { return at(valves, "a", "/status/observedGeneration") == at(valves, "a", "/metadata/generation"); });
    BOOST_TEST(at(valves, "a", "/status/conditions/0/type") == "Ready");
}

BOOST_AUTO_TEST_CASE(its_own_writes_come_to_an_end)
{
    must(run(api.create(valves, own, valve("a"), write, soon())));
    await([this] { return at(valves, "a", "/status/conditions/0/status") == "True"; });
    quiet();
    auto const version = at(valves, "a", "/metadata/resourceVersion");
    auto const before = work.ran.size();
    it->wake_all();
    await([&] { return work.ran.size() > before; });
    quiet();
    BOOST_TEST(at(valves, "a", "/metadata/resourceVersion") == version);  // says the same, so it writes nothing
    BOOST_TEST(work.writes.overdue() == 0U);
}

BOOST_AUTO_TEST_CASE(what_is_deleted_is_cleaned_up_once_and_goes)
{
    must(run(api.create(valves, own, valve("a"), write, soon())));
    await([this] { return at(valves, "a", "/metadata/finalizers/0") == "client.example.com/drain"; });
    quiet();
    must(run(api.remove(valves, named("a"), away, soon())));
    await([this] { return !has(valves, "a"); });
    quiet();
    BOOST_TEST(work.cleaned == 1);
    BOOST_TEST(work.ran.back() == "a");
}

BOOST_AUTO_TEST_CASE(the_server_refuses_a_finalizer_of_what_is_being_deleted)
{
    auto held = valve("held");
    held.as_object()["metadata"].as_object()["finalizers"] = boost::json::array{"client.example.com/other"};
    must(run(api.create(valves, own, held, write, soon())));
    quiet();
    must(run(api.remove(valves, named("held"), away, soon())));
    quiet();
    auto const late = kube::finalizer_patch(must(run(api.get(valves, named("held"), soon()))).as_object(),
                                            "client.example.com/late", true);
    auto const refused =
        run(api.patch(valves, named("held"), kube::patch_type::merge, late, kube::patch_options("late"), soon()));
    BOOST_TEST((refused.error().code == errc::invalid_object));
    BOOST_TEST(at(valves, "held", "/metadata/finalizers") == R"(["client.example.com/other"])");
    auto const none = kube::finalizer_patch(must(run(api.get(valves, named("held"), soon()))).as_object(),
                                            "client.example.com/other", false);
    must(run(api.patch(valves, named("held"), kube::patch_type::merge, none, kube::patch_options("other"), soon())));
    await([this] { return !has(valves, "held"); });
    BOOST_TEST(work.cleaned == 1);
}

BOOST_AUTO_TEST_CASE(versions_of_one_resource_have_an_order)
{
    auto const first = must(run(api.create(valves, own, valve("a"), write, soon())));
    auto const second = must(run(api.create(valves, own, valve("b"), write, soon())));
    auto const a = text(first, "/metadata/resourceVersion");
    auto const b = text(second, "/metadata/resourceVersion");
    BOOST_TEST(kube::is_ordered_version(a));
    BOOST_TEST((kube::compare_versions(a, b) == std::partial_ordering::less));
}

BOOST_AUTO_TEST_SUITE_END()
