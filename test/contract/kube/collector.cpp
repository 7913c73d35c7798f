#include <contract/kube/peer.hpp>

using namespace penstock;
using namespace penstock::testing;

namespace {

struct family : kube_peer
{
    /// `"ownerReferences": [...]` for metadata, from a comma on.
    std::string owned_by(std::initializer_list<std::string> names, bool blocking = true)
    {
        std::string refs;
        for (auto const& name : names)
            refs += (refs.empty() ? "" : ",")
                    + std::string(R"({"apiVersion":"contract.example.com/v1","kind":"Gadget","name":")") + name
                    + R"(","uid":")" + call("GET", gadgets + '/' + name)["/metadata/uid"] + R"(","blockOwnerDeletion":)"
                    + (blocking ? "true}" : "false}");
        return R"(,"ownerReferences":[)" + refs + ']';
    }
    kube_answer remove(std::string const& name, std::string const& policy)
    {
        return call("DELETE", gadgets + '/' + name + "?propagationPolicy=" + policy);
    }
    std::string hold = R"(,"finalizers":["example.com/hold"])";
};

}  // namespace

// A suite of its own, which a real server never sees: on a cluster kube-controller-manager collects, and a
// kube-apiserver alone leaves everything where it is.
BOOST_FIXTURE_TEST_SUITE(contract_kube_collector, family, *boost::unit_test::precondition([](auto) {
                             boost::test_tools::assertion_result r(kube_peer::variable("PENSTOCK_KUBE_URL").empty());
                             r.message() << "an API server alone has no garbage collector";
                             return r;
                         }))

BOOST_AUTO_TEST_CASE(in_the_background_dependents_follow_their_owner)
{
    make("a");
    make("b", "", owned_by({"a"}));
    make("c", "", owned_by({"b"}));
    make("other");
    kube_stream stream(*this, gadgets + "?watch=true&resourceVersion=" + version());
    BOOST_TEST(remove("a", "Background")["/status"] == "Success");
    BOOST_TEST(names(gadgets) == "other");
    for (auto const* gone : {"DELETED a", "DELETED b", "DELETED c"})
        BOOST_TEST(stream.next_line() == gone);
}

BOOST_AUTO_TEST_CASE(in_the_foreground_dependents_go_first)
{
    make("a");
    make("b", "", owned_by({"a"}));
    make("c", "", owned_by({"b"}));
    kube_stream stream(*this, gadgets + "?watch=true&resourceVersion=" + version());
    BOOST_TEST(remove("a", "Foreground")["/metadata/finalizers/0"] == "foregroundDeletion");
    BOOST_TEST(names(gadgets) == "");
    for (auto const* told : {"MODIFIED a", "MODIFIED b", "DELETED c", "DELETED b", "DELETED a"})
        BOOST_TEST(stream.next_line() == told);
}

BOOST_AUTO_TEST_CASE(in_the_foreground_an_owner_waits_for_those_that_block_it)
{
    make("a");
    make("b", "", owned_by({"a"}) + hold);
    make("c", "", owned_by({"a"}, false) + hold);
    remove("a", "Foreground");
    BOOST_TEST(names(gadgets) == "a,b,c");
    BOOST_TEST(call("GET", gadgets + "/b")["/metadata/deletionTimestamp"] != "(none)");
    merge(gadgets + "/b", R"({"metadata":{"finalizers":null}})");
    BOOST_TEST(names(gadgets) == "c");  // which does not block
}

BOOST_AUTO_TEST_CASE(orphans_stay_and_forget_their_owner)
{
    make("a");
    make("keeper");
    make("b", "", owned_by({"a"}));
    make("c", "", owned_by({"a", "keeper"}));
    BOOST_TEST(remove("a", "Orphan")["/metadata/finalizers/0"] == "orphan");
    BOOST_TEST(names(gadgets) == "b,c,keeper");
    BOOST_TEST(call("GET", gadgets + "/b")["/metadata/ownerReferences"] == "(none)");
    BOOST_TEST(call("GET", gadgets + "/c")["/metadata/ownerReferences/0/name"] == "keeper");
}

BOOST_AUTO_TEST_CASE(who_has_another_owner_stays_with_that_one)
{
    for (auto const* policy : {"Background", "Foreground"}) {
        make("a");
        make("keeper");
        make("b", "", owned_by({"a", "keeper"}));
        remove("a", policy);
        BOOST_TEST(names(gadgets) == "b,keeper");
        auto const b = call("GET", gadgets + "/b");
        BOOST_TEST(b["/metadata/ownerReferences/0/name"] == "keeper");
        BOOST_TEST(b["/metadata/ownerReferences/1"] == "(none)");
        remove("keeper", policy);
        BOOST_TEST(names(gadgets) == "");
    }
}

BOOST_AUTO_TEST_CASE(those_who_own_each_other_go_together)
{
    make("a");
    make("b", "", owned_by({"a"}));
    merge(gadgets + "/a", R"({"metadata":{)" + owned_by({"b"}).substr(1) + "}}");
    remove("a", "Foreground");
    BOOST_TEST(names(gadgets) == "");
}

BOOST_AUTO_TEST_CASE(many_dependents_go_one_after_the_other)
{
    make("a");
    auto const owner = owned_by({"a"});
    for (int i = 0; i < 300; ++i)
        make("b" + std::to_string(i), "", owner);
    remove("a", "Foreground");
    BOOST_TEST(names(gadgets) == "");
}

BOOST_AUTO_TEST_CASE(finalizers_of_others_are_waited_for_as_well)
{
    make("a", "", hold);
    make("b", "", owned_by({"a"}));
    auto const asked = remove("a", "Foreground");
    BOOST_TEST(asked["/metadata/finalizers"] == R"(["example.com/hold","foregroundDeletion"])");
    BOOST_TEST(names(gadgets) == "a");
    BOOST_TEST(call("GET", gadgets + "/a")["/metadata/finalizers"] == R"(["example.com/hold"])");
    merge(gadgets + "/a", R"({"metadata":{"finalizers":null}})");
    BOOST_TEST(names(gadgets) == "");
}

BOOST_AUTO_TEST_SUITE_END()
