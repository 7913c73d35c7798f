#include <contract/kube/peer.hpp>

using namespace penstock;
using namespace penstock::testing;

namespace {

/// What a manager owns by that operation, as JSON; `(none)` where it owns nothing.
std::string owned(kube_answer const& r, std::string_view manager, std::string_view operation = "Apply",
                  std::string_view subresource = "")
{
    auto const all = r.json();
    boost::json::error_code ec;
    auto const* entries = all.find_pointer("/metadata/managedFields", ec);
    if (!entries)
        return "(none)";
    for (auto const& e : entries->as_array()) {
        auto const sub = kube_answer::text_at(e, "/subresource");
        if (kube_answer::text_at(e, "/manager") == manager && kube_answer::text_at(e, "/operation") == operation
            && (subresource.empty() ? sub == "(none)" : sub == subresource))
            return kube_answer::text_at(e, "/fieldsV1");
    }
    return "(none)";
}

std::string part(std::string const& list)
{
    return R"(,"parts":[)" + list + ']';
}

}  // namespace

BOOST_AUTO_TEST_SUITE(contract_kube)
BOOST_FIXTURE_TEST_SUITE(apply, kube_peer)

BOOST_AUTO_TEST_CASE(creates_and_owns_what_it_names)
{
    auto const made = apply(gadgets + "/a", "one", gadget("a", R"(,"colour":"red")", R"(,"labels":{"x":"y"})"));
    BOOST_TEST(made.status == 201, made.body);
    BOOST_TEST(made["/spec/size"] == "3");
    BOOST_TEST(owned(made, "one") == R"({"f:metadata":{"f:labels":{"f:x":{}}},"f:spec":{"f:colour":{},"f:title":{}}})");
    BOOST_TEST(made["/metadata/managedFields/0/fieldsType"] == "FieldsV1");
    BOOST_TEST(made["/metadata/managedFields/0/apiVersion"] == "contract.example.com/v1");
    auto const again = apply(gadgets + "/a", "one", gadget("a", R"(,"colour":"red")", R"(,"labels":{"x":"y"})"));
    BOOST_TEST(again.status == 200);
    BOOST_TEST(again["/metadata/resourceVersion"] == made["/metadata/resourceVersion"]);
}

BOOST_AUTO_TEST_CASE(conflicts_over_what_another_one_owns)
{
    apply(gadgets + "/a", "one", gadget("a", R"(,"colour":"red")"));
    auto const conflict = apply(gadgets + "/a", "two", gadget("a", R"(,"colour":"green")"));
    BOOST_TEST(conflict.status == 409);
    BOOST_TEST(conflict["/reason"] == "Conflict");
    BOOST_TEST(conflict["/message"] == "Apply failed with 1 conflict: conflict with \"one\": .spec.colour");
    BOOST_TEST(conflict["/details/causes/0/reason"] == "FieldManagerConflict");
    BOOST_TEST(conflict["/details/causes/0/message"] == "conflict with \"one\"");
    BOOST_TEST(conflict["/details/causes/0/field"] == ".spec.colour");
    auto const taken = apply(gadgets + "/a", "two", gadget("a", R"(,"colour":"green")"), "&force=true");
    BOOST_TEST(taken.status == 200);
    BOOST_TEST(taken["/spec/colour"] == "green");
    BOOST_TEST(owned(taken, "one") == R"({"f:spec":{"f:title":{}}})");
    BOOST_TEST(owned(taken, "two") == R"({"f:spec":{"f:colour":{},"f:title":{}}})");
}

BOOST_AUTO_TEST_CASE(conflicts_with_those_who_update)
{
    make("a", R"(,"size":4)");
    merge(gadgets + "/a?fieldManager=hand", R"({"spec":{"size":5,"colour":"red"}})");
    auto const conflict = apply(gadgets + "/a", "one", gadget("a", R"(,"size":6,"colour":"green")"));
    BOOST_TEST(conflict.status == 409);
    BOOST_TEST(
        conflict.says("Apply failed with 2 conflicts: conflicts with \\\"hand\\\" using contract.example.com/v1"));
    BOOST_TEST(conflict.says("\\n- .spec.colour\\n- .spec.size"));
    BOOST_TEST(conflict["/details/causes/0/message"] == "conflict with \"hand\" using contract.example.com/v1");
    auto const agreed = apply(gadgets + "/a", "one", gadget("a", R"(,"size":5)"));
    BOOST_TEST(agreed.status == 200);
    BOOST_TEST(owned(agreed, "hand", "Update") == R"({"f:spec":{"f:colour":{},"f:size":{}}})");
}

