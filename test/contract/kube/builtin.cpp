#include <contract/kube/peer.hpp>

using namespace penstock;
using namespace penstock::testing;

BOOST_AUTO_TEST_SUITE(contract_kube)
BOOST_FIXTURE_TEST_SUITE(builtin, kube_peer)

BOOST_AUTO_TEST_CASE(encodes_the_data_of_secrets)
{
    auto const made =
        call("POST", core("secrets"),
             R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},"data":{"x":"MQ==","y":"MQ=="},)"
             R"("stringData":{"y":"two"}})");
    BOOST_TEST(made.status == 201);
    BOOST_TEST(made["/type"] == "Opaque");
    BOOST_TEST(made["/data"] == R"({"x":"MQ==","y":"dHdv"})");
    BOOST_TEST(made["/stringData"] == "(none)");
    BOOST_TEST(made["/metadata/generation"] == "(none)");
    BOOST_TEST(merge(core("secrets/a"), R"({"stringData":{"z":"3"}})")["/data/z"] == "Mw==");
    auto const broken = call("POST", core("secrets"),
                             R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"b"},"data":{"x":"#"}})");
    BOOST_TEST(broken.status == 400);
    BOOST_TEST(broken.says("illegal base64 data"));
    auto const key = call("POST", core("secrets"),
                          R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"b"},"data":{"a b":"MQ=="}})");
    BOOST_TEST(key.status == 422);
    BOOST_TEST(key["/details/causes/0/field"] == "data[a b]");
    auto const type = merge(core("secrets/a"), R"({"type":"other"})");
    BOOST_TEST(type.status == 422);
    BOOST_TEST(type.says("field is immutable"));
}

BOOST_AUTO_TEST_CASE(keeps_what_is_immutable)
{
    for (auto const* kind : {"Secret", "ConfigMap"}) {
        auto const path = core(*kind == 'S' ? "secrets" : "configmaps");
        call("POST", path,
             R"({"apiVersion":"v1","kind":")" + std::string(kind)
                 + R"(","metadata":{"name":"a"},"immutable":true,"data":{"x":"MQ=="}})");
        auto const r = merge(path + "/a", R"({"data":{"x":"Mg=="}})");
        BOOST_TEST(r.status == 422);
        BOOST_TEST(r["/details/causes/0/field"] == "data");
        BOOST_TEST(merge(path + "/a", R"({"immutable":false})").status == 422);
        BOOST_TEST(merge(path + "/a", R"({"metadata":{"labels":{"x":"y"}}})").status == 200);
    }
}

BOOST_AUTO_TEST_CASE(takes_texts_only_in_config_maps)
{
    auto const post = [this](std::string const& data) {
        return call("POST", core("configmaps"),
                    R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":)" + data + '}');
    };
    BOOST_TEST(post(R"({"x":1})").status == 400);
    BOOST_TEST(post(R"({"a/b":"1"})").status == 422);
    auto const made = post(R"({"x":"1"})");
    BOOST_TEST(made.status == 201);
    auto const warned = merge(core("configmaps/a"), R"({"nonsense":true})");
    BOOST_TEST(warned["/nonsense"] == "(none)");
    BOOST_TEST(warned.fields["Warning"] == R"(299 - "unknown field \"nonsense\"")");
}

BOOST_AUTO_TEST_CASE(renews_leases)
{
    auto const leases = "/apis/coordination.k8s.io/v1/namespaces/" + ns + "/leases";
    auto const made =
        call("POST", leases,
             R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"a"},"spec":)"
             R"({"holderIdentity":"me","leaseDurationSeconds":15,"leaseTransitions":0,)"
             R"("acquireTime":"2026-01-01T00:00:00.000000Z","renewTime":"2026-01-01T00:00:00.000000Z"}})");
    BOOST_TEST(made.status == 201, made.body);
    BOOST_TEST(made["/metadata/generation"] == "(none)");
    auto next = made.json();
    next.at("spec").as_object()["renewTime"] = "2026-01-01T00:00:10.123456Z";
    auto const renewed = call("PUT", leases + "/a", boost::json::serialize(next));
    BOOST_TEST(renewed["/spec/renewTime"] == "2026-01-01T00:00:10.123456Z");
    BOOST_TEST(call("PUT", leases + "/a", boost::json::serialize(next)).status == 409);
    auto blind = renewed.json();
    blind.at("metadata").as_object().erase("resourceVersion");
    BOOST_TEST(call("PUT", leases + "/a", boost::json::serialize(blind)).status == 422);
    BOOST_TEST(merge(leases + "/a", R"({"spec":{"leaseDurationSeconds":0}})").status == 422);
    BOOST_TEST(merge(leases + "/a", R"({"spec":{"renewTime":"soon"}})").status == 422);
}

BOOST_AUTO_TEST_CASE(fills_in_namespaces)
{
    auto const read = call("GET", "/api/v1/namespaces/" + ns);
    BOOST_TEST(read["/status/phase"] == "Active");
    BOOST_TEST(read["/spec/finalizers/0"] == "kubernetes");
    BOOST_TEST(read["/metadata/labels/kubernetes.io~1metadata.name"] == ns);
    BOOST_TEST(read["/metadata/namespace"] == "(none)");
    BOOST_TEST(call("POST", "/api/v1/namespaces", read.body).status != 201);
    BOOST_TEST(names("/api/v1/namespaces?fieldSelector=metadata.name%3D" + ns) == ns);
    BOOST_TEST(names("/api/v1/namespaces?labelSelector=kubernetes.io/metadata.name%3D" + ns) == ns);
}

BOOST_AUTO_TEST_CASE(takes_events)
{
    auto const core_event = call(
        "POST", core("events"),
        R"({"apiVersion":"v1","kind":"Event","metadata":{"name":"a"},"involvedObject":{"kind":"Gadget","namespace":")"
            + ns
            + R"(","name":"g","apiVersion":"contract.example.com/v1"},"reason":"Made","message":"m","type":"Normal",)"
              R"("source":{"component":"contract"},"firstTimestamp":"2026-01-01T00:00:00Z",)"
              R"("lastTimestamp":"2026-01-01T00:00:00Z","count":1})");
    BOOST_TEST(core_event.status == 201, core_event.body);
    BOOST_TEST(names(core("events") + "?fieldSelector=involvedObject.name%3Dg,reason%3DMade,type%3DNormal") == "a");
    BOOST_TEST(names(core("events") + "?fieldSelector=involvedObject.kind%3DOther") == "");
    auto const elsewhere = call("POST", core("events"),
                                R"({"apiVersion":"v1","kind":"Event","metadata":{"name":"b"},"involvedObject":)"
                                R"({"kind":"Gadget","namespace":"other","name":"g"},"reason":"Made"})");
    BOOST_TEST(elsewhere.status == 422);
    BOOST_TEST(elsewhere["/details/causes/0/field"] == "involvedObject.namespace");
}

BOOST_AUTO_TEST_CASE(reviews_who_may_do_what)
{
    auto const r = call("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                        R"({"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":)"
                        R"({"resourceAttributes":{"verb":"get","resource":"secrets","namespace":"default"}}})");
    BOOST_TEST(r.status == 201);
    BOOST_TEST(r["/status/allowed"] == "true");
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
