#include <contract/kube/client_peer.hpp>

using namespace penstock;
using namespace penstock::testing;

BOOST_FIXTURE_TEST_SUITE(contract_kube_client_writes, with_client)

BOOST_AUTO_TEST_CASE(applies_again_and_again_and_names_who_is_in_the_way)
{
    auto const made = must(run(api.apply(valves, valve("a", {{"size", 1}, {"colour", "red"}}), apply, soon())));
    auto const same = must(run(api.apply(valves, valve("a", {{"size", 1}, {"colour", "red"}}), apply, soon())));
    BOOST_TEST(text(made, "/metadata/resourceVersion") == text(same, "/metadata/resourceVersion"));

    kube::patch_options other("somebody");
    auto const refused = run(api.apply(valves, valve("a", {{"size", 2}, {"colour", "blue"}}), other, soon()));
    BOOST_REQUIRE(!refused);
    BOOST_TEST((refused.error().code == condition::conflict));
    auto const* said = kube::status_of(refused.error());
    BOOST_REQUIRE(said != nullptr);
    BOOST_TEST(said->reason == "Conflict");
    auto const conflicts = said->conflicts();
    BOOST_REQUIRE(conflicts.size() == 2U);
    for (auto const& c : conflicts) {
        BOOST_TEST(c.manager == "contract");
        BOOST_TEST((c.field == ".spec.size" || c.field == ".spec.colour"));
    }

    other.force = true;
    auto const taken = must(run(api.apply(valves, valve("a", {{"size", 2}}), other, soon())));
    BOOST_TEST(text(taken, "/spec/size") == "2");
    BOOST_TEST(text(taken, "/spec/colour") == "red");
    // What one no longer names goes, where nobody else owns it.
    auto const left = must(run(api.apply(valves, valve("a", {{"size", 2}}), apply, soon())));
    BOOST_TEST(text(left, "/spec/colour") == "(none)");
    BOOST_TEST(text(left, "/spec/size") == "2");
}

BOOST_AUTO_TEST_CASE(tries_everything_without_keeping_anything)
{
    kube::write_options dry("contract");
    dry.dry_run = true;
    kube::patch_options dry_patch("contract");
    dry_patch.dry_run = true;
    kube::remove_options dry_removal;
    dry_removal.dry_run = true;
    BOOST_TEST(text(must(run(api.create(valves, own, valve("a"), dry, soon()))), "/spec/size") == "1");
    BOOST_TEST((run(api.get(valves, named("a"), soon())).error().code == errc::not_found));
    must(run(api.apply(valves, valve("a"), dry_patch, soon())));
    BOOST_TEST((run(api.get(valves, named("a"), soon())).error().code == errc::not_found));
    auto const made = must(run(api.create(valves, own, valve("a"), write, soon())));
    boost::json::value const change = {{"spec", {{"size", 5}}}};
    auto const tried = must(run(api.patch(valves, named("a"), kube::patch_type::merge, change, dry_patch, soon())));
    BOOST_TEST(text(tried, "/spec/size") == "5");
    must(run(api.replace(valves, named("a"), tried, dry, soon())));
    must(run(api.remove(valves, named("a"), dry_removal, soon())));
    must(run(api.remove_collection(valves, own, kube::list_options(), dry_removal, soon())));
    BOOST_TEST(text(must(run(api.get(valves, named("a"), soon()))), "/metadata/resourceVersion")
               == text(made, "/metadata/resourceVersion"));
}

BOOST_AUTO_TEST_CASE(replaces_only_the_version_that_was_read_and_updates_whatever_comes_between)
{
    auto const made = must(run(api.create(valves, own, valve("a"), write, soon())));
    auto next = made;
    next.at("spec").as_object()["size"] = 2;
    must(run(api.replace(valves, named("a"), next, write, soon())));
    auto const stale = run(api.replace(valves, named("a"), made, write, soon()));
    BOOST_TEST((stale.error().code == errc::conflict));
    BOOST_TEST(kube::has_reason(stale.error(), "Conflict"));
    BOOST_TEST(kube::status_of(stale.error())->conflicts().empty());

    int attempts = 0;
    std::function<result<void>(boost::json::object&)> const change = [&](boost::json::object& o) -> result<void> {
        if (++attempts == 1)  // as if somebody had written since it was read
            o["metadata"].as_object()["resourceVersion"] = made.at("metadata").at("resourceVersion");
        o["spec"].as_object()["size"] = 7;
        return {};
    };
    auto const updated = must(run(api.update(valves, named("a"), change, write, soon())));
    BOOST_TEST(attempts == 2);
    BOOST_TEST(text(updated, "/spec/size") == "7");
}

