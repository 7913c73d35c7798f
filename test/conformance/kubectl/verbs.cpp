#include <conformance/kubectl/kubectl.hpp>

using namespace penstock;

namespace {

/// Without kubectl nothing here can run: it says so and ends with the status that ctest shows as "skipped".
struct kubectl_is_there
{
    void setup() const
    {
        if (testing::kubectl_minor() != 0)
            return;
        std::cout << "skipped: there is no kubectl in PATH and PENSTOCK_KUBECTL does not name one\n" << std::flush;
        std::_Exit(77);
    }
};
BOOST_TEST_GLOBAL_FIXTURE(kubectl_is_there);

constexpr auto objects = R"(apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: podinfo
  labels: {app: podinfo}
spec:
  interval: 1m
  url: https://example.com/podinfo.git
---
apiVersion: v1
kind: Secret
metadata: {name: token}
stringData: {token: abc}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {a: b}
)";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(conformance_kubectl_verbs, testing::kubectl_fixture)

BOOST_AUTO_TEST_CASE(finds_the_types)
{
    auto const all = good("api-resources");
    BOOST_TEST(all.says("gitrepositories"));
    BOOST_TEST(all.says("gitrepo"));
    BOOST_TEST(all.says("leases"));
    BOOST_TEST(good("version").says(testing::kubectl_fixture::real() ? "Server Version: v1." : "v1.34.0+penstock"));
    BOOST_TEST(good("api-versions").says("notification.toolkit.fluxcd.io/v1"));
    BOOST_TEST(good("get --raw /readyz").says("ok"));
    BOOST_TEST(good("auth can-i create secrets").says("yes"));
    if (testing::kubectl_minor() >= 27)
        BOOST_TEST(good("explain gitrepo.spec.ref").says("branch"));
}

BOOST_AUTO_TEST_CASE(creates_shows_and_deletes)
{
    auto const f = file("objects.yaml", objects);
    BOOST_TEST(good("create -f " + f).says("gitrepository.source.toolkit.fluxcd.io/podinfo created"));
    BOOST_TEST(kubectl("create -f " + f).says("already exists"));
    auto const table = good("get gitrepo");
    BOOST_TEST(table.says("URL"));
    BOOST_TEST(table.says("READY"));
    BOOST_TEST(table.says("https://example.com/podinfo.git"));
    BOOST_TEST(good("get gitrepo -A").says("NAMESPACE"));
    BOOST_TEST(good("get gitrepo podinfo -o yaml").says("  interval: 1m"));
    BOOST_TEST(good("get gitrepo podinfo -o json").says("\"resourceVersion\""));
    BOOST_TEST(good("get gitrepo podinfo -o jsonpath={.spec.timeout}").output == "60s");
    BOOST_TEST(good("get secret token -o jsonpath={.data.token}").output == "YWJj");
    BOOST_TEST(good("get fluxcd,cm -o name").says("configmap/settings"));
    auto const told = good("describe gitrepo podinfo");
    BOOST_TEST(told.says("Interval:  1m"));
    BOOST_TEST(told.says("Events:"));
    BOOST_TEST(good("delete -f " + f).says("deleted"));
    auto const gone = kubectl("get gitrepo podinfo");
    BOOST_TEST(gone.status == 1);
    BOOST_TEST(
        gone.says("Error from server (NotFound): gitrepositories.source.toolkit.fluxcd.io \"podinfo\" not found"));
}

BOOST_AUTO_TEST_CASE(creates_built_in_objects_by_name)
{
    good("create namespace team");
    good("create secret generic s --from-literal=a=b -n team");
    good("create configmap c --from-literal=a=b -n team");
    good("create serviceaccount robot -n team");
    BOOST_TEST(good("get secret s -n team").says("Opaque"));
    BOOST_TEST(good("get ns").says("Active"));
    good("delete secret s -n team");
    good("delete namespace team --wait=false");
    if (real())
        return;  // there a controller empties namespaces, and none runs
    BOOST_TEST(!good("get configmaps -A -o name").says("configmap/c"));
    BOOST_TEST(!good("get ns").says("team"));
}

BOOST_AUTO_TEST_CASE(applies_from_the_client)
{
    auto const f = file("objects.yaml", objects);
    BOOST_TEST(good("apply -f " + f).says("podinfo created"));
    BOOST_TEST(good("apply -f " + f).says("podinfo unchanged"));
    std::string changed = objects;
    changed.replace(changed.find("1m"), 2, "5m");
    BOOST_TEST(good("apply -f " + file("changed.yaml", changed)).says("podinfo configured"));
    BOOST_TEST(good("get gitrepo podinfo -o jsonpath={.spec.interval}/{.metadata.generation}").output == "5m/2");
    if (testing::kubectl_minor() >= 27) {
        BOOST_TEST(good("apply --dry-run=server -f " + f).says("configured (server dry run)"));
        BOOST_TEST(kubectl("diff -f " + f).says("+  interval: 1m"));
    }
    BOOST_TEST(good("get gitrepo podinfo -o jsonpath={.spec.interval}").output == "5m");
}

