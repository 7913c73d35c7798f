#include <contract/kube/peer.hpp>

using namespace penstock;
using namespace penstock::testing;

BOOST_AUTO_TEST_SUITE(contract_kube)
BOOST_FIXTURE_TEST_SUITE(lists, kube_peer)

BOOST_AUTO_TEST_CASE(orders_a_list_by_name)
{
    make("b");
    make("a");
    make("c");
    BOOST_TEST(names(gadgets) == "a,b,c");
    auto const r = call("GET", gadgets);
    BOOST_TEST(r["/kind"] == "GadgetList");
    BOOST_TEST(r["/apiVersion"] == "contract.example.com/v1");
    BOOST_TEST(r["/metadata/continue"] == "");
    BOOST_TEST(r["/metadata/remainingItemCount"] == "(none)");
    BOOST_TEST(r["/items/0/kind"] == "Gadget");
}

BOOST_AUTO_TEST_CASE(leaves_kinds_out_of_lists_of_built_in_types)
{
    BOOST_TEST(
        call("POST", core("configmaps"), R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}})").status
        == 201);
    auto const r = call("GET", core("configmaps") + "?fieldSelector=metadata.name%3Da");
    BOOST_TEST(r["/kind"] == "ConfigMapList");
    BOOST_TEST(r["/items/0/metadata/name"] == "a");
    BOOST_TEST(r["/items/0/kind"] == "(none)");
}

BOOST_AUTO_TEST_CASE(pages_a_list_that_ends_at_one_version)
{
    for (auto const* name : {"a", "b", "c", "d", "e"})
        make(name);
    auto const first = call("GET", gadgets + "?limit=2");
    BOOST_TEST(first["/items/1/metadata/name"] == "b");
    BOOST_TEST(first["/items/2"] == "(none)");
    BOOST_TEST(first["/metadata/remainingItemCount"] == "3");
    make("f");
    auto const second = call("GET", gadgets + "?limit=2&continue=" + first["/metadata/continue"]);
    BOOST_TEST(second["/items/0/metadata/name"] == "c");
    BOOST_TEST(second["/metadata/resourceVersion"] == first["/metadata/resourceVersion"]);
    BOOST_TEST(second["/metadata/remainingItemCount"] == "1");
    auto const third = call("GET", gadgets + "?limit=2&continue=" + second["/metadata/continue"]);
    BOOST_TEST(third["/items/0/metadata/name"] == "e");
    BOOST_TEST(third["/items/1"] == "(none)");  // "f" came later
    BOOST_TEST(third["/metadata/continue"] == "");
    BOOST_TEST(third["/metadata/resourceVersion"] == first["/metadata/resourceVersion"]);
}

BOOST_AUTO_TEST_CASE(pages_with_a_selector)
{
    for (auto const* name : {"a", "b", "c", "d"})
        make(name, "", *name == 'b' ? "" : R"(,"labels":{"x":"y"})");
    auto const first = call("GET", gadgets + "?limit=2&labelSelector=x");
    BOOST_TEST(first["/items/1/metadata/name"] == "c");
    BOOST_TEST(first["/metadata/remainingItemCount"] == "(none)");
    auto const second = call("GET", gadgets + "?limit=2&labelSelector=x&continue=" + first["/metadata/continue"]);
    BOOST_TEST(second["/items/0/metadata/name"] == "d");
    BOOST_TEST(second["/metadata/continue"] == "");
}

BOOST_AUTO_TEST_CASE(refuses_pages_that_it_has_not_begun)
{
    auto const bad = call("GET", gadgets + "?limit=2&continue=nonsense");
    BOOST_TEST(bad.status == 400);
    BOOST_TEST(bad["/reason"] == "BadRequest");
    make("a");
    make("b");
    auto const next = call("GET", gadgets + "?limit=1")["/metadata/continue"];
    BOOST_TEST(call("GET", gadgets + "?limit=1&resourceVersion=" + version() + "&continue=" + next).status == 400);
}

