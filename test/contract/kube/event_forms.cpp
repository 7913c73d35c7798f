#include <contract/kube/peer.hpp>

using namespace penstock;
using namespace penstock::testing;

namespace {

struct two_forms : kube_peer
{
    std::string core_event(std::string const& name) const
    {
        return R"({"apiVersion":"v1","kind":"Event","metadata":{"name":")" + name
               + R"("},"involvedObject":{"apiVersion":"v1","kind":"ConfigMap","namespace":")" + ns
               + R"(","name":"m"},"reason":"Made","message":"it is made","type":"Normal","count":3,)"
                 R"("source":{"component":"maker"},"firstTimestamp":"2026-01-01T00:00:00Z",)"
                 R"("lastTimestamp":"2026-01-01T00:00:01Z","reportingComponent":"maker"})";
    }
    std::string new_event(std::string const& name, std::string const& more = R"(,"action":"Making")") const
    {
        return R"({"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":")" + name
               + R"("},"regarding":{"apiVersion":"v1","kind":"ConfigMap","namespace":")" + ns
               + R"(","name":"n"},"reason":"Made","note":"it is made","type":"Warning",)"
                 R"("eventTime":"2026-01-01T00:00:00.000000Z","reportingController":"example.com/maker",)"
                 R"("reportingInstance":"pod-1")"
               + more + '}';
    }
    std::string events = "/apis/events.k8s.io/v1/namespaces/" + ns + "/events";
};

}  // namespace

BOOST_AUTO_TEST_SUITE(contract_kube)
BOOST_FIXTURE_TEST_SUITE(event_forms, two_forms)

BOOST_AUTO_TEST_CASE(what_is_written_in_one_form_is_read_in_both)
{
    auto const made = call("POST", core("events"), core_event("a"));
    BOOST_TEST(made.status == 201, made.body);
    auto const read = call("GET", events + "/a");
    BOOST_TEST(read.status == 200);
    BOOST_TEST(read["/apiVersion"] == "events.k8s.io/v1");
    BOOST_TEST(read["/metadata/uid"] == made["/metadata/uid"]);
    BOOST_TEST(read["/metadata/resourceVersion"] == made["/metadata/resourceVersion"]);
    BOOST_TEST(read["/regarding/name"] == "m");
    BOOST_TEST(read["/note"] == "it is made");
    BOOST_TEST(read["/deprecatedCount"] == "3");
    BOOST_TEST(read["/deprecatedSource/component"] == "maker");
    BOOST_TEST(read["/deprecatedFirstTimestamp"] == "2026-01-01T00:00:00Z");
    BOOST_TEST(read["/reportingController"] == "maker");
    BOOST_TEST(read["/message"] == "(none)");

    auto const newer = call("POST", events, new_event("b"));
    BOOST_TEST(newer.status == 201, newer.body);
    BOOST_TEST(newer["/note"] == "it is made");
    auto const older = call("GET", core("events/b"));
    BOOST_TEST(older["/apiVersion"] == "v1");
    BOOST_TEST(older["/message"] == "it is made");
    BOOST_TEST(older["/involvedObject/name"] == "n");
    BOOST_TEST(older["/reportingComponent"] == "example.com/maker");
    BOOST_TEST(older["/reportingInstance"] == "pod-1");
    BOOST_TEST(older["/action"] == "Making");
    BOOST_TEST(names(core("events")) == "a,b");
    BOOST_TEST(names(events) == "a,b");
}

BOOST_AUTO_TEST_CASE(changes_and_deletions_are_the_same_for_both)
{
    call("POST", core("events"), core_event("a"));
    kube_stream stream(*this,
                       events + "?watch=true&resourceVersion=" + call("GET", events)["/metadata/resourceVersion"]);
    BOOST_TEST(merge(core("events/a"), R"({"count":4})").status == 200);
    auto const changed = *stream.next();
    BOOST_TEST(changed.at("type").as_string() == "MODIFIED");
    BOOST_TEST(kube_answer::text_at(changed.at("object"), "/deprecatedCount") == "4");
    auto const noted = merge(events + "/a", R"({"metadata":{"labels":{"x":"y"}}})");
    BOOST_TEST(noted.status == 200, noted.body);
    BOOST_TEST(noted["/deprecatedCount"] == "4");
    BOOST_TEST(call("GET", core("events/a"))["/metadata/labels/x"] == "y");
    BOOST_TEST(stream.next_line() == "MODIFIED a");
    BOOST_TEST(call("DELETE", events + "/a").status == 200);
    BOOST_TEST(stream.next_line() == "DELETED a");
    BOOST_TEST(call("GET", core("events/a")).status == 404);
    BOOST_TEST(call("POST", events, new_event("a")).status == 201);
    BOOST_TEST(call("POST", core("events"), core_event("a")).status == 409);
}

BOOST_AUTO_TEST_CASE(each_form_selects_by_its_own_names)
{
    call("POST", core("events"), core_event("a"));
    call("POST", events, new_event("b"));
    BOOST_TEST(names(core("events") + "?fieldSelector=involvedObject.name%3Dn") == "b");
    BOOST_TEST(names(events + "?fieldSelector=regarding.name%3Dm,reason%3DMade") == "a");
    BOOST_TEST(names(events + "?fieldSelector=reportingController%3Dexample.com/maker") == "b");
    BOOST_TEST(names(events + "?fieldSelector=type%3DWarning") == "b");
    BOOST_TEST(call("GET", events + "?fieldSelector=involvedObject.name%3Dn").status == 400);
    BOOST_TEST(call("GET", core("events") + "?fieldSelector=regarding.name%3Dn").status == 400);
}

BOOST_AUTO_TEST_CASE(the_newer_form_insists_on_more)
{
    auto const r = call("POST", events, new_event("a", ""));
    BOOST_TEST(r.status == 422, r.body);
    BOOST_TEST(r["/details/causes/0/field"] == "action");
    BOOST_TEST(r["/details/causes/0/reason"] == "FieldValueRequired");
    auto unset = boost::json::parse(new_event("a")).as_object();
    unset.erase("eventTime");
    auto const timeless = call("POST", events, boost::json::serialize(unset));
    BOOST_TEST(timeless.status == 422, timeless.body);
    BOOST_TEST(timeless.says("eventTime"));
    auto elsewhere = new_event("a");
    elsewhere.replace(elsewhere.find(ns), ns.size(), "other");
    BOOST_TEST(call("POST", events, elsewhere).status == 201);  // though the older form refuses it
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
