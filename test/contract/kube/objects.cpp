#include <contract/kube/peer.hpp>

using namespace penstock;
using namespace penstock::testing;

BOOST_AUTO_TEST_SUITE(contract_kube)
BOOST_FIXTURE_TEST_SUITE(objects, kube_peer)

BOOST_AUTO_TEST_CASE(keeps_an_object_from_its_creation_to_its_end)
{
    auto const made = make("a");
    BOOST_TEST(made["/metadata/generation"] == "1");
    BOOST_TEST(made["/metadata/namespace"] == ns);
    BOOST_TEST(made["/metadata/uid"].size() == 36U);
    BOOST_TEST(made["/metadata/creationTimestamp"].size() == 20U);
    BOOST_TEST(made["/spec/size"] == "3");
    auto const again = call("POST", gadgets, gadget("a"));
    BOOST_TEST(again.status == 409);
    BOOST_TEST(again["/reason"] == "AlreadyExists");
    BOOST_TEST(again["/message"] == "gadgets.contract.example.com \"a\" already exists");
    auto const read = call("GET", gadgets + "/a");
    BOOST_TEST(read.status == 200);
    BOOST_TEST(read.json() == made.json());
    auto const gone = call("DELETE", gadgets + "/a");
    BOOST_TEST(gone.status == 200);
    BOOST_TEST(gone["/kind"] == "Status");
    BOOST_TEST(gone["/status"] == "Success");
    BOOST_TEST(gone["/details/name"] == "a");
    BOOST_TEST(gone["/details/group"] == "contract.example.com");
    BOOST_TEST(gone["/details/kind"] == "gadgets");
    BOOST_TEST(gone["/details/uid"] == made["/metadata/uid"]);
    BOOST_TEST(call("GET", gadgets + "/a").status == 404);
    BOOST_TEST(call("DELETE", gadgets + "/a").status == 404);
}

BOOST_AUTO_TEST_CASE(lets_only_the_latest_version_be_replaced)
{
    auto object = make("a").json();
    object.at("spec").as_object()["size"] = 4;
    auto const text = boost::json::serialize(object);
    auto const first = call("PUT", gadgets + "/a", text);
    BOOST_TEST(first.status == 200);
    BOOST_TEST(first["/metadata/generation"] == "2");
    auto const stale = call("PUT", gadgets + "/a", text);
    BOOST_TEST(stale.status == 409);
    BOOST_TEST(stale["/reason"] == "Conflict");
    BOOST_TEST(stale["/message"]
               == "Operation cannot be fulfilled on gadgets.contract.example.com \"a\": the object has been modified; "
                  "please apply your changes to the latest version and try again");
    BOOST_TEST(stale["/details/name"] == "a");
    auto const blind = call("PUT", gadgets + "/a", gadget("a"));
    BOOST_TEST(blind.status == 422);
    BOOST_TEST(blind["/details/causes/0/field"] == "metadata.resourceVersion");
    BOOST_TEST(call("PUT", gadgets + "/b", gadget("b")).status == 404);
}

BOOST_AUTO_TEST_CASE(replaces_what_has_no_version_where_the_type_allows_it)
{
    auto const map = R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"1"}})";
    BOOST_TEST(call("POST", core("configmaps"), map).status == 201);
    auto const next = R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"2"}})";
    BOOST_TEST(call("PUT", core("configmaps/a"), next)["/data/k"] == "2");
}

BOOST_AUTO_TEST_CASE(keeps_status_and_spec_apart)
{
    auto const made = call("POST", gadgets,
                           R"({"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"a"},)"
                           R"("spec":{"title":"thing"},"status":{"phase":"Made"}})");
    BOOST_TEST(made["/status"] == "(none)");
    auto const by_status = merge(gadgets + "/a/status", R"({"spec":{"size":5},"status":{"phase":"Up"}})");
    BOOST_TEST(by_status["/spec/size"] == "3");
    BOOST_TEST(by_status["/status/phase"] == "Up");
    BOOST_TEST(by_status["/metadata/generation"] == "1");
    auto const by_main = merge(gadgets + "/a", R"({"spec":{"size":5},"status":{"phase":"Down"}})");
    BOOST_TEST(by_main["/spec/size"] == "5");
    BOOST_TEST(by_main["/status/phase"] == "Up");
    BOOST_TEST(by_main["/metadata/generation"] == "2");
    auto whole = by_main.json();
    whole.at("status").as_object()["phase"] = "Done";
    whole.at("spec").as_object()["size"] = 9;
    whole.at("metadata").as_object()["labels"] = boost::json::object{{"a", "b"}};
    auto const put = call("PUT", gadgets + "/a/status", boost::json::serialize(whole));
    BOOST_TEST(put.status == 200);
    BOOST_TEST(put["/status/phase"] == "Done");
    BOOST_TEST(put["/spec/size"] == "5");
    BOOST_TEST(put["/metadata/labels"] == "(none)");
    BOOST_TEST(call("GET", gadgets + "/a/status")["/status/phase"] == "Done");
}

