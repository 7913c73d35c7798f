#include <penstock/kube/served_resource.hpp>

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace penstock::kube;

namespace {

boost::json::object json(char const* text)
{
    return boost::json::parse(text).as_object();
}

// In the form of kube-apiserver 1.34, cut down.
char const* const aggregated = R"({"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},
"items":[{"metadata":{"name":"apps","creationTimestamp":null},"versions":[{"version":"v1","resources":[
{"resource":"deployments","responseKind":{"group":"","version":"","kind":"Deployment"},"scope":"Namespaced",
"singularResource":"deployment","verbs":["create","list","watch"],"shortNames":["deploy"],"categories":["all"],
"subresources":[{"subresource":"scale","responseKind":{"group":"autoscaling","version":"v1","kind":"Scale"},
"verbs":["get","patch","update"]},{"subresource":"status","verbs":["get"]}]},{"resource":"","scope":"Cluster"},7],
"freshness":"Current"},{"version":"v1beta1","freshness":"Stale"}]},
{"metadata":{"name":"policy"},"versions":[{"version":"v1","resources":[{"resource":"nodes","scope":"Cluster",
"responseKind":{"kind":"Node"}}]}]}]})";

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_served_resource)

BOOST_AUTO_TEST_CASE(reads_everything_at_once)
{
    auto const all = decode_served_versions(json(aggregated)).value();
    BOOST_REQUIRE(all.size() == 3U);
    BOOST_TEST(all[0].known);
    BOOST_REQUIRE(all[0].resources.size() == 1U);
    auto const& d = all[0].resources[0];
    BOOST_TEST((d.what == resource("apps", "v1", "deployments", "Deployment")));
    BOOST_TEST(d.singular == "deployment");
    BOOST_TEST(d.short_names.at(0) == "deploy");
    BOOST_TEST(d.categories.at(0) == "all");
    BOOST_TEST(d.can("watch"));
    BOOST_TEST(!d.can("delete"));
    BOOST_TEST(d.has("scale"));
    BOOST_TEST(d.has("status"));
    BOOST_TEST(!d.has("exec"));
    BOOST_TEST(!all[1].known);
    BOOST_TEST(all[1].version == "v1beta1");
    BOOST_TEST(!all[2].resources.at(0).what.namespaced);
}

BOOST_AUTO_TEST_CASE(puts_the_preferred_version_of_a_group_first)
{
    auto const all = decode_served_versions(json(R"({"kind":"APIGroupList","groups":[
        {"name":"a","versions":[{"version":"v1beta1"},{"version":"v1"},{"version":"v1alpha1"}],
         "preferredVersion":{"version":"v1"}},
        {"name":"b","versions":[{"version":"v2"},{"version":"v1"}]}]})"))
                         .value();
    std::string order;
    for (auto const& v : all) {
        order += v.group + '/' + v.version + ' ';
        BOOST_TEST(!v.known);
    }
    BOOST_TEST(order == "a/v1 a/v1beta1 a/v1alpha1 b/v2 b/v1 ");
    auto const core = decode_served_versions(json(R"({"kind":"APIVersions","versions":["v1"]})")).value();
    BOOST_TEST(core.at(0).group == "");
    BOOST_TEST(core.at(0).version == "v1");
}

BOOST_AUTO_TEST_CASE(reads_the_resources_of_one_version)
{
    served_version v;
    v.group = "apps";
    v.version = "v1";
    v.known = false;
    auto const ok = decode_served_resources(json(R"({"kind":"APIResourceList","groupVersion":"apps/v1","resources":[
        {"name":"deployments","singularName":"deployment","namespaced":true,"kind":"Deployment","verbs":["get"],
         "shortNames":["deploy"]},
        {"name":"deployments/scale","singularName":"","namespaced":true,"group":"autoscaling","kind":"Scale"},
        {"name":"orphans/status","kind":"Orphan"},{"name":"nameless"}]})"),
                                            v);
    BOOST_TEST(ok.has_value());
    BOOST_TEST(v.known);
    BOOST_REQUIRE(v.resources.size() == 1U);
    BOOST_TEST((v.resources[0].what == resource("apps", "v1", "deployments", "Deployment")));
    BOOST_TEST(v.resources[0].has("scale"));
    BOOST_TEST(v.resources[0].can("get"));
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_discovery)
{
    served_version v;
    for (auto const* text : {R"({"kind":"Status"})", R"({})", R"({"kind":7})"}) {
        BOOST_TEST((decode_served_versions(json(text)).error().code == errc::malformed));
        BOOST_TEST((decode_served_resources(json(text), v).error().code == errc::malformed));
    }
    BOOST_TEST(decode_served_versions(json(R"({"kind":"APIGroupDiscoveryList","items":7})")).value().empty());
}

BOOST_AUTO_TEST_SUITE_END()