BOOST_AUTO_TEST_CASE(removes_what_it_no_longer_names)
{
    apply(gadgets + "/a", "one", gadget("a", R"(,"colour":"red","note":"n")", R"(,"labels":{"x":"y","z":"y"})"));
    apply(gadgets + "/a", "two", R"({"apiVersion":"contract.example.com/v1","kind":"Gadget","spec":{"note":"n"}})");
    auto const r = apply(gadgets + "/a", "one", gadget("a", "", R"(,"labels":{"x":"y"})"));
    BOOST_TEST(r.status == 200, r.body);
    BOOST_TEST(r["/spec/colour"] == "(none)");
    BOOST_TEST(r["/spec/note"] == "n");  // shared with another one
    BOOST_TEST(r["/metadata/labels"] == R"({"x":"y"})");
    BOOST_TEST(owned(r, "two") == R"({"f:spec":{"f:note":{}}})");
}

BOOST_AUTO_TEST_CASE(removes_what_an_empty_map_or_list_no_longer_names)
{
    auto const head = std::string(R"({"apiVersion":"contract.example.com/v1","kind":"Gadget","spec":)");
    apply(gadgets + "/a", "two", gadget("a", part(R"({"name":"r"})") + R"(,"limits":{"y":"2"},"tags":["u"])"));
    apply(gadgets + "/a", "one",
          head + R"({"size":5,"colour":"red","limits":{"x":"1"},"parts":[{"name":"p"}],"tags":["t"]}})");
    auto const less =
        apply(gadgets + "/a", "one", head + R"({"size":5,"colour":"red","limits":{},"parts":[],"tags":[]}})");
    BOOST_TEST(less.status == 200, less.body);
    BOOST_TEST(less["/spec/limits"] == R"({"y":"2"})");
    BOOST_TEST(less["/spec/parts"] == R"([{"count":1,"name":"r"}])");
    BOOST_TEST(less["/spec/tags"] == R"(["u"])");
    BOOST_TEST(less["/spec/colour"] == "red");
    auto const r = apply(gadgets + "/a", "one", head + "{}}");
    BOOST_TEST(r.status == 200, r.body);
    BOOST_TEST(r["/spec/colour"] == "(none)");
    BOOST_TEST(r["/spec/size"] == "3");  // the default
    BOOST_TEST(r["/spec/title"] == "thing");
    BOOST_TEST(owned(r, "one") == R"({"f:spec":{}})");
}

BOOST_AUTO_TEST_CASE(merges_lists_by_their_keys)
{
    apply(gadgets + "/a", "one", gadget("a", part(R"({"name":"p","note":"1"},{"name":"q"})")));
    auto const both = apply(gadgets + "/a", "two", gadget("a", part(R"({"name":"r","count":2})")));
    BOOST_TEST(both.status == 200, both.body);
    BOOST_TEST(both["/spec/parts"]
               == R"([{"count":1,"name":"p","note":"1"},{"count":1,"name":"q"},{"count":2,"name":"r"}])");
    BOOST_TEST(owned(both, "two")
               == R"({"f:spec":{"f:parts":{"k:{\"name\":\"r\"}":{".":{},"f:count":{},"f:name":{}}},"f:title":{}}})");
    auto const less = apply(gadgets + "/a", "one", gadget("a", part(R"({"name":"q"})")));
    BOOST_TEST(less["/spec/parts"] == R"([{"count":1,"name":"q"},{"count":2,"name":"r"}])");
    auto const twice = apply(gadgets + "/a", "one", gadget("a", part(R"({"name":"q"},{"name":"q"})")));
    BOOST_TEST(twice.status == 500);
}

BOOST_AUTO_TEST_CASE(merges_sets_and_replaces_other_lists)
{
    apply(gadgets + "/a", "one", gadget("a", R"(,"tags":["x"],"steps":["1"],"pair":{"a":"1"})"));
    auto const r = apply(gadgets + "/a", "two", gadget("a", R"(,"tags":["y"])"));
    BOOST_TEST(r["/spec/tags"] == R"(["x","y"])");
    BOOST_TEST(owned(r, "two") == R"({"f:spec":{"f:tags":{"v:\"y\"":{}},"f:title":{}}})");
    BOOST_TEST(owned(r, "one") == R"({"f:spec":{"f:pair":{},"f:steps":{},"f:tags":{"v:\"x\"":{}},"f:title":{}}})");
    auto const whole = apply(gadgets + "/a", "two", gadget("a", R"(,"steps":["2"],"pair":{"b":"2"})"), "&force=true");
    BOOST_TEST(whole["/spec/tags"] == R"(["x"])");
    BOOST_TEST(whole["/spec/steps"] == R"(["2"])");
    BOOST_TEST(whole["/spec/pair"] == R"({"b":"2"})");
}