BOOST_AUTO_TEST_CASE(counts_generations_of_the_spec_only)
{
    make("a");
    BOOST_TEST(merge(gadgets + "/a", R"({"metadata":{"labels":{"x":"y"}}})")["/metadata/generation"] == "1");
    BOOST_TEST(merge(gadgets + "/a", R"({"metadata":{"generation":7}})")["/metadata/generation"] == "1");
    BOOST_TEST(merge(gadgets + "/a", R"({"spec":{"size":5}})")["/metadata/generation"] == "2");
}

BOOST_AUTO_TEST_CASE(changes_nothing_where_nothing_changes)
{
    auto const before = make("a", R"(,"size":4)");
    auto const after = merge(gadgets + "/a", R"({"spec":{"size":4}})");
    BOOST_TEST(before["/metadata/resourceVersion"] == after["/metadata/resourceVersion"]);
    auto const put = call("PUT", gadgets + "/a", after.body);
    BOOST_TEST(before["/metadata/resourceVersion"] == put["/metadata/resourceVersion"]);
}

BOOST_AUTO_TEST_CASE(keeps_what_belongs_to_the_server)
{
    auto const made = make("a", "", R"(,"uid":"x","generation":9,"creationTimestamp":"2001-01-01T00:00:00Z")");
    BOOST_TEST(made["/metadata/uid"] != "x");
    BOOST_TEST(made["/metadata/generation"] == "1");
    BOOST_TEST(!made["/metadata/creationTimestamp"].starts_with("2001"));
    auto const after = merge(gadgets + "/a", R"({"metadata":{"creationTimestamp":"2001-01-01T00:00:00Z"}})");
    BOOST_TEST(after["/metadata/creationTimestamp"] == made["/metadata/creationTimestamp"]);
    auto const other = merge(gadgets + "/a", R"({"metadata":{"uid":"11111111-1111-4111-8111-111111111111"}})");
    BOOST_TEST(other.status == 422);
    BOOST_TEST(other["/details/causes/0/field"] == "metadata.uid");
    BOOST_TEST(other.says("field is immutable"));
    auto whole = made.json();
    whole.at("metadata").as_object()["uid"] = "11111111-1111-4111-8111-111111111111";
    auto const put = call("PUT", gadgets + "/a", boost::json::serialize(whole));
    BOOST_TEST(put.status == 409);
    BOOST_TEST(put.says("Precondition failed: UID in precondition: 11111111-1111-4111-8111-111111111111"));
    auto const dated = call("POST", gadgets, gadget("b", "", R"(,"resourceVersion":"1")"));
    BOOST_TEST(dated.status == 500);
    BOOST_TEST(dated["/message"] == "resourceVersion should not be set on objects to be created");
}

BOOST_AUTO_TEST_CASE(waits_for_finalizers)
{
    make("a", "", R"(,"finalizers":["example.com/hold"])");
    auto const asked = call("DELETE", gadgets + "/a");
    BOOST_TEST(asked.status == 200);
    BOOST_TEST(asked["/kind"] == "Gadget");
    BOOST_TEST(asked["/metadata/deletionTimestamp"] != "(none)");
    BOOST_TEST(asked["/metadata/deletionGracePeriodSeconds"] == "0");
    BOOST_TEST(asked["/metadata/generation"] == "2");
    auto const held = call("GET", gadgets + "/a");
    BOOST_TEST(held["/metadata/deletionTimestamp"] == asked["/metadata/deletionTimestamp"]);
    auto const twice = call("DELETE", gadgets + "/a");
    BOOST_TEST(twice.status == 200);
    BOOST_TEST(twice["/metadata/resourceVersion"] == asked["/metadata/resourceVersion"]);
    auto const more = merge(gadgets + "/a", R"({"metadata":{"finalizers":["example.com/hold","example.com/more"]}})");
    BOOST_TEST(more.status == 422);
    BOOST_TEST(more["/details/causes/0/field"] == "metadata.finalizers");
    BOOST_TEST(merge(gadgets + "/a", R"({"metadata":{"finalizers":null}})").status == 200);
    BOOST_TEST(call("GET", gadgets + "/a").status == 404);
}

