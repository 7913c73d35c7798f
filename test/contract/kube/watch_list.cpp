#include <contract/kube/peer.hpp>

using namespace penstock;
using namespace penstock::testing;

namespace {

struct streaming : kube_peer
{
    /// A watch that begins with everything. @param more From `&` on.
    std::string stream_of(std::string const& collection, std::string const& more = "&allowWatchBookmarks=true") const
    {
        return collection + "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan" + more;
    }
    static bool ends_list(boost::json::object const& event)
    {
        return event.at("type").as_string() == "BOOKMARK"
               && kube_answer::text_at(event.at("object"), "/metadata/annotations/k8s.io~1initial-events-end")
                      == "true";
    }
    static std::uint64_t version_in(boost::json::object const& event)
    {
        return std::stoull(kube_answer::text_at(event.at("object"), "/metadata/resourceVersion"));
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(contract_kube)
BOOST_FIXTURE_TEST_SUITE(watch_list, streaming)

BOOST_AUTO_TEST_CASE(an_empty_collection_begins_with_its_end)
{
    make("elsewhere");
    auto const now = std::stoull(version());
    kube_stream stream(*this, stream_of(core("secrets")));
    auto const end = *stream.next();
    BOOST_TEST(ends_list(end));
    BOOST_TEST(kube_answer::text_at(end.at("object"), "/kind") == "Secret");
    BOOST_TEST(kube_answer::text_at(end.at("object"), "/metadata/name") == "(none)");
    BOOST_TEST(version_in(end) >= now);
}

BOOST_AUTO_TEST_CASE(the_end_is_told_once_and_only_to_who_asks_for_bookmarks)
{
    make("a");
    kube_stream deaf(*this, stream_of(gadgets, ""));
    BOOST_TEST(deaf.next_line() == "ADDED a");
    make("b");
    BOOST_TEST(deaf.next_line() == "ADDED b");
    kube_stream stream(*this, stream_of(gadgets));
    BOOST_TEST(stream.next_line() == "ADDED a");
    BOOST_TEST(stream.next_line() == "ADDED b");
    BOOST_TEST(ends_list(*stream.next()));
    make("c");
    BOOST_TEST(stream.next_line() == "ADDED c");
}

BOOST_AUTO_TEST_CASE(every_version_that_has_been_is_good_to_begin_with)
{
    make("a");
    auto const first = version();
    make("b");
    auto const second = std::stoull(version());
    for (auto const& from : {std::string(), std::string("0"), first, std::to_string(second)}) {
        kube_stream stream(*this, stream_of(gadgets, "&allowWatchBookmarks=true&resourceVersion=" + from));
        BOOST_TEST(stream.next_line() == "ADDED a");
        BOOST_TEST(stream.next_line() == "ADDED b");
        auto const end = *stream.next();
        BOOST_TEST(ends_list(end));
        BOOST_TEST(version_in(end) >= second);
    }
}

BOOST_AUTO_TEST_CASE(a_version_that_has_not_been_is_too_large)
{
    make("a");
    kube_stream stream(*this, stream_of(gadgets, "&allowWatchBookmarks=true&resourceVersion=99999999"));
    BOOST_TEST(stream.head().status == 200);
    auto const e = *stream.next();
    BOOST_TEST(e.at("type").as_string() == "ERROR");
    BOOST_TEST(kube_answer::text_at(e.at("object"), "/code") == "504");
    BOOST_TEST(kube_answer::text_at(e.at("object"), "/reason") == "Timeout");
    BOOST_TEST(kube_answer::text_at(e.at("object"), "/details/causes/0/reason") == "ResourceVersionTooLarge");
    BOOST_TEST(stream.next_line() == "end");
}

BOOST_AUTO_TEST_CASE(selectors_choose_and_the_end_comes_all_the_same)
{
    make("a", "", R"(,"labels":{"x":"y"})");
    make("b");
    kube_stream some(*this, stream_of(gadgets, "&allowWatchBookmarks=true&labelSelector=x%3Dy"));
    BOOST_TEST(some.next_line() == "ADDED a");
    BOOST_TEST(ends_list(*some.next()));
    kube_stream none(*this, stream_of(gadgets, "&allowWatchBookmarks=true&fieldSelector=metadata.name%3Dnothing"));
    BOOST_TEST(ends_list(*none.next()));
}

BOOST_AUTO_TEST_CASE(the_end_has_the_form_that_was_asked_for)
{
    make("a");
    auto const form = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
    kube_stream stream(*this, stream_of(gadgets), form);
    auto const first = *stream.next();
    BOOST_TEST(kube_answer::text_at(first.at("object"), "/kind") == "PartialObjectMetadata");
    auto const end = *stream.next();
    BOOST_TEST(ends_list(end));
    BOOST_TEST(kube_answer::text_at(end.at("object"), "/kind") == "PartialObjectMetadata");
    BOOST_TEST(kube_answer::text_at(end.at("object"), "/apiVersion") == "meta.k8s.io/v1");
}

BOOST_AUTO_TEST_CASE(the_parameters_must_fit_together)
{
    auto const watch = gadgets + "?watch=true&allowWatchBookmarks=true";
    auto const exact = call("GET", watch + "&sendInitialEvents=true&resourceVersionMatch=Exact&resourceVersion=1");
    BOOST_TEST(exact.status == 422);
    BOOST_TEST(exact["/details/causes/0/field"] == "resourceVersionMatch");
    auto const alone = call("GET", watch + "&resourceVersionMatch=NotOlderThan");
    BOOST_TEST(alone.status == 422);
    BOOST_TEST(alone["/details/causes/0/field"] == "resourceVersionMatch");
    auto const without = call("GET", watch + "&sendInitialEvents=false");
    BOOST_TEST(without.status == 422);
}

BOOST_AUTO_TEST_CASE(changes_during_the_list_come_after_its_end)
{
    for (int i = 0; i < 50; ++i)
        make("a" + std::to_string(i));
    kube_stream stream(*this, stream_of(gadgets));
    merge(gadgets + "/a0", R"({"spec":{"size":9}})");
    int added = 0;
    auto event = *stream.next();
    for (; !ends_list(event); event = *stream.next())
        ++added;
    BOOST_TEST(added == 50);
    BOOST_TEST(stream.next_line() == "MODIFIED a0");
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
