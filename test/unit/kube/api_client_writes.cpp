#include <penstock/kube/api_client.hpp>

#include <penstock/kube/api_status.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/testing/loop.hpp>

#include "scripted_transport.hpp"

#include <boost/test/unit_test.hpp>

using namespace kube_test;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace {

struct writing_loop : testing::loop
{
    scripted_transport peer{clock};
    api_client<decltype(env), scripted_transport> api{env, peer, "https://k"};
    object_name podinfo{"flux-system", "podinfo"};
    resource const& what = known::git_repositories;

    time_point soon() { return clock.now() + 10s; }
    std::string target(std::size_t i) const { return peer.requests.at(i).url.substr(9); }
    boost::json::value sent(std::size_t i) const { return boost::json::parse(peer.requests.at(i).body); }
    void conflict() { peer.answers.emplace_back(409, status(409, "Conflict", "the object has been modified")); }
    void object(std::string const& version) { peer.answers.emplace_back(200, repository("podinfo", version)); }

    auto set_url(std::string url)
    {
        std::function<result<void>(boost::json::object&)> const change =
            [url, this](boost::json::object& o) -> result<void> {
            ++changes;
            o["spec"].as_object()["url"] = url;
            return {};
        };
        write_options const how("penstock");
        return api.update(what, podinfo, change, how, soon());
    }
    int changes = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_api_client_writes, writing_loop)

BOOST_AUTO_TEST_CASE(applies_an_object_to_the_name_that_it_carries)
{
    object("1");
    auto const wanted = boost::json::parse(repository("podinfo", "1"));
    patch_options how("penstock");
    how.force = true;
    how.dry_run = true;
    how.validation = field_validation::strict;
    BOOST_TEST(run(api.apply(what, wanted, how, soon())).has_value());
    BOOST_TEST(peer.requests.at(0).method == "PATCH");
    BOOST_TEST(peer.requests.at(0).fields["Content-Type"] == "application/apply-patch+yaml");
    BOOST_TEST(target(0)
               == "/apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/gitrepositories/podinfo"
                  "?fieldManager=penstock&dryRun=All&fieldValidation=Strict&force=true");
    BOOST_TEST((sent(0) == wanted));
}

BOOST_AUTO_TEST_CASE(applies_nothing_without_a_name_or_a_manager)
{
    boost::json::value nameless{{"spec", "x"}};
    patch_options how("penstock");
    BOOST_TEST((run(api.apply(what, nameless, how, soon())).error().code == errc::invalid_argument));
    patch_options anonymous;
    auto const wanted = boost::json::parse(repository("podinfo", "1"));
    BOOST_TEST((run(api.apply(what, wanted, anonymous, soon())).error().code == errc::invalid_argument));
    BOOST_TEST(peer.requests.empty());
}

BOOST_AUTO_TEST_CASE(tells_whose_fields_an_apply_would_take)
{
    peer.answers.emplace_back(409, R"({"kind":"Status","reason":"Conflict","message":"Apply failed with 1 conflict",)"
                                   R"("details":{"causes":[{"reason":"FieldManagerConflict",)"
                                   R"("message":"conflict with \"kubectl\" using v1","field":".spec.url"}]}})");
    patch_options how("penstock");
    auto const wanted = boost::json::parse(repository("podinfo", "1"));
    auto const f = run(api.apply(what, wanted, how, soon())).error();
    BOOST_TEST((f.code == condition::conflict));
    BOOST_REQUIRE(status_of(f) != nullptr);
    BOOST_TEST(status_of(f)->conflicts().at(0).manager == "kubectl");
    BOOST_TEST(status_of(f)->conflicts().at(0).field == ".spec.url");
}

BOOST_AUTO_TEST_CASE(reads_and_writes_again_when_somebody_wrote_in_between)
{
    object("1");
    conflict();
    object("2");
    object("3");
    auto task = start(set_url("https://new"));
    BOOST_TEST(!task.done());
    advance(11ms);
    BOOST_TEST(resource_version_of(task.get().value().as_object()) == "3");
    BOOST_TEST(changes == 2);
    BOOST_TEST(peer.requests.at(1).method == "PUT");
    BOOST_TEST(resource_version_of(sent(1).as_object()) == "1");
    BOOST_TEST(resource_version_of(sent(3).as_object()) == "2");
    BOOST_TEST(sent(3).at("spec").at("url").as_string() == "https://new");
}

BOOST_AUTO_TEST_CASE(gives_up_after_five_conflicts)
{
    for (int i = 0; i < 10; ++i) {
        object("1");
        conflict();
    }
    auto task = start(set_url("https://new"));
    advance(1s);
    BOOST_TEST((task.get().error().code == errc::conflict));
    BOOST_TEST(changes == 5);
}

BOOST_AUTO_TEST_CASE(writes_nothing_where_nothing_changes_or_the_change_is_refused)
{
    object("1");
    BOOST_TEST(run(set_url("https://example.com")).has_value());
    BOOST_TEST(peer.requests.size() == 1U);
    object("1");
    std::function<result<void>(boost::json::object&)> const refuse = [](boost::json::object&) -> result<void> {
        return failure(errc::unsupported, "no");
    };
    write_options how;
    BOOST_TEST(run(api.update(what, podinfo, refuse, how, soon())).error().detail == "no");
    BOOST_TEST(peer.requests.size() == 2U);
}

