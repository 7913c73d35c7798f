#include <contract/kube/peer.hpp>

using namespace penstock;
using namespace penstock::testing;

BOOST_AUTO_TEST_SUITE(contract_kube)
BOOST_FIXTURE_TEST_SUITE(patches, kube_peer)

BOOST_AUTO_TEST_CASE(merges)
{
    make("a", R"(,"limits":{"a":"1","b":"2"},"tags":["x","y"])");
    auto const r = merge(gadgets + "/a", R"({"spec":{"limits":{"a":null,"c":"3"},"tags":["z"]}})");
    BOOST_TEST(r.status == 200);
    BOOST_TEST(r["/spec/limits"] == R"({"b":"2","c":"3"})");
    BOOST_TEST(r["/spec/tags"] == R"(["z"])");
    auto const back = merge(gadgets + "/a", R"({"spec":{"size":null}})");
    BOOST_TEST(back["/spec/size"] == "3");  // the default comes back
    BOOST_TEST(merge(gadgets + "/b", "{}").status == 404);
}

BOOST_AUTO_TEST_CASE(merges_only_onto_the_version_that_is_named)
{
    auto const made = make("a");
    auto const version = made["/metadata/resourceVersion"];
    auto const patch = R"({"metadata":{"resourceVersion":")" + version + R"("},"spec":{"size":5}})";
    BOOST_TEST(merge(gadgets + "/a", patch).status == 200);
    auto const stale =
        merge(gadgets + "/a", R"({"metadata":{"resourceVersion":")" + version + R"("},"spec":{"size":6}})");
    BOOST_TEST(stale.status == 409);
    BOOST_TEST(stale["/reason"] == "Conflict");
}

BOOST_AUTO_TEST_CASE(runs_operations)
{
    make("a", R"(,"tags":["x","y"],"limits":{"a/b":"1"})");
    auto const r =
        call("PATCH", gadgets + "/a",
             R"([{"op":"test","path":"/spec/size","value":3},{"op":"replace","path":"/spec/size","value":4},)"
             R"({"op":"add","path":"/spec/tags/-","value":"z"},{"op":"remove","path":"/spec/tags/0"},)"
             R"({"op":"copy","from":"/spec/size","path":"/spec/weight"},)"
             R"({"op":"move","from":"/spec/limits/a~1b","path":"/spec/limits/c"},)"
             R"({"op":"add","path":"/metadata/labels","value":{"l":"m"}}])",
             json_patch);
    BOOST_TEST(r.status == 200, r.body);
    BOOST_TEST(r["/spec/size"] == "4");
    BOOST_TEST(r["/spec/tags"] == R"(["y","z"])");
    BOOST_TEST(r["/spec/weight"] == "4");
    BOOST_TEST(r["/spec/limits"] == R"({"c":"1"})");
    BOOST_TEST(r["/metadata/labels/l"] == "m");
}

BOOST_AUTO_TEST_CASE(refuses_operations_that_do_not_hold)
{
    make("a");
    auto const run = [this](std::string const& patch) { return call("PATCH", gadgets + "/a", patch, json_patch); };
    BOOST_TEST(run(R"([{"op":"test","path":"/spec/size","value":9}])").status == 422);
    BOOST_TEST(run(R"([{"op":"remove","path":"/spec/nothing"}])").status == 422);
    BOOST_TEST(run(R"([{"op":"replace","path":"/spec/nothing/x","value":1}])").status == 422);
    BOOST_TEST(run(R"({"op":"test"})").status == 400);
    BOOST_TEST(run(R"([{"op":"explode","path":"/spec"}])").status == 422);
    BOOST_TEST(run("nonsense").status == 400);
    BOOST_TEST(call("GET", gadgets + "/a")["/metadata/generation"] == "1");
}

BOOST_AUTO_TEST_CASE(merges_lists_of_built_in_types_by_their_keys)
{
    call("POST", core("services"),
         R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"ports":[{"name":"one","port":1},)"
         R"({"name":"two","port":2}]}})");
    auto const r =
        call("PATCH", core("services/a"), R"({"spec":{"ports":[{"port":2,"name":"deux"}]}})", strategic_patch);
    BOOST_TEST(r.status == 200, r.body);
    BOOST_TEST(r["/spec/ports/2"] == "(none)");
    BOOST_TEST(r.says("\"deux\""));
    BOOST_TEST(r.says("\"one\""));
    BOOST_TEST(!r.says("\"two\""));
}

BOOST_AUTO_TEST_CASE(refuses_patches_in_a_form_that_the_type_does_not_have)
{
    make("a");
    auto const strategic = call("PATCH", gadgets + "/a", "{}", strategic_patch);
    BOOST_TEST(strategic.status == 415);
    BOOST_TEST(strategic["/reason"] == "UnsupportedMediaType");
    BOOST_TEST(
        strategic.says("application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"));
    BOOST_TEST(call("PATCH", gadgets + "/a", "{}", "application/json").status == 415);
    BOOST_TEST(merge(gadgets + "/a", "{").status == 400);
}

BOOST_AUTO_TEST_CASE(keeps_the_name_and_the_kind)
{
    make("a");
    BOOST_TEST(merge(gadgets + "/a", R"({"metadata":{"name":"b"}})").status == 400);
    auto const other = merge(gadgets + "/a", R"({"kind":"Widget"})");
    BOOST_TEST(other.status == 422);
    BOOST_TEST(other["/details/causes/0/field"] == "kind");
    BOOST_TEST(merge(gadgets + "/a", R"({"metadata":{"namespace":"other"}})").status == 400);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
