#include <contract/kube/peer.hpp>

using namespace penstock;

BOOST_FIXTURE_TEST_SUITE(contract_kube_objects, testing::kube_peer)

BOOST_AUTO_TEST_CASE(keeps_an_object_from_its_creation_to_its_end)
{
    auto const made = call("POST", repositories, repository("a"));
    BOOST_TEST(made.status == 201);
    BOOST_TEST(json(made.body).at("metadata").at("generation").as_int64() == 1);
    BOOST_TEST(json(made.body).at("spec").at("timeout").as_string() == "60s");
    auto const again = call("POST", repositories, repository("a"));
    BOOST_TEST(again.status == 409);
    BOOST_TEST(json(again.body).at("reason").as_string() == "AlreadyExists");
    BOOST_TEST(call("GET", repositories + "/a").status == 200);
    BOOST_TEST(call("DELETE", repositories + "/a").status == 200);
    auto const gone = call("GET", repositories + "/a");
    BOOST_TEST(gone.status == 404);
    BOOST_TEST(json(gone.body).at("message").as_string() == "gitrepositories.source.toolkit.fluxcd.io \"a\" not found");
    BOOST_TEST(json(gone.body).at("details").at("kind").as_string() == "gitrepositories");
}

BOOST_AUTO_TEST_CASE(refuses_what_the_schema_refuses)
{
    auto const r = call("POST", repositories, repository("a", "soon"));
    BOOST_TEST(r.status == 422);
    BOOST_TEST(json(r.body).at("reason").as_string() == "Invalid");
    BOOST_TEST(json(r.body).at("details").at("causes").at(0).at("field").as_string() == "spec.interval");
    BOOST_TEST(call("POST", repositories, repository("Bad_Name")).status == 422);
    BOOST_TEST(call("POST", repositories, "{").status == 400);
}

BOOST_AUTO_TEST_CASE(lets_only_the_latest_version_be_replaced)
{
    auto object = json(call("POST", repositories, repository("a")).body);
    object.at("spec").at("interval") = "2m";
    auto const text = boost::json::serialize(object);
    auto const first = call("PUT", repositories + "/a", text);
    BOOST_TEST(first.status == 200);
    BOOST_TEST(json(first.body).at("metadata").at("generation").as_int64() == 2);
    auto const stale = call("PUT", repositories + "/a", text);
    BOOST_TEST(stale.status == 409);
    BOOST_TEST(json(stale.body).at("reason").as_string() == "Conflict");
}

BOOST_AUTO_TEST_CASE(keeps_status_and_spec_apart)
{
    call("POST", repositories, repository("a"));
    auto const patch = R"({"spec":{"interval":"3m"},"status":{"observedGeneration":1}})";
    auto const type = "application/merge-patch+json";
    auto const by_status = json(call("PATCH", repositories + "/a/status", patch, type).body);
    BOOST_TEST(by_status.at("spec").at("interval").as_string() == "1m");
    BOOST_TEST(by_status.at("status").at("observedGeneration").as_int64() == 1);
    BOOST_TEST(by_status.at("metadata").at("generation").as_int64() == 1);
    auto const other = R"({"spec":{"interval":"3m"},"status":{"observedGeneration":9}})";
    auto const by_main = json(call("PATCH", repositories + "/a", other, type).body);
    BOOST_TEST(by_main.at("spec").at("interval").as_string() == "3m");
    BOOST_TEST(by_main.at("status").at("observedGeneration").as_int64() == 1);
}

BOOST_AUTO_TEST_CASE(changes_nothing_where_nothing_changes)
{
    auto const before = json(call("POST", repositories, repository("a")).body);
    auto const after =
        json(call("PATCH", repositories + "/a", R"({"spec":{"interval":"1m"}})", "application/merge-patch+json").body);
    BOOST_TEST(before.at("metadata").at("resourceVersion") == after.at("metadata").at("resourceVersion"));
}

BOOST_AUTO_TEST_CASE(applies_with_owners_of_fields)
{
    auto const type = "application/apply-patch+yaml";
    auto const path = repositories + "/a?fieldManager=";
    BOOST_TEST(call("PATCH", path + "one", repository("a"), type).status == 201);
    auto const conflict = call("PATCH", path + "two", repository("a", "2m"), type);
    BOOST_TEST(conflict.status == 409);
    BOOST_TEST(json(conflict.body).at("details").at("causes").at(0).at("field").as_string() == ".spec.interval");
    BOOST_TEST(call("PATCH", path + "two&force=true", repository("a", "2m"), type).status == 200);
    BOOST_TEST(call("PATCH", repositories + "/a", repository("a"), type).status == 422);
}

BOOST_AUTO_TEST_CASE(waits_for_finalizers)
{
    call("POST", repositories, repository("a"));
    auto const type = "application/merge-patch+json";
    call("PATCH", repositories + "/a", R"({"metadata":{"finalizers":["example.com/hold"]}})", type);
    BOOST_TEST(call("DELETE", repositories + "/a").status == 200);
    auto const held = json(call("GET", repositories + "/a").body);
    BOOST_TEST(held.at("metadata").as_object().contains("deletionTimestamp"));
    call("PATCH", repositories + "/a", R"({"metadata":{"finalizers":null}})", type);
    BOOST_TEST(call("GET", repositories + "/a").status == 404);
}

BOOST_AUTO_TEST_CASE(refuses_patches_in_a_form_that_the_type_does_not_have)
{
    call("POST", repositories, repository("a"));
    BOOST_TEST(call("PATCH", repositories + "/a", "{}", "application/strategic-merge-patch+json").status == 415);
    auto const r = call("PATCH", repositories + "/a", R"([{"op":"test","path":"/spec/interval","value":"9m"}])",
                        "application/json-patch+json");
    BOOST_TEST(r.status == 422);
}

BOOST_AUTO_TEST_SUITE_END()