BOOST_AUTO_TEST_CASE(removes_only_what_the_preconditions_name)
{
    auto const made = make("a");
    auto const by_uid = call("DELETE", gadgets + "/a", R"({"preconditions":{"uid":"another"}})");
    BOOST_TEST(by_uid.status == 409);
    BOOST_TEST(by_uid["/reason"] == "Conflict");
    BOOST_TEST(by_uid.says("the UID in the precondition (another) does not match the UID in record ("
                           + made["/metadata/uid"] + "). "));
    auto const by_version = call("DELETE", gadgets + "/a", R"({"preconditions":{"resourceVersion":"1"}})");
    BOOST_TEST(by_version.status == 409);
    BOOST_TEST(
        by_version.says("the ResourceVersion in the precondition (1) does not match the ResourceVersion in record ("));
    auto const both = R"({"preconditions":{"uid":")" + made["/metadata/uid"] + R"(","resourceVersion":")"
                      + made["/metadata/resourceVersion"] + "\"}}";
    BOOST_TEST(call("DELETE", gadgets + "/a", both).status == 200);
}

BOOST_AUTO_TEST_CASE(finds_a_name_for_what_has_only_a_prefix)
{
    auto const text = R"({"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"generateName":"a-"},)"
                      R"("spec":{"title":"thing"}})";
    auto const one = call("POST", gadgets, text);
    auto const two = call("POST", gadgets, text);
    BOOST_TEST(one.status == 201);
    BOOST_TEST(one["/metadata/name"].size() == 7U);
    BOOST_TEST(one["/metadata/name"].starts_with("a-"));
    BOOST_TEST(one["/metadata/generateName"] == "a-");
    BOOST_TEST(one["/metadata/name"] != two["/metadata/name"]);
}

BOOST_AUTO_TEST_CASE(tries_without_keeping_anything)
{
    auto const tried = call("POST", gadgets + "?dryRun=All", gadget("a"));
    BOOST_TEST(tried.status == 201);
    BOOST_TEST(tried["/spec/size"] == "3");
    BOOST_TEST(tried["/metadata/uid"].size() == 36U);
    BOOST_TEST(call("GET", gadgets + "/a").status == 404);
    auto const made = make("a");
    BOOST_TEST(call("PATCH", gadgets + "/a?dryRun=All", R"({"spec":{"size":5}})", merge_patch)["/spec/size"] == "5");
    BOOST_TEST(call("DELETE", gadgets + "/a?dryRun=All").status == 200);
    auto const after = call("GET", gadgets + "/a");
    BOOST_TEST(after["/spec/size"] == "3");
    BOOST_TEST(after["/metadata/resourceVersion"] == made["/metadata/resourceVersion"]);
    BOOST_TEST(call("POST", gadgets + "?dryRun=All", gadget("a")).status == 409);
    BOOST_TEST(call("POST", gadgets + "?dryRun=Some", gadget("b")).status == 422);
}

BOOST_AUTO_TEST_CASE(removes_a_collection)
{
    make("a", "", R"(,"labels":{"x":"y"})");
    make("b", "", R"(,"labels":{"x":"y"})");
    make("c");
    auto const some = call("DELETE", gadgets + "?labelSelector=x%3Dy");
    BOOST_TEST(some.status == 200);
    BOOST_TEST(some["/kind"] == "GadgetList");
    BOOST_TEST(names(gadgets) == "c");
    BOOST_TEST(call("DELETE", gadgets).status == 200);
    BOOST_TEST(names(gadgets) == "");
}

BOOST_AUTO_TEST_CASE(shows_the_same_object_in_all_versions)
{
    auto const made = make("a");
    auto const old = call("GET", "/apis/contract.example.com/v1beta1/namespaces/" + ns + "/gadgets/a");
    BOOST_TEST(old["/apiVersion"] == "contract.example.com/v1beta1");
    BOOST_TEST(old["/metadata/uid"] == made["/metadata/uid"]);
    BOOST_TEST(old.fields["Warning"] == "299 - \"use contract.example.com/v1\"");
    BOOST_TEST(made.fields["Warning"] == "");
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
