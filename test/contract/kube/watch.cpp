#include <contract/kube/peer.hpp>

using namespace penstock;
using namespace penstock::testing;

BOOST_AUTO_TEST_SUITE(contract_kube)
BOOST_FIXTURE_TEST_SUITE(watch, kube_peer)

BOOST_AUTO_TEST_CASE(tells_every_change_after_a_version)
{
    auto const from = version();
    make("a");
    kube_stream stream(*this, gadgets + "?watch=true&resourceVersion=" + from);
    BOOST_TEST(stream.head().status == 200);
    BOOST_TEST(stream.head().fields["Content-Type"] == "application/json");
    BOOST_TEST(stream.next_line() == "ADDED a");
    auto const changed = merge(gadgets + "/a", R"({"spec":{"size":5}})");
    auto const event = *stream.next();
    BOOST_TEST(event.at("type").as_string() == "MODIFIED");
    BOOST_TEST(event.at("object") == changed.json());
    call("DELETE", gadgets + "/a");
    auto const last = *stream.next();
    BOOST_TEST(last.at("type").as_string() == "DELETED");
    BOOST_TEST(kube_answer::text_at(last.at("object"), "/spec/size") == "5");
    BOOST_TEST(std::stoull(kube_answer::text_at(last.at("object"), "/metadata/resourceVersion"))
               > std::stoull(changed["/metadata/resourceVersion"]));
}

BOOST_AUTO_TEST_CASE(begins_with_what_there_is)
{
    make("a");
    make("b");
    for (auto const* from : {"", "&resourceVersion=0", "&resourceVersion="}) {
        kube_stream stream(*this, gadgets + "?watch=1" + from);
        BOOST_TEST(stream.next_line() == "ADDED a");
        BOOST_TEST(stream.next_line() == "ADDED b");
    }
}

BOOST_AUTO_TEST_CASE(ends_cleanly_when_its_time_is_over)
{
    kube_stream stream(*this, gadgets + "?watch=true&timeoutSeconds=1&resourceVersion=" + version());
    BOOST_TEST(stream.next_line() == "end");
    BOOST_TEST(!stream.failed);
}

BOOST_AUTO_TEST_CASE(translates_changes_for_a_selector)
{
    make("a");
    kube_stream stream(*this, gadgets + "?watch=true&labelSelector=app&resourceVersion=" + version());
    merge(gadgets + "/a", R"({"metadata":{"labels":{"app":"x"}}})");
    BOOST_TEST(stream.next_line() == "ADDED a");
    merge(gadgets + "/a", R"({"metadata":{"labels":{"app":"y"}}})");
    BOOST_TEST(stream.next_line() == "MODIFIED a");
    auto const gone = merge(gadgets + "/a", R"({"metadata":{"labels":null}})");
    auto const last = *stream.next();
    BOOST_TEST(last.at("type").as_string() == "DELETED");
    BOOST_TEST(kube_answer::text_at(last.at("object"), "/metadata/labels/app") == "y");  // as it was when it was seen
    BOOST_TEST(kube_answer::text_at(last.at("object"), "/metadata/resourceVersion")
               == gone["/metadata/resourceVersion"]);
}

BOOST_AUTO_TEST_CASE(watches_one_object)
{
    make("a");
    auto const from = version();
    kube_stream stream(*this, gadgets + "?watch=true&fieldSelector=metadata.name%3Db&resourceVersion=" + from);
    merge(gadgets + "/a", R"({"spec":{"size":5}})");
    make("b");
    BOOST_TEST(stream.next_line() == "ADDED b");
    auto const single = call("GET", gadgets + "/b?watch=true");  // a name is no collection
    BOOST_TEST(single["/kind"] == "Gadget");
}

BOOST_AUTO_TEST_CASE(watches_all_namespaces)
{
    auto const from = version();
    kube_stream stream(*this, "/apis/contract.example.com/v1/gadgets?watch=true&resourceVersion=" + from);
    make("a");
    auto const event = *stream.next();
    BOOST_TEST(kube_answer::text_at(event.at("object"), "/metadata/namespace") == ns);
}

BOOST_AUTO_TEST_CASE(tells_that_an_object_waits_for_its_finalizers)
{
    make("a", "", R"(,"finalizers":["example.com/hold"])");
    kube_stream stream(*this, gadgets + "?watch=true&resourceVersion=" + version());
    call("DELETE", gadgets + "/a");
    auto const dying = *stream.next();
    BOOST_TEST(dying.at("type").as_string() == "MODIFIED");
    BOOST_TEST(kube_answer::text_at(dying.at("object"), "/metadata/deletionTimestamp") != "(none)");
    merge(gadgets + "/a", R"({"metadata":{"finalizers":[]}})");
    BOOST_TEST(stream.next_line() == "DELETED a");
}

