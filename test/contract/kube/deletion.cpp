#include <contract/kube/peer.hpp>

using namespace penstock;
using namespace penstock::testing;

namespace {

std::string const hold = R"(,"finalizers":["example.com/hold"])";

}  // namespace

BOOST_AUTO_TEST_SUITE(contract_kube)
BOOST_FIXTURE_TEST_SUITE(deletion, kube_peer)

BOOST_AUTO_TEST_CASE(what_the_collector_is_to_do_is_a_finalizer)
{
    for (auto const& [policy, finalizer] :
         {std::pair("Foreground", "foregroundDeletion"), std::pair("Orphan", "orphan")}) {
        make(finalizer == std::string("orphan") ? "o" : "f");
        auto const path = gadgets + (finalizer == std::string("orphan") ? "/o" : "/f");
        auto const asked = call("DELETE", path + "?propagationPolicy=" + policy);
        BOOST_TEST(asked.status == 200);
        BOOST_TEST(asked["/kind"] == "Gadget");
        BOOST_TEST(asked["/metadata/finalizers"] == R"([")" + std::string(finalizer) + R"("])");
        BOOST_TEST(asked["/metadata/deletionTimestamp"] != "(none)");
        BOOST_TEST(asked["/metadata/generation"] == "2");
    }
    make("b");
    auto const body = call("DELETE", gadgets + "/b", R"({"propagationPolicy":"Background"})");
    BOOST_TEST(body["/kind"] == "Status");
    BOOST_TEST(call("GET", gadgets + "/b").status == 404);
}

BOOST_AUTO_TEST_CASE(one_policy_takes_the_place_of_another)
{
    make("a", "", hold);
    auto const first = call("DELETE", gadgets + "/a?propagationPolicy=Background");
    BOOST_TEST(first["/metadata/finalizers"] == R"(["example.com/hold"])");
    auto const second = call("DELETE", gadgets + "/a?propagationPolicy=Foreground");
    BOOST_TEST(second["/metadata/finalizers"] == R"(["example.com/hold","foregroundDeletion"])");
    BOOST_TEST(second["/metadata/deletionTimestamp"] == first["/metadata/deletionTimestamp"]);
    auto const third = call("DELETE", gadgets + "/a?propagationPolicy=Background");
    BOOST_TEST(third["/metadata/finalizers"] == R"(["example.com/hold"])");
}

BOOST_AUTO_TEST_CASE(knows_three_policies)
{
    make("a");
    for (auto const& r : {call("DELETE", gadgets + "/a?propagationPolicy=Whatever"),
                          call("DELETE", gadgets + "/a", R"({"propagationPolicy":"Whatever"})")}) {
        BOOST_TEST(r.status == 422, r.body);
        BOOST_TEST(r["/details/causes/0/field"] == "propagationPolicy");
        BOOST_TEST(r["/details/causes/0/reason"] == "FieldValueNotSupported");
    }
    BOOST_TEST(call("GET", gadgets + "/a")["/metadata/deletionTimestamp"] == "(none)");
}

BOOST_AUTO_TEST_CASE(goes_with_the_last_finalizer_whoever_takes_it_away)
{
    make("a", "", R"(,"finalizers":["example.com/hold","example.com/more"])");
    call("DELETE", gadgets + "/a");
    auto const one = merge(gadgets + "/a", R"({"metadata":{"finalizers":["example.com/more"]},"spec":{"size":5}})");
    BOOST_TEST(one.status == 200);
    BOOST_TEST(one["/spec/size"] == "5");  // it can be changed while it waits
    BOOST_TEST(call("POST", gadgets, gadget("a")).status == 409);
    auto last = one.json();
    last.at("metadata").as_object().erase("finalizers");
    auto const put = call("PUT", gadgets + "/a", boost::json::serialize(last));
    BOOST_TEST(put.status == 200);
    BOOST_TEST(put["/kind"] == "Gadget");
    BOOST_TEST(call("GET", gadgets + "/a").status == 404);
    auto const next = make("a");
    BOOST_TEST(next["/metadata/uid"] != one["/metadata/uid"]);
}

BOOST_AUTO_TEST_CASE(finalizers_without_a_deletion_hold_nothing)
{
    make("a", "", hold);
    BOOST_TEST(merge(gadgets + "/a", R"({"metadata":{"finalizers":[]}})").status == 200);
    BOOST_TEST(call("GET", gadgets + "/a").status == 200);
    BOOST_TEST(call("DELETE", gadgets + "/a")["/kind"] == "Status");
}

BOOST_AUTO_TEST_CASE(tries_a_deletion)
{
    make("a");
    make("h", "", hold);
    BOOST_TEST(call("DELETE", gadgets + "/a", R"({"dryRun":["All"]})").status == 200);
    auto const held = call("DELETE", gadgets + "/h?dryRun=All");
    BOOST_TEST(held.status == 200);
    BOOST_TEST(call("DELETE", gadgets + "?dryRun=All").status == 200);
    BOOST_TEST(names(gadgets) == "a,h");
    BOOST_TEST(call("GET", gadgets + "/h")["/metadata/deletionTimestamp"] == "(none)");
    BOOST_TEST(call("DELETE", gadgets + "/nothing?dryRun=All").status == 404);
    BOOST_TEST(call("DELETE", gadgets + "/a?dryRun=All", R"({"preconditions":{"uid":"another"}})").status == 409);
    BOOST_TEST(call("DELETE", gadgets + "/a?dryRun=Some").status == 422);
}

BOOST_AUTO_TEST_CASE(tries_updates)
{
    auto const made = make("a");
    auto const tried =
        call("POST", gadgets + "?dryRun=All",
             R"({"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"generateName":"g-"},)"
             R"("spec":{"title":"thing"}})");
    BOOST_TEST(tried.status == 201);
    BOOST_TEST(tried["/metadata/name"].starts_with("g-"));
    auto whole = made.json();
    whole.at("spec").as_object()["size"] = 7;
    auto const put = call("PUT", gadgets + "/a?dryRun=All", boost::json::serialize(whole));
    BOOST_TEST(put["/spec/size"] == "7");
    BOOST_TEST(put["/metadata/generation"] == "2");
    auto const status = call("PATCH", gadgets + "/a/status?dryRun=All", R"({"status":{"phase":"Up"}})", merge_patch);
    BOOST_TEST(status["/status/phase"] == "Up");
    auto const bad = call("PATCH", gadgets + "/a?dryRun=All", R"({"spec":{"size":50}})", merge_patch);
    BOOST_TEST(bad.status == 422);
    whole.at("metadata").as_object()["resourceVersion"] = "1";
    BOOST_TEST(call("PUT", gadgets + "/a?dryRun=All", boost::json::serialize(whole)).status == 409);
    BOOST_TEST(call("GET", gadgets + "/a").json() == made.json());
}

BOOST_AUTO_TEST_CASE(a_name_in_the_path_of_a_creation_is_refused_or_passed_over)
{
    auto const map = call("POST", core("configmaps/a"), R"({"apiVersion":"v1","kind":"ConfigMap"})");
    BOOST_TEST(map.status == 405);
    BOOST_TEST(map["/reason"] == "MethodNotAllowed");
    auto const made = call("POST", gadgets + "/a", gadget("b"));  // custom resources have a handler of their own
    BOOST_TEST(made.status == 201);
    BOOST_TEST(made["/metadata/name"] == "b");
    BOOST_TEST(names(gadgets) == "b");
    BOOST_TEST(call("POST", gadgets + "/b/status", gadget("b")).status == 405);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