BOOST_AUTO_TEST_CASE(shows_versions_that_it_is_asked_for)
{
    make("a");
    auto const then = version();
    make("b");
    BOOST_TEST(names(gadgets + "?resourceVersion=" + then) == "a,b");  // not older than
    BOOST_TEST(names(gadgets + "?resourceVersionMatch=NotOlderThan&resourceVersion=" + then) == "a,b");
    BOOST_TEST(names(gadgets + "?resourceVersion=0").starts_with("a"));
    auto const exact = call("GET", gadgets + "?resourceVersionMatch=Exact&resourceVersion=" + then);
    BOOST_TEST(exact.status == 200);
    BOOST_TEST(exact["/items/0/metadata/name"] == "a");
    BOOST_TEST(exact["/items/1"] == "(none)");
    BOOST_TEST(exact["/metadata/resourceVersion"] == then);
}

BOOST_AUTO_TEST_CASE(knows_the_future_not)
{
    auto const later = std::to_string(std::stoull(version()) + 1'000'000);
    auto const r = call("GET", gadgets + "?resourceVersion=" + later);
    BOOST_TEST(r.status == 504);
    BOOST_TEST(r["/reason"] == "Timeout");
    BOOST_TEST(r.says("Too large resource version: " + later + ", current: "));
    BOOST_TEST(r["/details/causes/0/reason"] == "ResourceVersionTooLarge");
    BOOST_TEST(r["/details/retryAfterSeconds"] == "1");
}

BOOST_AUTO_TEST_CASE(refuses_versions_that_make_no_sense)
{
    BOOST_TEST(call("GET", gadgets + "?resourceVersion=abc").status == 400);
    auto const alone = call("GET", gadgets + "?resourceVersionMatch=Exact");
    BOOST_TEST(alone.status == 422);
    BOOST_TEST(alone.says("resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion "
                          "is provided"));
    BOOST_TEST(call("GET", gadgets + "?resourceVersionMatch=Sometimes&resourceVersion=1").status == 422);
    BOOST_TEST(call("GET", gadgets + "?resourceVersionMatch=Exact&resourceVersion=0").status == 422);
    BOOST_TEST(call("GET", gadgets + "?limit=x").status == 400);
}

BOOST_AUTO_TEST_CASE(selects_by_labels)
{
    make("a", "", R"(,"labels":{"app":"x","tier":"front"})");
    make("b", "", R"(,"labels":{"app":"y"})");
    make("c");
    auto const with = [&](std::string const& selector) { return names(gadgets + "?labelSelector=" + selector); };
    BOOST_TEST(with("app%3Dx") == "a");
    BOOST_TEST(with("app%3D%3Dx") == "a");
    BOOST_TEST(with("app!%3Dx") == "b,c");
    BOOST_TEST(with("app%20in%20(x,y)") == "a,b");
    BOOST_TEST(with("app%20notin%20(x)") == "b,c");
    BOOST_TEST(with("app") == "a,b");
    BOOST_TEST(with("!app") == "c");
    BOOST_TEST(with("app%20in%20(x,y),!tier") == "b");
    BOOST_TEST(with("app%3Dz") == "");
    for (auto const* bad : {"app%20in%20x", "a%20b", "%3Dx", "app%3D%3D%3Dx", "-a%3Db", "app%3D-x"}) {
        auto const r = call("GET", gadgets + "?labelSelector=" + bad);
        BOOST_TEST(r.status == 400, bad << ": " << r.body);
    }
}