BOOST_AUTO_TEST_CASE(applies_on_the_server)
{
    auto const f = file("objects.yaml", objects);
    BOOST_TEST(good("apply --server-side -f " + f).says("serverside-applied"));
    BOOST_TEST(good("apply --server-side -f " + f).says("serverside-applied"));
    std::string changed = objects;
    changed.replace(changed.find("1m"), 2, "5m");
    auto const other = file("changed.yaml", changed);
    auto const conflict = kubectl("apply --server-side --field-manager=other -f " + other);
    BOOST_TEST(conflict.status == 1);
    BOOST_TEST(conflict.says(".spec.interval"));
    good("apply --server-side --field-manager=other --force-conflicts -f " + other);
    BOOST_TEST(good("get gitrepo podinfo -o jsonpath={.spec.interval}").output == "5m");
}

BOOST_AUTO_TEST_CASE(patches_annotates_and_labels)
{
    good("create -f " + file("objects.yaml", objects));
    good(R"(patch gitrepo podinfo --type merge -p '{"spec":{"interval":"2m"}}')");
    good(R"(patch gitrepo podinfo --type json -p '[{"op":"add","path":"/spec/suspend","value":true}]')");
    good(R"(patch configmap settings -p '{"data":{"c":"d"}}')");
    BOOST_TEST(good("get gitrepo podinfo -o jsonpath={.spec.interval}/{.spec.suspend}").output == "2m/true");
    BOOST_TEST(good("get cm settings -o jsonpath={.data}").output == R"({"a":"b","c":"d"})");
    BOOST_TEST(kubectl(R"(patch gitrepo podinfo -p '{"spec":{}}')").status == 1);  // strategic: not for these
    good("annotate gitrepo podinfo reconcile.fluxcd.io/requestedAt=now");
    good("label gitrepo podinfo team=a");
    BOOST_TEST(good("get gitrepo -l team=a -o name").says("podinfo"));
    BOOST_TEST(!good("get gitrepo -l 'team notin (a)' -o name").says("podinfo"));
    good("label gitrepo podinfo team-");
    BOOST_TEST(!good("get gitrepo -l team -o name").says("podinfo"));
    BOOST_TEST(good("get gitrepo --field-selector metadata.name=podinfo -o name").says("podinfo"));
}

BOOST_AUTO_TEST_CASE(tells_what_is_wrong_with_an_object)
{
    std::string wrong = objects;
    wrong.replace(wrong.find("1m"), 2, "soon");
    auto const refused = kubectl("create -f " + file("wrong.yaml", wrong));
    BOOST_TEST(refused.status == 1);
    BOOST_TEST(refused.says("The GitRepository \"podinfo\" is invalid"));
    BOOST_TEST(refused.says("spec.interval"));
}

BOOST_AUTO_TEST_CASE(waits_for_conditions)
{
    good("create -f " + file("objects.yaml", objects));
    good("wait --for=condition=Established crd/gitrepositories.source.toolkit.fluxcd.io --timeout=10s");
    auto waiting = std::async(std::launch::async,
                              [this] { return kubectl("wait --for=condition=Ready gitrepo/podinfo --timeout=20s"); });
    BOOST_TEST(until_watched());
    boost::json::object condition{{"type", "Ready"}, {"status", "True"}, {"reason", "Succeeded"}};
    condition["message"] = "stored";
    condition["lastTransitionTime"] = "2026-01-01T00:00:00Z";
    boost::json::object status;
    status["observedGeneration"] = 1;
    status["conditions"] = boost::json::array{std::move(condition)};
    BOOST_TEST(write_status("podinfo", std::move(status)));
    BOOST_TEST(waiting.get().says("condition met"));
    BOOST_TEST(good("get gitrepo podinfo").says("stored"));
}

BOOST_AUTO_TEST_CASE(watches_with_a_table)
{
    good("create -f " + file("objects.yaml", objects));
    auto watching = std::async(std::launch::async, [this] { return kubectl("get gitrepo -w", 4); });
    BOOST_TEST(until_watched());
    good(R"(patch gitrepo podinfo --type merge -p '{"spec":{"url":"https://example.com/moved.git"}}')");
    auto const seen = watching.get();
    BOOST_TEST(seen.says("podinfo.git"));
    BOOST_TEST(seen.says("moved.git"));
}

BOOST_AUTO_TEST_CASE(takes_the_definitions_of_the_real_projects)
{
    auto const* named = std::getenv("PENSTOCK_SHARED");
    auto const folder =
        (named ? std::filesystem::path(named) : std::filesystem::path(PENSTOCK_SOURCE_DIR) / "../shared") / "crds";
    if (!std::filesystem::exists(folder)) {
        BOOST_TEST_MESSAGE("skipped: " << folder << " is not there; PENSTOCK_SHARED names the folder above it");
        return;
    }
    good("apply --server-side --force-conflicts -f " + folder.string());
    good("wait --for=condition=Established crd --all --timeout=20s");
    BOOST_TEST(good("get terraforms,pipelines,ocirepositories,taskruns -A").says("No resources found"));
    good("create -f " + file("objects.yaml", objects));
    BOOST_TEST(good("get gitrepo podinfo -o jsonpath={.spec.timeout}").output == "60s");
}

BOOST_AUTO_TEST_SUITE_END()
