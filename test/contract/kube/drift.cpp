#include <contract/kube/client_peer.hpp>
#include <penstock/kube/wait_for.hpp>

using namespace penstock;
using namespace penstock::testing;

namespace {

/// What a program that applies from Git and looks for drift needs of an API server, through the client.
struct drifting : with_client
{
    static boost::json::value map(std::string const& name, boost::json::object data, boost::json::object labels = {})
    {
        boost::json::object o{{"apiVersion", "v1"}, {"kind", "ConfigMap"}};
        o["metadata"] = {{"name", name}};
        if (!labels.empty())
            o["metadata"].as_object()["labels"] = std::move(labels);
        o["data"] = std::move(data);
        return o;
    }
    result<boost::json::value> apply_as(std::string manager, boost::json::value wanted, bool force = false,
                                        bool dry_run = false, std::string const& ns_of = "")
    {
        kube::patch_options how(std::move(manager));
        how.force = force;
        how.dry_run = dry_run;
        auto const name = kube::name_of(wanted.as_object()).name;
        kube::object_name const where(ns_of.empty() ? own : ns_of, name);
        return run(api.patch(kube::known::config_maps, where, kube::patch_type::apply, std::move(wanted), how, soon()));
    }
    boost::json::value now(std::string const& name)
    {
        return must(run(api.get(kube::known::config_maps, named(name), soon())));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(contract_kube_drift, drifting)

BOOST_AUTO_TEST_CASE(an_apply_that_changes_nothing_makes_no_write)
{
    auto const wanted = map("a", {{"k", "1"}});
    auto const first = must(apply_as("git", wanted));
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(text(must(apply_as("git", wanted)), "/metadata/resourceVersion")
                   == text(first, "/metadata/resourceVersion"));
    BOOST_TEST(text(must(apply_as("git", map("a", {{"k", "2"}}))), "/metadata/resourceVersion")
               != text(first, "/metadata/resourceVersion"));
}

BOOST_AUTO_TEST_CASE(a_conflict_names_who_owns_the_field_and_force_takes_it)
{
    must(apply_as("git", map("a", {{"k", "1"}})));
    auto const refused = apply_as("hand", map("a", {{"k", "2"}}));
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST((refused.error().code == errc::conflict));
    BOOST_TEST(refused.error().detail.find("conflict with \"git\": .data.k") != std::string::npos,
               refused.error().detail);
    BOOST_TEST(text(must(apply_as("hand", map("a", {{"k", "2"}}), true)), "/data/k") == "2");
    BOOST_TEST((apply_as("git", map("a", {{"k", "1"}})).error().code == errc::conflict));
}

BOOST_AUTO_TEST_CASE(an_apply_into_a_namespace_that_is_not_there_says_which)
{
    auto const lost = apply_as("git", map("a", {}), false, false, own + "-missing");
    BOOST_REQUIRE(!lost.has_value());
    BOOST_TEST((lost.error().code == errc::not_found));
    BOOST_TEST(lost.error().detail.find("namespaces \"" + own + "-missing\" not found") != std::string::npos,
               lost.error().detail);
}

BOOST_AUTO_TEST_CASE(an_apply_to_what_is_immutable_is_refused_until_it_is_made_anew)
{
    auto fixed = map("a", {{"k", "1"}});
    fixed.as_object()["immutable"] = true;
    auto const first = must(apply_as("git", fixed));
    fixed.as_object()["data"] = {{"k", "2"}};
    auto const refused = apply_as("git", fixed, true, true);
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST((refused.error().code == errc::invalid_object));
    BOOST_TEST(refused.error().detail.find("immutable") != std::string::npos, refused.error().detail);
    kube::remove_options background;
    background.propagation = kube::propagation::background;
    must(run(api.remove(kube::known::config_maps, named("a"), background, soon())));
    auto const anew = must(apply_as("git", fixed, true));
    BOOST_TEST(text(anew, "/metadata/uid") != text(first, "/metadata/uid"));
}

BOOST_AUTO_TEST_CASE(who_makes_an_object_anew_waits_for_its_finalizer)
{
    auto held = map("a", {{"k", "1"}});
    held.at("metadata").as_object()["finalizers"] = boost::json::array{"example.com/hold"};
    auto const first = must(run(api.create(kube::known::config_maps, own, held, write, soon())));
    must(run(api.remove(kube::known::config_maps, named("a"), away, soon())));
    auto const gone = kube::is_gone(text(first, "/metadata/uid"));
    auto const early =
        run(kube::wait_for(env, api, kube::known::config_maps, named("a"), gone, clock::steady::now() + 500ms));
    BOOST_TEST((early.error().code == errc::deadline_exceeded));
    boost::json::value const free = {{"metadata", {{"finalizers", nullptr}}}};
    must(run(api.patch(kube::known::config_maps, named("a"), kube::patch_type::merge, free,
                       kube::patch_options("contract"), soon())));
    BOOST_TEST(run(kube::wait_for(env, api, kube::known::config_maps, named("a"), gone, soon())).has_value());
    BOOST_TEST(text(must(apply_as("git", map("a", {}))), "/metadata/uid") != text(first, "/metadata/uid"));
}

BOOST_AUTO_TEST_CASE(a_dry_run_shows_drift_that_is_in_the_metadata_only)
{
    auto const wanted = map("a", {{"k", "1"}}, {{"app", "x"}});
    must(apply_as("git", wanted));
    auto const calm = must(apply_as("git", wanted, true, true));
    BOOST_TEST(text(calm, "/metadata/resourceVersion") == text(now("a"), "/metadata/resourceVersion"));
    boost::json::value const other = {{"metadata", {{"labels", {{"app", "y"}}}}}};
    must(run(api.patch(kube::known::config_maps, named("a"), kube::patch_type::merge, other,
                       kube::patch_options("hand"), soon())));
    auto const would = must(apply_as("git", wanted, true, true));
    BOOST_TEST(text(would, "/metadata/labels/app") == "x");
    BOOST_TEST(text(now("a"), "/metadata/labels/app") == "y");
    must(apply_as("git", wanted, true));
    BOOST_TEST(text(now("a"), "/metadata/labels/app") == "x");
}

BOOST_AUTO_TEST_CASE(a_field_that_two_apply_stays_until_both_have_let_go)
{
    must(apply_as("git", map("a", {{"k", "1"}, {"own", "1"}})));
    must(apply_as("scaler", map("a", {{"k", "1"}})));
    must(apply_as("git", map("a", {{"own", "1"}})));
    BOOST_TEST(text(now("a"), "/data/k") == "1");
    must(apply_as("scaler", map("a", {})));
    BOOST_TEST(text(now("a"), "/data/k") == "(none)");
    BOOST_TEST(text(now("a"), "/data/own") == "1");
}

BOOST_AUTO_TEST_CASE(the_data_of_a_secret_is_in_no_error)
{
    boost::json::value secret_map = {{"apiVersion", "v1"}, {"kind", "Secret"}, {"metadata", {{"name", "s"}}}};
    secret_map.as_object()["data"] = {{"k", "aHVudGVyMg==#hunter2"}};
    auto const refused = run(api.patch(kube::known::secrets, named("s"), kube::patch_type::apply, secret_map,
                                       kube::patch_options("git"), soon()));
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST((refused.error().code == errc::unavailable), refused.error().message());
    BOOST_TEST(refused.error().message().find("hunter2") == std::string::npos);
    BOOST_TEST(refused.error().message().find("aHVudGVyMg") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