BOOST_AUTO_TEST_CASE(selects_by_fields)
{
    make("a");
    make("b");
    BOOST_TEST(names(gadgets + "?fieldSelector=metadata.name%3Da") == "a");
    BOOST_TEST(names(gadgets + "?fieldSelector=metadata.name!%3Da") == "b");
    BOOST_TEST(names(gadgets + "?fieldSelector=metadata.namespace%3D" + ns) == "a,b");
    BOOST_TEST(names("/apis/contract.example.com/v1/gadgets?fieldSelector=metadata.namespace%3D" + ns) == "a,b");
    auto const bad = call("GET", gadgets + "?fieldSelector=spec.size%3D1");
    BOOST_TEST(bad.status == 400);
    BOOST_TEST(bad.says("field label not supported: spec.size"));
    BOOST_TEST(call("GET", gadgets + "?fieldSelector=metadata.name").status == 400);
    for (auto const* name : {"s", "t"})
        call("POST", core("secrets"),
             R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":")" + std::string(name)
                 + R"("},"type":"example.com/)" + name + "\"}");
    BOOST_TEST(names(core("secrets") + "?fieldSelector=type%3Dexample.com/t") == "t");
}

BOOST_AUTO_TEST_CASE(lists_all_namespaces)
{
    make("a");
    auto const all = call("GET", "/apis/contract.example.com/v1/gadgets");
    BOOST_TEST(all.says("\"namespace\":\"" + ns + '"'));
    BOOST_TEST(call("GET", "/apis/contract.example.com/v1/namespaces/nowhere/gadgets")["/items"] == "[]");
}

BOOST_AUTO_TEST_CASE(shows_metadata_alone)
{
    make("a");
    std::string const one = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
    auto const object = get_as(gadgets + "/a", one);
    BOOST_TEST(object["/kind"] == "PartialObjectMetadata");
    BOOST_TEST(object["/apiVersion"] == "meta.k8s.io/v1");
    BOOST_TEST(object["/metadata/name"] == "a");
    BOOST_TEST(object["/spec"] == "(none)");
    auto const list = get_as(gadgets, "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
    BOOST_TEST(list["/kind"] == "PartialObjectMetadataList");
    BOOST_TEST(list["/items/0/metadata/name"] == "a");
    BOOST_TEST(list["/items/0/spec"] == "(none)");
}

BOOST_AUTO_TEST_CASE(makes_tables_for_people)
{
    make("a", R"(,"colour":"red")");
    std::string const table = "application/json;as=Table;g=meta.k8s.io;v=v1,application/json";
    auto const list = get_as(gadgets, table);
    BOOST_TEST(list["/kind"] == "Table");
    BOOST_TEST(list["/apiVersion"] == "meta.k8s.io/v1");
    BOOST_TEST(list["/columnDefinitions/0/name"] == "Name");
    BOOST_TEST(list["/columnDefinitions/0/format"] == "name");
    BOOST_TEST(list["/columnDefinitions/1/name"] == "Size");
    BOOST_TEST(list["/columnDefinitions/1/type"] == "integer");
    BOOST_TEST(list["/columnDefinitions/2/priority"] == "1");
    BOOST_TEST(list["/columnDefinitions/4/type"] == "date");
    BOOST_TEST(list["/rows/0/cells/0"] == "a");
    BOOST_TEST(list["/rows/0/cells/1"] == "3");
    BOOST_TEST(list["/rows/0/cells/2"] == "red");
    BOOST_TEST(list["/rows/0/cells/3"] == "null");
    BOOST_TEST(list["/rows/0/cells/4"].ends_with("s"));
    BOOST_TEST(list["/rows/0/object/kind"] == "PartialObjectMetadata");
    BOOST_TEST(list["/metadata/resourceVersion"] != "(none)");
    auto const whole = get_as(gadgets + "?includeObject=Object", table);
    BOOST_TEST(whole["/rows/0/object/spec/size"] == "3");
    BOOST_TEST(get_as(gadgets + "?includeObject=None", table)["/rows/0/object"] == "null");
    auto const one = get_as(gadgets + "/a", table);
    BOOST_TEST(one["/rows/0/cells/0"] == "a");
    call("POST", core("secrets"),
         R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"stringData":{"k":"v"}})");
    auto const secrets = get_as(core("secrets"), table);
    BOOST_TEST(secrets["/columnDefinitions/1/name"] == "Type");
    BOOST_TEST(secrets["/rows/0/cells/1"] == "Opaque");
    BOOST_TEST(secrets["/rows/0/cells/2"] == "1");
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
