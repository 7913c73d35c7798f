#include <contract/kube/peer.hpp>

using namespace penstock;
using namespace penstock::testing;

namespace {

struct built_in : kube_peer
{
    /// The fields that this manager applied, as JSON.
    static std::string owned(kube_answer const& r, std::string_view manager)
    {
        auto const all = r.json();
        for (auto const& e : all.at("metadata").at("managedFields").as_array())
            if (kube_answer::text_at(e, "/manager") == manager && kube_answer::text_at(e, "/operation") == "Apply")
                return kube_answer::text_at(e, "/fieldsV1");
        return "(none)";
    }

    std::string deployment(std::string const& containers, std::string const& more = "") const
    {
        return R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{)" + more
               + R"("template":{"spec":{"containers":[)" + containers + "]}}}}";
    }

    kube_answer first()
    {
        return apply(deployments + "/d", "one",
                     R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"selector":)"
                     R"({"matchLabels":{"app":"d"}},"template":{"metadata":{"labels":{"app":"d"}},"spec":)"
                     R"({"containers":[{"name":"main","image":"a:1","env":[{"name":"X","value":"1"}],"ports":)"
                     R"([{"containerPort":80}]}]}}}})");
    }

    std::string deployments = "/apis/apps/v1/namespaces/" + ns + "/deployments";
    std::string const pods = "/spec/template/spec/containers";
};

}  // namespace

BOOST_AUTO_TEST_SUITE(contract_kube)
BOOST_FIXTURE_TEST_SUITE(builtin_apply, built_in)

BOOST_AUTO_TEST_CASE(containers_are_known_by_their_names)
{
    BOOST_TEST(first().status == 201);
    auto const both = apply(deployments + "/d", "two", deployment(R"({"name":"side","image":"b:1"})"));
    BOOST_TEST(both.status == 200, both.body);
    BOOST_TEST(both[pods + "/0/name"] == "main");
    BOOST_TEST(both[pods + "/1/name"] == "side");
    BOOST_TEST(owned(both, "two")
               == R"({"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"side\"}":)"
                  R"({".":{},"f:image":{},"f:name":{}}}}}}})");
    auto const theirs = apply(deployments + "/d", "two", deployment(R"({"name":"main","image":"c:1"})"));
    BOOST_TEST(theirs.status == 409);
    BOOST_TEST(theirs["/details/causes/0/field"] == R"(.spec.template.spec.containers[name="main"].image)");
    auto const gone = apply(deployments + "/d", "two", deployment(R"({"name":"main"})"));
    BOOST_TEST(gone.status == 200, gone.body);
    BOOST_TEST(gone[pods + "/1"] == "(none)");
    BOOST_TEST(gone[pods + "/0/image"] == "a:1");
}

BOOST_AUTO_TEST_CASE(variables_are_known_by_their_names)
{
    first();
    auto const both = apply(
        deployments + "/d", "two",
        deployment(R"({"name":"main","env":[{"name":"Y","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}]})"));
    BOOST_TEST(both.status == 200, both.body);
    BOOST_TEST(both[pods + "/0/env/0/value"] == "1");
    BOOST_TEST(both[pods + "/0/env/1/name"] == "Y");
    BOOST_TEST(
        owned(both, "two")
        == R"({"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"main\"}":{".":{},"f:env":)"
           R"({"k:{\"name\":\"Y\"}":{".":{},"f:name":{},"f:valueFrom":{"f:secretKeyRef":{}}}},"f:name":{}}}}}}})");
    auto const less = apply(deployments + "/d", "two", deployment(R"({"name":"main"})"));
    BOOST_TEST(less[pods + "/0/env/0/name"] == "X");
    BOOST_TEST(less[pods + "/0/env/1"] == "(none)");
}

BOOST_AUTO_TEST_CASE(ports_are_known_by_number_and_protocol)
{
    auto const made = first();
    BOOST_TEST(made[pods + "/0/ports/0/protocol"] == "TCP");  // a default that is a key
    auto const both = apply(
        deployments + "/d", "two",
        deployment(
            R"({"name":"main","ports":[{"containerPort":80,"protocol":"UDP"},{"containerPort":80,"name":"web"}]})"));
    BOOST_TEST(both.status == 200, both.body);
    BOOST_TEST(both[pods + "/0/ports/0/protocol"] == "UDP");  // in the order of who applied last
    BOOST_TEST(both[pods + "/0/ports/1/name"] == "web");
    BOOST_TEST(both[pods + "/0/ports/2"] == "(none)");
    auto const ports = owned(both, "two");
    BOOST_TEST(
        ports.find(R"("k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{},"f:name":{}})")
        != std::string::npos);
    BOOST_TEST(ports.find(R"("k:{\"containerPort\":80,\"protocol\":\"UDP\"}")") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(ports_of_services_are_known_the_same_way)
{
    auto const service = [](std::string const& ports) {
        return R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},"spec":{"ports":[)" + ports + "]}}";
    };
    auto const made = apply(core("services/s"), "one", service(R"({"name":"a","port":80})"));
    BOOST_TEST(made.status == 201, made.body);
    auto const both = apply(core("services/s"), "two", service(R"({"name":"b","port":81})"));
    BOOST_TEST(both.status == 200, both.body);
    BOOST_TEST(both["/spec/ports/0/port"] == "80");
    BOOST_TEST(both["/spec/ports/1/port"] == "81");
    BOOST_TEST(owned(both, "two")
               == R"({"f:spec":{"f:ports":{"k:{\"port\":81,\"protocol\":\"TCP\"}":)"
                  R"({".":{},"f:name":{},"f:port":{}}}}})");
    auto const again = apply(core("services/s"), "two", service(R"({"name":"b","port":81})"));
    BOOST_TEST(again["/metadata/resourceVersion"] == both["/metadata/resourceVersion"]);
}