BOOST_AUTO_TEST_CASE(writes_the_status_apart)
{
    must(run(api.create(valves, own, valve("a"), write, soon())));
    std::function<result<void>(boost::json::object&)> const change = [](boost::json::object& o) -> result<void> {
        o["status"] = boost::json::object{{"count", 3}};
        o["spec"].as_object()["size"] = 9;
        return {};
    };
    kube::write_options status("contract");
    status.subresource = "status";
    auto const seen = must(run(api.update(valves, named("a"), change, status, soon())));
    BOOST_TEST(text(seen, "/status/count") == "3");
    BOOST_TEST(text(seen, "/spec/size") == "1");
    BOOST_TEST(text(must(run(api.get_subresource(valves, named("a"), "status", soon()))), "/status/count") == "3");
}

BOOST_AUTO_TEST_CASE(scales_and_reads_the_scale)
{
    must(run(api.create(valves, own, valve("a", {{"count", 2}}), write, soon())));
    auto const before = must(run(api.get_subresource(valves, named("a"), "scale", soon())));
    BOOST_TEST(text(before, "/kind") == "Scale");
    BOOST_TEST(text(before, "/apiVersion") == "autoscaling/v1");
    BOOST_TEST(text(before, "/spec/replicas") == "2");
    BOOST_TEST(text(before, "/status/replicas") == "0");
    auto const after = must(run(api.scale(valves, named("a"), 5, apply, soon())));
    BOOST_TEST(text(after, "/spec/replicas") == "5");
    BOOST_TEST(text(must(run(api.get(valves, named("a"), soon()))), "/spec/count") == "5");
    auto const negative = run(api.scale(valves, named("a"), -1, apply, soon()));
    BOOST_TEST((negative.error().code == errc::invalid_object));
    kube::write_options by_scale("contract");
    by_scale.subresource = "scale";
    BOOST_TEST((run(api.replace(valves, named("a"), before, by_scale, soon())).error().code == errc::conflict));
    BOOST_TEST((run(api.get_subresource(kube::known::config_maps, named("a"), "scale", soon())).error().code
                == errc::not_found));
}

BOOST_AUTO_TEST_CASE(lets_the_server_make_a_name)
{
    auto nameless = valve("x");
    auto& meta = nameless.at("metadata").as_object();
    meta.erase("name");
    meta["generateName"] = "valve-";
    auto const one = must(run(api.create(valves, own, nameless, write, soon())));
    auto const two = must(run(api.create(valves, own, nameless, write, soon())));
    BOOST_TEST(text(one, "/metadata/name").starts_with("valve-"));
    BOOST_TEST(text(one, "/metadata/name").size() == 11U);
    BOOST_TEST(text(one, "/metadata/name") != text(two, "/metadata/name"));
}

BOOST_AUTO_TEST_CASE(tells_what_is_wrong_field_by_field)
{
    auto const invalid = run(api.create(valves, own, valve("a", {{"size", 0}, {"colour", 7}}), write, soon()));
    BOOST_TEST((invalid.error().code == errc::invalid_object));
    auto const* said = kube::status_of(invalid.error());
    BOOST_REQUIRE(said != nullptr);
    BOOST_TEST(said->code == 422);
    BOOST_TEST(said->reason == "Invalid");
    BOOST_TEST(said->kind == "Valve");
    BOOST_TEST(said->name == "a");
    std::string fields;
    for (auto const& cause : said->causes)
        fields += cause.field + ' ';
    BOOST_TEST(fields.find("spec.size") != std::string::npos, fields);
    BOOST_TEST(fields.find("spec.colour") != std::string::npos, fields);

    kube::write_options strict("contract");
    strict.validation = kube::field_validation::strict;
    auto const unknown = run(api.create(valves, own, valve("a", {{"sise", 1}}), strict, soon()));
    BOOST_TEST((unknown.error().code == errc::invalid_object));
    BOOST_TEST(unknown.error().detail.find("sise") != std::string::npos, unknown.error().detail);
    must(run(api.create(valves, own, valve("a"), write, soon())));
    auto const again = run(api.create(valves, own, valve("a"), write, soon()));
    BOOST_TEST((again.error().code == condition::conflict));
    BOOST_TEST(kube::has_reason(again.error(), "AlreadyExists"));
}

BOOST_AUTO_TEST_SUITE_END()