BOOST_AUTO_TEST_CASE(updates_a_subresource)
{
    object("1");
    object("2");
    std::function<result<void>(boost::json::object&)> const change = [](boost::json::object& o) -> result<void> {
        o["status"] = boost::json::object{{"observedGeneration", 1}};
        return {};
    };
    write_options how;
    how.subresource = "status";
    BOOST_TEST(run(api.update(what, podinfo, change, how, soon())).has_value());
    BOOST_TEST(target(0).ends_with("/podinfo/status"));
    BOOST_TEST(target(1).ends_with("/podinfo/status"));
}

BOOST_AUTO_TEST_CASE(scales)
{
    resource const deployments("apps", "v1", "deployments", "Deployment");
    object_name const web("default", "web");
    peer.answers.emplace_back(200, R"({"kind":"Scale","spec":{"replicas":3}})");
    peer.answers.emplace_back(200, R"({"kind":"Scale","spec":{"replicas":3}})");
    patch_options how("penstock");
    BOOST_TEST(run(api.scale(deployments, web, 3, how, soon())).has_value());
    BOOST_TEST(target(0) == "/apis/apps/v1/namespaces/default/deployments/web/scale?fieldManager=penstock");
    BOOST_TEST(peer.requests.at(0).body == R"({"spec":{"replicas":3}})");
    BOOST_TEST(peer.requests.at(0).fields["Content-Type"] == "application/merge-patch+json");
    auto const now = run(api.get_subresource(deployments, web, "scale", soon())).value();
    BOOST_TEST(now.at("kind").as_string() == "Scale");
    BOOST_TEST(target(1) == "/apis/apps/v1/namespaces/default/deployments/web/scale");
}

BOOST_AUTO_TEST_CASE(removes_what_selectors_find_in_one_namespace)
{
    peer.answers.emplace_back(200, list_of({}, "9"));
    list_options which("app=x");
    which.field_selector = "metadata.name!=keep";
    remove_options how;
    how.propagation = propagation::foreground;
    how.dry_run = true;
    BOOST_TEST(run(api.remove_collection(what, "flux-system", which, how, soon())).has_value());
    BOOST_TEST(peer.requests.at(0).method == "DELETE");
    BOOST_TEST(target(0).ends_with("/flux-system/gitrepositories?labelSelector=app%3Dx"
                                   "&fieldSelector=metadata.name%21%3Dkeep"));
    BOOST_TEST(peer.requests.at(0).body
               == R"({"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Foreground","dryRun":["All"]})");
}

BOOST_AUTO_TEST_CASE(never_removes_a_collection_from_all_namespaces_or_by_a_uid)
{
    list_options which;
    remove_options how;
    BOOST_TEST((run(api.remove_collection(what, "", which, how, soon())).error().code == errc::invalid_argument));
    how.uid = "u";
    BOOST_TEST((run(api.remove_collection(what, "a", which, how, soon())).error().code == errc::invalid_argument));
    BOOST_TEST(peer.requests.empty());
}

BOOST_AUTO_TEST_CASE(hands_over_page_after_page)
{
    peer.answers.emplace_back(200, list_of({repository("a", "1")}, "9", "next"));
    peer.answers.emplace_back(410, status(410, "Expired", "too old"));
    peer.answers.emplace_back(200, list_of({repository("a", "1"), repository("b", "2")}, "12"));
    std::string told;
    auto const visit = [&told](object_list& page, bool from_start) -> result<void> {
        told += (from_start ? "start " : "more ") + std::to_string(page.items.size()) + ';';
        return {};
    };
    list_options ask;
    BOOST_TEST(run(api.for_each_page(what, "", ask, visit, soon())).value() == "12");
    BOOST_TEST(told == "start 1;start 2;");
    peer.answers.emplace_back(200, list_of({repository("a", "1")}, "9", "next"));
    auto const stop = [](object_list&, bool) -> result<void> { return failure(errc::too_large, "enough"); };
    BOOST_TEST(run(api.for_each_page(what, "", ask, stop, soon())).error().detail == "enough");
    BOOST_TEST(peer.requests.size() == 4U);
}

BOOST_AUTO_TEST_CASE(reads_what_is_no_resource)
{
    peer.answers.emplace_back(200, R"({"gitVersion":"v1.34.0"})");
    BOOST_TEST(run(api.get_document("/version", "application/json", soon())).value().at("gitVersion").as_string()
               == "v1.34.0");
    BOOST_TEST(target(0) == "/version");
    BOOST_TEST((run(api.get_document("version", "a/b", soon())).error().code == errc::invalid_argument));
    BOOST_TEST((run(api.get_document("/a b", "a/b", soon())).error().code == errc::invalid_argument));
}

BOOST_AUTO_TEST_SUITE_END()
