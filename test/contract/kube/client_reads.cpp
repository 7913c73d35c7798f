#include <contract/kube/client_peer.hpp>
#include <penstock/kube/wait_for.hpp>

using namespace penstock;
using namespace penstock::testing;

namespace {

struct with_valves : with_client
{
    void make(int count, std::string const& prefix = "v")
    {
        for (int i = 0; i < count; ++i) {
            auto each = valve(prefix + std::to_string(i));
            each.at("metadata").as_object()["labels"] = boost::json::object{{"row", i % 2 == 0 ? "even" : "odd"}};
            must(run(api.create(valves, own, each, write, soon())));
        }
    }

    std::string names(kube::list_options ask)
    {
        auto const all = run(api.list(valves, own, std::move(ask), soon()));
        BOOST_REQUIRE_MESSAGE(all.has_value(), said(all));
        std::string out;
        for (auto const& item : all->items)
            out += kube::name_of(item).name + ' ';
        return out;
    }

    /// Waits for one valve while something is done to it.
    result<boost::json::value> wait_while(kube::wait_condition until, awaitable<result<boost::json::value>> what)
    {
        std::optional<result<boost::json::value>> seen;
        auto wait = kube::wait_for(env, api, valves, named("a"), std::move(until), soon());
        asio::co_spawn(context, unwinding(std::move(wait)),
                       [&seen](std::exception_ptr e, result<boost::json::value> r) {
                           BOOST_TEST(!e);
                           seen.emplace(std::move(r));
                       });
        context.restart();
        context.run_for(200ms);  // so that it watches by then
        BOOST_TEST(!seen.has_value());
        must(run(std::move(what)));
        auto const end = clock::steady::now() + 20s;
        while (!seen && clock::steady::now() < end)
            context.run_one_for(100ms);
        BOOST_REQUIRE(seen.has_value());
        return *std::move(seen);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(contract_kube_client_reads, with_valves)

BOOST_AUTO_TEST_CASE(reads_a_collection_in_pages)
{
    make(7);
    kube::list_options ask;
    ask.limit = 3;
    std::string sizes;
    auto const visit = [&sizes](kube::object_list& page, bool from_start) -> result<void> {
        sizes += (from_start ? "!" : "") + std::to_string(page.items.size()) + ' ';
        return {};
    };
    auto const version = run(api.for_each_page(valves, own, ask, visit, soon()));
    BOOST_REQUIRE_MESSAGE(version.has_value(), said(version));
    BOOST_TEST(!version->empty());
    BOOST_TEST(sizes == "!3 3 1 ");
    BOOST_TEST(names(ask) == "v0 v1 v2 v3 v4 v5 v6 ");
    ask.label_selector = "row=odd";
    BOOST_TEST(names(ask) == "v1 v3 v5 ");
    kube::list_options one;
    one.field_selector = "metadata.name=v4";
    BOOST_TEST(names(one) == "v4 ");
}

BOOST_AUTO_TEST_CASE(is_told_that_a_token_of_a_page_has_expired_and_reads_all_again)
{
    if (!server) {
        BOOST_TEST_MESSAGE("skipped: a real server forgets a snapshot only after minutes");
        return;
    }
    make(5);
    kube::list_options ask;
    ask.limit = 2;
    embedded::kube_fault expired;
    expired.method = "GET";
    expired.path = "continue=";
    expired.status = 410;
    server->faults().add(expired);
    std::string sizes;
    auto const visit = [&sizes](kube::object_list& page, bool from_start) -> result<void> {
        sizes += (from_start ? "!" : "") + std::to_string(page.items.size()) + ' ';
        return {};
    };
    BOOST_TEST(run(api.for_each_page(valves, own, ask, visit, soon())).has_value());
    BOOST_TEST(sizes == "!2 !5 ");
}

BOOST_AUTO_TEST_CASE(removes_what_a_selector_finds)
{
    make(6);
    kube::list_options odd("row=odd");
    auto const removed = must(run(api.remove_collection(valves, own, odd, away, soon())));
    BOOST_TEST(text(removed, "/kind") == "ValveList");
    BOOST_TEST(names(kube::list_options()) == "v0 v2 v4 ");
    must(run(api.remove_collection(valves, own, kube::list_options(), away, soon())));
    BOOST_TEST(names(kube::list_options()) == "");
}

BOOST_AUTO_TEST_CASE(removes_only_what_it_means)
{
    auto const made = must(run(api.create(valves, own, valve("a"), write, soon())));
    kube::remove_options exact;
    exact.uid = "00000000-0000-0000-0000-000000000000";
    auto const another = run(api.remove(valves, named("a"), exact, soon()));
    BOOST_TEST((another.error().code == errc::conflict));
    exact.uid = text(made, "/metadata/uid");
    exact.resource_version = text(made, "/metadata/resourceVersion");
    boost::json::value const change = {{"spec", {{"size", 4}}}};
    must(run(api.patch(valves, named("a"), kube::patch_type::merge, change, apply, soon())));
    BOOST_TEST((run(api.remove(valves, named("a"), exact, soon())).error().code == errc::conflict));
    exact.resource_version.clear();
    exact.propagation = kube::propagation::background;
    auto const gone = must(run(api.remove(valves, named("a"), exact, soon())));
    BOOST_TEST(text(gone, "/status") == "Success");
    BOOST_TEST((run(api.remove(valves, named("a"), away, soon())).error().code == errc::not_found));
}

BOOST_AUTO_TEST_CASE(finds_out_what_is_served)
{
    kube::discovery known(env, api, context.get_executor());
    auto found = run(known.find_kind("client.example.com", "", "Valve", soon()));
    for (int i = 0; i < 100 && !found.has_value(); ++i) {  // a real server announces it a moment after it serves it
        run_for_real(context, clock::steady::sleep_until(clock::steady::now() + 100ms));
        known.forget();
        found = run(known.find_kind("client.example.com", "", "Valve", soon()));
    }
    BOOST_REQUIRE_MESSAGE(found.has_value(), said(found));
    BOOST_TEST((found->what == valves));
    BOOST_TEST(found->can("watch"));
    BOOST_TEST(found->can("deletecollection"));
    BOOST_TEST(found->has("scale"));
    BOOST_TEST(found->has("status"));
    BOOST_TEST(run(known.find_name("vlv", soon())).value().what.plural == "valves");
    BOOST_TEST((run(known.find_kind("", "", "Namespace", soon())).value().what == kube::known::namespaces));
    BOOST_TEST((run(known.find_kind("", "v1", "Secret", soon())).value().what == kube::known::secrets));
    BOOST_TEST((run(known.find_kind("client.example.com", "", "Tap", soon())).error().code == errc::not_found));
    BOOST_TEST((run(known.find_kind("client.example.com", "v9", "Valve", soon())).error().code == errc::not_found));
}

BOOST_AUTO_TEST_CASE(waits_for_a_condition_of_the_newest_generation)
{
    must(run(api.create(valves, own, valve("a"), write, soon())));
    kube::patch_options status("contract");
    status.subresource = "status";
    boost::json::value const ready = {
        {"status", {{"observedGeneration", 1}, {"conditions", {{{"type", "Ready"}, {"status", "True"}}}}}}};
    auto const seen =
        wait_while(kube::is_ready(), api.patch(valves, named("a"), kube::patch_type::merge, ready, status, soon()));
    BOOST_REQUIRE_MESSAGE(seen.has_value(), said(seen));
    BOOST_TEST(text(*seen, "/status/conditions/0/status") == "True");
    boost::json::value const change = {{"spec", {{"size", 4}}}};
    must(run(api.patch(valves, named("a"), kube::patch_type::merge, change, apply, soon())));
    auto const late = run(kube::wait_for(env, api, valves, named("a"), kube::is_ready(), clock::steady::now() + 300ms));
    BOOST_TEST((late.error().code == errc::deadline_exceeded));
    BOOST_TEST(late.error().detail.ends_with("last seen: Ready=True"), late.error().detail);
}

BOOST_AUTO_TEST_CASE(waits_for_an_object_to_come_and_to_go)
{
    auto const made = wait_while(kube::exists(), api.create(valves, own, valve("a"), write, soon()));
    BOOST_REQUIRE(made.has_value());
    BOOST_TEST(text(*made, "/metadata/name") == "a");
    auto const gone =
        wait_while(kube::is_gone(text(*made, "/metadata/uid")), api.remove(valves, named("a"), away, soon()));
    BOOST_REQUIRE(gone.has_value());
    BOOST_TEST(gone->is_null());
    kube::resource const taps("client.example.com", "v1", "taps", "Tap");
    BOOST_TEST(
        (run(kube::wait_for(env, api, taps, named("a"), kube::exists(), soon())).error().code == errc::not_found));
}

BOOST_AUTO_TEST_SUITE_END()