BOOST_AUTO_TEST_CASE(streams_a_list_and_tells_its_end)
{
    make("a");
    kube_stream stream(*this, gadgets
                                  + "?watch=true&allowWatchBookmarks=true&sendInitialEvents=true"
                                    "&resourceVersionMatch=NotOlderThan");
    BOOST_TEST(stream.next_line() == "ADDED a");
    auto const end = *stream.next();
    BOOST_TEST(end.at("type").as_string() == "BOOKMARK");
    auto const& object = end.at("object");
    BOOST_TEST(kube_answer::text_at(object, "/kind") == "Gadget");
    BOOST_TEST(kube_answer::text_at(object, "/apiVersion") == "contract.example.com/v1");
    BOOST_TEST(object.at("metadata").at("annotations").at("k8s.io/initial-events-end").as_string() == "true");
    BOOST_TEST(kube_answer::text_at(object, "/metadata/resourceVersion") != "(none)");
    make("b");
    BOOST_TEST(stream.next_line() == "ADDED b");
}

BOOST_AUTO_TEST_CASE(streams_changes_without_what_there_is)
{
    make("a");
    kube_stream stream(*this, gadgets
                                  + "?watch=true&sendInitialEvents=false&resourceVersionMatch=NotOlderThan"
                                    "&resourceVersion="
                                  + version());
    make("b");
    BOOST_TEST(stream.next_line() == "ADDED b");
}

BOOST_AUTO_TEST_CASE(refuses_streams_that_make_no_sense)
{
    auto const initial = call("GET", gadgets + "?watch=true&sendInitialEvents=true");
    BOOST_TEST(initial.status == 422);
    BOOST_TEST(initial.says("resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch"
                            " to NotOlderThan"));
    auto const list = call("GET", gadgets + "?sendInitialEvents=true&resourceVersionMatch=NotOlderThan");
    BOOST_TEST(list.status == 422);
    BOOST_TEST(list.says("sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list"));
    BOOST_TEST(call("GET", gadgets + "?watch=true&resourceVersionMatch=Exact&resourceVersion=1").status == 422);
    BOOST_TEST(call("GET", gadgets + "?watch=true&resourceVersion=abc").status == 500);
}

BOOST_AUTO_TEST_CASE(tells_a_late_watch_that_its_version_is_gone)
{
    make("a");
    make("b");
    if (server)
        server->store().history().forget();
    kube_stream stream(*this, gadgets + "?watch=true&resourceVersion=1");
    BOOST_TEST(stream.head().status == 200);
    auto const e = *stream.next();
    BOOST_TEST(e.at("type").as_string() == "ERROR");
    BOOST_TEST(kube_answer::text_at(e.at("object"), "/kind") == "Status");
    BOOST_TEST(kube_answer::text_at(e.at("object"), "/code") == "410");
    BOOST_TEST(kube_answer::text_at(e.at("object"), "/reason") == "Expired");
    BOOST_TEST(kube_answer::text_at(e.at("object"), "/message").starts_with("too old resource version: 1 ("));
    BOOST_TEST(stream.next_line() == "end");
    BOOST_TEST(!stream.failed);
}

BOOST_AUTO_TEST_CASE(shows_rows_of_a_table)
{
    make("a");
    kube_stream stream(*this, gadgets + "?watch=true", "application/json;as=Table;g=meta.k8s.io;v=v1");
    auto const first = *stream.next();
    BOOST_TEST(kube_answer::text_at(first.at("object"), "/kind") == "Table");
    BOOST_TEST(kube_answer::text_at(first.at("object"), "/columnDefinitions/1/name") == "Size");
    BOOST_TEST(kube_answer::text_at(first.at("object"), "/rows/0/cells/0") == "a");
    make("b");
    auto const second = *stream.next();
    BOOST_TEST(kube_answer::text_at(second.at("object"), "/columnDefinitions") == "null");
    BOOST_TEST(kube_answer::text_at(second.at("object"), "/rows/0/cells/0") == "b");
}

BOOST_AUTO_TEST_CASE(shows_metadata_of_changes)
{
    make("a");
    kube_stream stream(*this, gadgets + "?watch=true", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
    auto const first = *stream.next();
    BOOST_TEST(kube_answer::text_at(first.at("object"), "/kind") == "PartialObjectMetadata");
    BOOST_TEST(kube_answer::text_at(first.at("object"), "/metadata/name") == "a");
    BOOST_TEST(kube_answer::text_at(first.at("object"), "/spec") == "(none)");
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