BOOST_AUTO_TEST_CASE(a_selector_belongs_to_one_as_a_whole)
{
    auto const service = [](std::string const& selector) {
        return R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},"spec":{"ports":[{"port":80}],"selector":)"
               + selector + "}}";
    };
    apply(core("services/s"), "one", service(R"({"a":"1"})"));
    auto const other = apply(core("services/s"), "two", service(R"({"b":"2"})"));
    BOOST_TEST(other.status == 409);
    BOOST_TEST(other["/details/causes/0/field"] == ".spec.selector");
    BOOST_TEST(apply(core("services/s"), "two", service(R"({"b":"2"})"), "&force=true")["/spec/selector"]
               == R"({"b":"2"})");
}

BOOST_AUTO_TEST_CASE(conditions_are_known_by_their_types)
{
    first();
    auto const condition = [](std::string const& type) {
        return R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"status":{"conditions":[{"type":")"
               + type + R"(","status":"True"}]}})";
    };
    BOOST_TEST(apply(deployments + "/d/status", "one", condition("Ready")).status == 200);
    auto const both = apply(deployments + "/d/status", "two", condition("Calm"));
    BOOST_TEST(both.status == 200, both.body);
    BOOST_TEST(both["/status/conditions/0/type"] == "Ready");
    BOOST_TEST(both["/status/conditions/1/type"] == "Calm");
    BOOST_TEST(owned(both, "two")
               == R"({"f:status":{"f:conditions":{"k:{\"type\":\"Calm\"}":{".":{},"f:status":{},"f:type":{}}}}})");
}

BOOST_AUTO_TEST_CASE(owners_are_known_by_their_uids)
{
    auto const map = [](std::string const& uid) {
        return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m","ownerReferences":[{"apiVersion":"v1",)"
               R"("kind":"ConfigMap","name":"o","uid":")"
               + uid + "\"}]}}";
    };
    apply(core("configmaps/m"), "one", map("u1"));
    auto const both = apply(core("configmaps/m"), "two", map("u2"));
    BOOST_TEST(both.status == 200, both.body);
    BOOST_TEST(both["/metadata/ownerReferences/0/uid"] == "u1");
    BOOST_TEST(both["/metadata/ownerReferences/1/uid"] == "u2");
    BOOST_TEST(owned(both, "two") == R"({"f:metadata":{"f:ownerReferences":{"k:{\"uid\":\"u2\"}":{}}}})");
}

BOOST_AUTO_TEST_CASE(a_list_takes_the_order_of_who_applies_it_last)
{
    auto const parts = [](std::string const& list) { return gadget("a", R"(,"parts":[)" + list + ']'); };
    auto const order = [](kube_answer const& r) {
        std::string all;
        auto const o = r.json();
        for (auto const& p : o.at("spec").at("parts").as_array())
            all += kube_answer::text_at(p, "/name");
        return all;
    };
    BOOST_TEST(order(apply(gadgets + "/a", "one", parts(R"({"name":"a"},{"name":"b"},{"name":"c"})"))) == "abc");
    BOOST_TEST(order(apply(gadgets + "/a", "two", parts(R"({"name":"c"},{"name":"x"},{"name":"a"})"))) == "bcxa");
    BOOST_TEST(order(apply(gadgets + "/a", "two", parts(R"({"name":"y"},{"name":"b"})"))) == "ybca");
    BOOST_TEST(order(apply(gadgets + "/a", "one", parts(R"({"name":"a"},{"name":"b"},{"name":"c"})"))) == "yabc");
}

BOOST_AUTO_TEST_CASE(keys_of_maps_are_owned_one_by_one)
{
    auto const map = [](std::string const& data) {
        return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m"},"data":{)" + data + "}}";
    };
    apply(core("configmaps/m"), "one", map(R"("a":"1","b":"1")"));
    auto const both = apply(core("configmaps/m"), "two", map(R"("b":"1","c":"1")"));
    BOOST_TEST(both["/data"] == R"({"a":"1","b":"1","c":"1"})");
    BOOST_TEST(apply(core("configmaps/m"), "two", map(R"("b":"2")")).status == 409);
    auto const less = apply(core("configmaps/m"), "one", map(R"("a":"1")"));
    BOOST_TEST(less["/data"] == R"({"a":"1","b":"1","c":"1"})");  // the other one still wants it
    BOOST_TEST(owned(less, "two") == R"({"f:data":{"f:b":{},"f:c":{}}})");
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