BOOST_AUTO_TEST_CASE(gives_fields_to_those_who_update)
{
    apply(gadgets + "/a", "one", gadget("a", R"(,"colour":"red")"));
    auto const r = merge(gadgets + "/a?fieldManager=hand", R"({"spec":{"colour":"green"}})");
    BOOST_TEST(owned(r, "one") == R"({"f:spec":{"f:title":{}}})");
    BOOST_TEST(owned(r, "hand", "Update") == R"({"f:spec":{"f:colour":{}}})");
    auto const status = merge(gadgets + "/a/status?fieldManager=hand", R"({"status":{"phase":"Up"}})");
    BOOST_TEST(owned(status, "hand", "Update", "status") == R"({"f:status":{".":{},"f:phase":{}}})");
    auto const gone = merge(gadgets + "/a?fieldManager=hand", R"({"spec":{"colour":null}})");
    BOOST_TEST(owned(gone, "hand", "Update") == "(none)");
}

BOOST_AUTO_TEST_CASE(names_the_manager_after_the_client)
{
    auto const made = make("a");
    BOOST_TEST(owned(made, "contract", "Update") == R"({"f:spec":{".":{},"f:size":{},"f:title":{}}})");
    auto const noted = merge(gadgets + "/a", R"({"metadata":{"annotations":{"example.com/x":"y"}}})");
    BOOST_TEST(
        owned(noted, "contract", "Update")
        == R"({"f:metadata":{"f:annotations":{".":{},"f:example.com/x":{}}},"f:spec":{".":{},"f:size":{},"f:title":{}}})");
    auto const first = make("b", "", R"(,"labels":{"x":"y"},"finalizers":["example.com/hold"])");
    BOOST_TEST(owned(first, "contract", "Update")
               == R"({"f:metadata":{"f:finalizers":{".":{},"v:\"example.com/hold\"":{}},"f:labels":{".":{},"f:x":{}}},)"
                  R"("f:spec":{".":{},"f:size":{},"f:title":{}}})");
}

BOOST_AUTO_TEST_CASE(applies_the_status)
{
    make("a");
    auto const text = R"({"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"a"},)"
                      R"("status":{"conditions":[{"type":"Ready","status":"True"}]}})";
    auto const r = apply(gadgets + "/a/status", "one", text);
    BOOST_TEST(r.status == 200, r.body);
    BOOST_TEST(r["/status/conditions/0/status"] == "True");
    BOOST_TEST(r["/metadata/generation"] == "1");
    BOOST_TEST(owned(r, "one", "Apply", "status")
               == R"({"f:status":{"f:conditions":{"k:{\"type\":\"Ready\"}":{".":{},"f:status":{},"f:type":{}}}}})");
    auto const spec = apply(gadgets + "/a", "one", gadget("a"));
    BOOST_TEST(spec["/status/conditions/0/status"] == "True");
    BOOST_TEST(apply(gadgets + "/nothing/status", "one", text).status >= 400);
}

BOOST_AUTO_TEST_CASE(needs_to_know_who_applies_what)
{
    auto const unnamed = call("PATCH", gadgets + "/a", gadget("a"), apply_patch);
    BOOST_TEST(unnamed.status == 422);
    BOOST_TEST(unnamed.says("fieldManager: Required value: is required for apply patch"));
    auto const forced = call("PATCH", gadgets + "/a?force=true", "{}", merge_patch);
    BOOST_TEST(forced.status == 422);
    BOOST_TEST(forced.says("force: Forbidden: may not be specified for non-apply patch"));
    auto const fields = gadget("a", "", R"(,"managedFields":[{"manager":"x"}])");
    BOOST_TEST(apply(gadgets + "/a", "one", fields).status == 400);
    BOOST_TEST(apply(gadgets + "/b", "one", gadget("a")).status == 400);
    BOOST_TEST(apply(gadgets + "/a", "one", R"({"spec":{}})").status == 400);
    BOOST_TEST(apply(gadgets + "/a", std::string(129, 'x'), gadget("a")).status == 422);
}

BOOST_AUTO_TEST_CASE(reads_yaml)
{
    auto const made = apply(gadgets + "/a", "one",
                            "apiVersion: contract.example.com/v1\nkind: Gadget\nmetadata:\n  name: a\nspec:\n"
                            "  title: thing\n  size: 7\n");
    BOOST_TEST(made.status == 201);
    BOOST_TEST(made["/spec/size"] == "7");
    auto const posted =
        call("POST", core("configmaps"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: 'v'}\n",
             "application/yaml");
    BOOST_TEST(posted.status == 201);
    BOOST_TEST(posted["/data/k"] == "v");
}

BOOST_AUTO_TEST_CASE(tries_to_apply_without_keeping_anything)
{
    BOOST_TEST(apply(gadgets + "/a", "one", gadget("a"), "&dryRun=All").status == 201);
    BOOST_TEST(call("GET", gadgets + "/a").status == 404);
    apply(gadgets + "/a", "one", gadget("a"));
    BOOST_TEST(apply(gadgets + "/a", "one", gadget("a", R"(,"size":8)"), "&dryRun=All")["/spec/size"] == "8");
    BOOST_TEST(call("GET", gadgets + "/a")["/spec/size"] == "3");
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
