#include <contract/kube/peer.hpp>

using namespace penstock;
using testing::kube_stream;

BOOST_FIXTURE_TEST_SUITE(contract_kube_watch, testing::kube_peer)

BOOST_AUTO_TEST_CASE(tells_every_change_after_a_version)
{
    auto const from = version();
    call("POST", repositories, repository("a"));
    kube_stream stream(*this, repositories + "?watch=true&resourceVersion=" + from);
    BOOST_TEST(stream.next_line() == "ADDED a");
    call("PATCH", repositories + "/a", R"({"spec":{"interval":"2m"}})", "application/merge-patch+json");
    BOOST_TEST(stream.next_line() == "MODIFIED a");
    call("DELETE", repositories + "/a");
    BOOST_TEST(stream.next_line() == "DELETED a");
}

BOOST_AUTO_TEST_CASE(ends_cleanly_when_its_time_is_over)
{
    kube_stream stream(*this, repositories + "?watch=true&timeoutSeconds=1&resourceVersion=" + version());
    BOOST_TEST(stream.next_line() == "end");
    BOOST_TEST(!stream.failed);
}

BOOST_AUTO_TEST_CASE(translates_changes_for_a_selector)
{
    call("POST", repositories, repository("a"));
    kube_stream stream(*this, repositories + "?watch=true&labelSelector=app&resourceVersion=" + version());
    auto const type = "application/merge-patch+json";
    call("PATCH", repositories + "/a", R"({"metadata":{"labels":{"app":"x"}}})", type);
    BOOST_TEST(stream.next_line() == "ADDED a");
    call("PATCH", repositories + "/a", R"({"metadata":{"labels":{"app":"y"}}})", type);
    BOOST_TEST(stream.next_line() == "MODIFIED a");
    call("PATCH", repositories + "/a", R"({"metadata":{"labels":null}})", type);
    BOOST_TEST(stream.next_line() == "DELETED a");
}

BOOST_AUTO_TEST_CASE(pages_a_list_that_ends_at_one_version)
{
    for (auto const* name : {"a", "b", "c"})
        call("POST", repositories, repository(name));
    auto const first = json(call("GET", repositories + "?limit=2").body);
    BOOST_TEST(first.at("items").as_array().size() == 2U);
    auto const& m = first.at("metadata").as_object();
    auto const second =
        json(call("GET", repositories + "?limit=2&continue=" + std::string(m.at("continue").as_string())).body);
    BOOST_TEST(second.at("items").as_array().size() == 1U);
    BOOST_TEST(second.at("metadata").at("resourceVersion") == m.at("resourceVersion"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(contract_kube_embedded, testing::kube_peer, *boost::unit_test::precondition([](auto) {
                             boost::test_tools::assertion_result r(
                                 testing::kube_peer::variable("PENSTOCK_KUBE_URL").empty());
                             r.message() << "only the embedded server does this when asked to";
                             return r;
                         }))

BOOST_AUTO_TEST_CASE(sends_bookmarks_and_the_end_of_a_streamed_list)
{
    call("POST", repositories, repository("a"));
    kube_stream stream(*this, repositories
                                  + "?watch=true&allowWatchBookmarks=true&sendInitialEvents=true"
                                    "&resourceVersionMatch=NotOlderThan");
    BOOST_TEST(stream.next_line() == "ADDED a");
    auto const end = *stream.next();
    BOOST_TEST(end.at("type").as_string() == "BOOKMARK");
    BOOST_TEST(end.at("object").at("metadata").at("annotations").at("k8s.io/initial-events-end").as_string() == "true");
    BOOST_TEST(stream.next_line() == "BOOKMARK ");
}

BOOST_AUTO_TEST_CASE(tells_a_late_watch_that_its_version_is_gone)
{
    auto const from = version();
    call("POST", repositories, repository("a"));
    server->store().history().forget();
    kube_stream stream(*this, repositories + "?watch=true&resourceVersion=" + from);
    BOOST_TEST(stream.head().status == 200);
    auto const e = *stream.next();
    BOOST_TEST(e.at("type").as_string() == "ERROR");
    BOOST_TEST(e.at("object").at("code").as_int64() == 410);
    BOOST_TEST(stream.next_line() == "end");
}

BOOST_AUTO_TEST_CASE(cuts_a_stream_in_the_middle_of_an_event)
{
    call("POST", repositories, repository("a"));
    call("POST", "/__faults", R"({"method":"WATCH","kind":"truncate","bytes":40})");
    kube_stream stream(*this, repositories + "?watch=true");
    BOOST_TEST(stream.next_line() == "end");
    BOOST_TEST((stream.failed == errc::truncated));
}

BOOST_AUTO_TEST_CASE(drops_open_watches)
{
    kube_stream stream(*this, repositories + "?watch=true&resourceVersion=" + version());
    server->drop_watches();
    BOOST_TEST(stream.next_line() == "end");
    BOOST_TEST((stream.failed == errc::truncated));
}

BOOST_AUTO_TEST_CASE(answers_as_the_script_says)
{
    call("POST", "/__faults", R"({"status":429,"retryAfter":7,"path":"gitrepositories"})");
    auto const r = call("GET", repositories);
    BOOST_TEST(r.status == 429);
    BOOST_TEST(r.fields["Retry-After"] == "7");
    BOOST_TEST(json(r.body).at("reason").as_string() == "TooManyRequests");
    BOOST_TEST(call("GET", repositories).status == 200);
}

BOOST_AUTO_TEST_CASE(lets_in_who_has_the_token)
{
    embedded::kube_server_options o;
    o.handler.token = secret("sesame");
    embedded::kube_server guarded(context.get_executor(), std::move(o));
    BOOST_REQUIRE(guarded.start().has_value());
    url = guarded.url();
    BOOST_TEST(call("GET", "/api/v1/namespaces").status == 401);
    token = "sesame";
    BOOST_TEST(call("GET", "/api/v1/namespaces").status == 200);
    BOOST_TEST(guarded.kubeconfig().find("sesame") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
