#include <contract/kube/peer.hpp>

using namespace penstock;
using namespace penstock::testing;

namespace {

/// The embedded server, with a bookmark every 50 ms, wherever the other suites look.
struct embedded_peer : kube_peer
{
    static embedded::kube_server_options options()
    {
        auto o = as_the_real_one();
        o.handler.bookmark_period = 50ms;
        return o;
    }
    embedded_peer() : kube_peer(options()) {}
};

}  // namespace

// What only the embedded server does when asked to: a suite of its own, which a real one never sees.
BOOST_FIXTURE_TEST_SUITE(contract_kube_embedded, embedded_peer, *boost::unit_test::precondition([](auto) {
                             boost::test_tools::assertion_result r(kube_peer::variable("PENSTOCK_KUBE_URL").empty());
                             r.message() << "only the embedded server does this when asked to";
                             return r;
                         }))

BOOST_AUTO_TEST_CASE(sends_bookmarks)
{
    kube_stream stream(*this, gadgets + "?watch=true&allowWatchBookmarks=true&resourceVersion=" + version());
    BOOST_TEST(stream.next_line() == "BOOKMARK ");
    BOOST_TEST(stream.next_line() == "BOOKMARK ");
}

BOOST_AUTO_TEST_CASE(cuts_a_stream_in_the_middle_of_an_event)
{
    make("a");
    call("POST", "/__faults", R"({"method":"WATCH","kind":"truncate","bytes":40})");
    kube_stream stream(*this, gadgets + "?watch=true");
    BOOST_TEST(stream.next_line() == "end");
    BOOST_TEST((stream.failed == errc::truncated));
}

BOOST_AUTO_TEST_CASE(drops_open_watches)
{
    kube_stream stream(*this, gadgets + "?watch=true&resourceVersion=" + version());
    server->drop_watches();
    BOOST_TEST(stream.next_line() == "end");
    BOOST_TEST((stream.failed == errc::truncated));
}

BOOST_AUTO_TEST_CASE(answers_as_the_script_says)
{
    call("POST", "/__faults", R"({"status":429,"retryAfter":7,"path":"gadgets"})");
    auto const r = call("GET", gadgets);
    BOOST_TEST(r.status == 429);
    BOOST_TEST(r.fields["Retry-After"] == "7");
    BOOST_TEST(r["/reason"] == "TooManyRequests");
    BOOST_TEST(call("GET", gadgets).status == 200);
}

BOOST_AUTO_TEST_CASE(denies_and_fails_as_admission_webhooks_do)
{
    auto denied = embedded::kube_fault::denied("policy.example.com", "no gadgets on sundays");
    denied.method = "POST";
    denied.path = "gadgets";
    server->faults().add(denied);
    auto const no = call("POST", gadgets, gadget("a"));
    BOOST_TEST(no.status == 400);
    BOOST_TEST(no["/message"] == "admission webhook \"policy.example.com\" denied the request: no gadgets on sundays");
    auto unanswered = embedded::kube_fault::unanswered("policy.example.com", "context deadline exceeded");
    unanswered.method = "PATCH";
    server->faults().add(unanswered);
    make("a");  // another method
    auto const lost = merge(gadgets + "/a", R"({"spec":{"size":5}})");
    BOOST_TEST(lost.status == 500);
    BOOST_TEST(lost["/reason"] == "InternalError");
    BOOST_TEST(lost.says("failed calling webhook \\\"policy.example.com\\\""));
    BOOST_TEST(merge(gadgets + "/a", R"({"spec":{"size":5}})")["/spec/size"] == "5");
    call("POST", "/__faults", R"({"method":"PUT","status":403,"reason":"Forbidden","message":"not you"})");
    auto const said = call("PUT", gadgets + "/a", gadget("a"));
    BOOST_TEST(said.status == 403);
    BOOST_TEST(said["/reason"] == "Forbidden");
    BOOST_TEST(said["/message"] == "not you");
}

BOOST_AUTO_TEST_CASE(writes_a_kubeconfig_with_its_token)
{
    BOOST_TEST(server->kubeconfig().find(token) != std::string::npos);
    BOOST_TEST(server->kubeconfig().find(url) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_loop_may_go_while_a_watch_is_open)
{
    asio::io_context loop(1);
    http::client wire(loop.get_executor());
    embedded::kube_server other(loop.get_executor());
    BOOST_REQUIRE(other.start().has_value());
    http::request const watch("GET", other.url() + "/api/v1/configmaps?watch=true");
    auto const stream = run_for_real(loop, wire.open(watch, clock::steady::now() + 10s));
    BOOST_REQUIRE(stream.has_value());
    BOOST_TEST(other.handler().watches() == 1U);
    // The end of the loop destroys the frames of the server where they stand, in no order: a sanitizer sees a mistake.
}

BOOST_AUTO_TEST_SUITE_END()
