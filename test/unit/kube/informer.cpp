#include <penstock/kube/informer.hpp>

#include <penstock/kube/api_client.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/testing/loop.hpp>

#include "recorders.hpp"
#include "scripted_transport.hpp"

#include <boost/test/unit_test.hpp>

using namespace kube_test;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace {

struct informer_loop : testing::loop
{
    explicit informer_loop(informer_options o = without_streams())
        : it(world, api, context.get_executor(), known::git_repositories, std::move(o),
             [this](object_event e, boost::json::object const& object) { note(e, object); })
    {}

    static informer_options without_streams()
    {
        informer_options o;
        o.reflect.stream_lists = false;
        return o;
    }

    recorded seen;
    env::basic_environment<testing::manual_clock, recording_sink, recording_log> world{clock, recording_sink{&seen},
                                                                                       recording_log{&seen}};
    scripted_transport peer{clock};
    using client = api_client<decltype(world), scripted_transport>;
    client api{world, peer, "https://k"};
    std::string told;  // "+a1 ~a2 -a "
    informer<decltype(world), client> it;

    void note(object_event e, boost::json::object const& o)
    {
        told += e == object_event::added ? '+' : e == object_event::modified ? '~' : '-';
        told += name_of(o).name;
        told += e == object_event::deleted ? std::string_view() : resource_version_of(o);
        told += ' ';
    }
    std::string take() { return std::exchange(told, std::string()); }
    void list(std::vector<std::string> const& items, std::string const& version, std::string const& next = {})
    {
        peer.answers.emplace_back(200, list_of(items, version, next));
    }
    void watch(std::vector<piece> pieces) { peer.watches.emplace_back(std::move(pieces)); }
    /// The part of a request that says what was asked.
    std::string asked(std::size_t i)
    {
        auto const& url = peer.requests.at(i).url;
        auto const at = url.find("esourceVersion=");
        auto const version = at == std::string::npos ? "none" : url.substr(at + 15, url.find('&', at) - at - 15);
        return (url.find("watch=true") == std::string::npos ? "list " : "watch ") + version;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_informer, informer_loop)

BOOST_AUTO_TEST_CASE(lists_all_pages_then_tells_changes)
{
    list({repository("a", "1")}, "9", "next");
    list({repository("b", "2")}, "9");
    watch({event("ADDED", repository("c", "10")) + event("MODIFIED", repository("a", "11")),
           event("DELETED", repository("b", "12")), bookmark("15"), piece::silence()});
    auto run = start(it.run());
    BOOST_TEST(take() == "+a1 +b2 +c10 ~a11 -b ");
    BOOST_TEST(it.synced());
    BOOST_TEST(it.size() == 2U);
    BOOST_TEST(asked(0) == "list 0");
    BOOST_TEST(asked(2) == "watch 9");
    BOOST_TEST(!run.done());
}

BOOST_AUTO_TEST_CASE(waits_for_the_first_list_and_no_longer)
{
    auto synced = start(it.wait_synced());
    auto also = start(it.wait_synced());
    peer.answers.emplace_back(failure(errc::connection_failed));
    auto run = start(it.run());
    BOOST_TEST(!synced.done());
    list({}, "9");
    advance(40s);
    BOOST_TEST(synced.get().has_value());
    BOOST_TEST(also.get().has_value());
    BOOST_TEST(this->run(it.wait_synced()).has_value());
}

BOOST_AUTO_TEST_CASE(asks_for_pages_of_the_size_that_it_was_told)
{
    informer_options three = without_streams();
    three.page_size = 3;
    informer<decltype(world), client> paged(world, api, context.get_executor(), known::git_repositories, three);
    list({}, "9");
    auto run = start(paged.run());
    BOOST_TEST(peer.requests.at(0).url.find("limit=3&") != std::string::npos, peer.requests.at(0).url);
}

BOOST_AUTO_TEST_CASE(too_many_requests_at_the_start_and_in_the_stream_list_nothing_again)
{
    list({repository("a", "1")}, "9");
    peer.watches.emplace_back(429, status(429, "TooManyRequests", "busy"));
    watch({event("ADDED", repository("b", "10")), event("ERROR", status(429, "TooManyRequests", "busy"))});
    watch({event("ADDED", repository("c", "11")), piece::silence()});
    auto run = start(it.run());
    advance(10s);
    BOOST_TEST(take() == "+a1 +b10 +c11 ");
    BOOST_TEST(peer.requests.size() == 4U);
    BOOST_TEST(asked(2) == "watch 9");
    BOOST_TEST(asked(3) == "watch 10");
    BOOST_TEST((peer.times.at(2) - peer.times.at(1) >= 800ms));
    BOOST_TEST((peer.times.at(3) - peer.times.at(2) >= 800ms));
}

BOOST_AUTO_TEST_CASE(goes_on_from_the_last_version_when_a_watch_is_closed)
{
    list({repository("a", "1")}, "9");
    watch({event("MODIFIED", repository("a", "11")), bookmark("20"), piece::end_after(170s)});
    watch({event("MODIFIED", repository("a", "21")), piece::silence()});
    auto run = start(it.run());
    advance(170s);
    BOOST_TEST(take() == "+a1 ~a11 ~a21 ");
    BOOST_TEST(asked(2) == "watch 20");
    BOOST_TEST(peer.requests.size() == 3U);  // no list in between
    BOOST_TEST((peer.times.at(2) - peer.times.at(1) == 170s));  // and no wait
    BOOST_TEST(seen.counters["penstock_watch_restarts_total gitrepositories.source.toolkit.fluxcd.io closed"] == 1);
}

BOOST_AUTO_TEST_CASE(survives_410_in_the_stream_and_notices_what_vanished_meanwhile)
{
    list({repository("a", "1"), repository("b", "2"), repository("c", "3", "old")}, "9");
    watch({piece(event("ERROR", status(410, "Expired", "too old resource version: 9 (40)")), 30s)});
    peer.answers.emplace_back(410, status(410, "Expired", "too old"));
    list({repository("b", "2"), repository("c", "30", "new"), repository("d", "31")}, "50");
    watch({event("MODIFIED", repository("b", "51")), piece::silence()});
    auto run = start(it.run());
    BOOST_TEST(take() == "+a1 +b2 +c3 ");
    advance(40s);
    BOOST_TEST(take() == "-c +c30 +d31 -a ~b51 ");
    BOOST_TEST(asked(2) == "list 9");     // first what we know
    BOOST_TEST(asked(3) == "list none");  // then whatever there is, at once
    BOOST_TEST((peer.times.at(3) == peer.times.at(2)));
    BOOST_TEST(asked(4) == "watch 50");
    BOOST_TEST(seen.counters["penstock_watch_restarts_total gitrepositories.source.toolkit.fluxcd.io gone"] == 1);
    BOOST_TEST(seen.lines.empty());  // part of normal life
}

BOOST_AUTO_TEST_CASE(survives_410_as_the_answer_to_a_watch)
{
    list({repository("a", "1")}, "9");
    peer.watches.emplace_back(410, status(410, "Expired", "too old"));
    list({repository("a", "1")}, "50");
    watch({piece::silence()});
    auto run = start(it.run());
    advance(2s);
    BOOST_TEST(asked(2) == "list 9");
    BOOST_TEST(asked(3) == "watch 50");
    BOOST_TEST(take() == "+a1 ");  // what did not change is not told again
}

BOOST_AUTO_TEST_CASE(goes_on_without_a_list_when_the_connection_drops)
{
    list({repository("a", "1")}, "9");
    watch({event("MODIFIED", repository("a", "11")), piece(failure(errc::connection_failed, "reset"), 20s)});
    peer.watches.emplace_back(failure(errc::connection_failed, "refused"));
    peer.watches.emplace_back(failure(errc::connection_failed, "refused"));
    watch({event("DELETED", repository("a", "12")), piece::silence()});
    auto run = start(it.run());
    advance(30s);
    BOOST_TEST(take() == "+a1 ~a11 -a ");
    for (std::size_t i = 2; i < 5; ++i)
        BOOST_TEST(asked(i) == "watch 11");
    BOOST_TEST((peer.times.at(2) - peer.times.at(1) == 20s));   // at once
    BOOST_TEST((peer.times.at(3) - peer.times.at(2) >= 800ms));  // then with waits
    BOOST_TEST((peer.times.at(4) - peer.times.at(3) >= 1600ms));
    BOOST_TEST(peer.requests.size() == 5U);
    BOOST_TEST(seen.errors() == 1);  // once, not for each try
}

BOOST_AUTO_TEST_CASE(takes_up_a_stream_that_was_cut_inside_an_event)
{
    auto const whole = event("MODIFIED", repository("a", "12"));
    for (std::size_t cut : {std::size_t(1), whole.size() / 2, whole.size() - 3}) {
        list({repository("a", "1")}, "9");
        watch({event("MODIFIED", repository("a", "11")), piece(whole.substr(0, cut), 5s)});  // then its end
        watch({whole.substr(0, cut), whole.substr(cut), piece::silence()});
        informer<decltype(world), client> each(world, api, context.get_executor(), known::git_repositories,
                                               without_streams(),
                                               [this](object_event e, boost::json::object const& o) { note(e, o); });
        peer.requests.clear();
        auto run = start(each.run());
        advance(5s);
        BOOST_TEST(take() == "+a1 ~a11 ~a12 ");
        BOOST_TEST(asked(2) == "watch 11");
        run.cancel();
        BOOST_TEST((run.get() == boost::asio::error::operation_aborted));
    }
    BOOST_TEST(seen.counters["penstock_watch_restarts_total gitrepositories.source.toolkit.fluxcd.io dropped"] == 3);
}

BOOST_AUTO_TEST_CASE(leaves_a_connection_on_which_nothing_comes_any_more)
{
    list({}, "9");
    watch({piece::silence()});
    watch({bookmark("12"), piece::silence()});
    watch({event("ADDED", repository("a", "13")), piece::silence()});
    auto run = start(it.run());
    advance(10min + 30s);  // the longest watch and the margin
    BOOST_TEST(asked(2) == "watch 9");
    advance(3min);  // known to send bookmarks: three minutes are enough
    BOOST_TEST(asked(3) == "watch 12");
    BOOST_TEST(take() == "+a13 ");
    BOOST_TEST(seen.counters["penstock_watch_restarts_total gitrepositories.source.toolkit.fluxcd.io silent"] >= 2);
}

BOOST_AUTO_TEST_CASE(lists_again_after_a_watch_that_ended_at_once)
{
    list({}, "9");
    watch({});
    list({repository("a", "12")}, "13");
    watch({piece::silence()});
    auto run = start(it.run());
    advance(2s);
    BOOST_TEST(asked(2) == "list 9");
    BOOST_TEST(take() == "+a12 ");
    BOOST_TEST(seen.counters["penstock_watch_restarts_total gitrepositories.source.toolkit.fluxcd.io short"] == 1);
}

BOOST_AUTO_TEST_CASE(starts_over_when_a_page_has_expired)
{
    list({repository("a", "1")}, "9", "next");
    peer.answers.emplace_back(410, status(410, "Expired", "continue too old"));
    list({repository("b", "2")}, "20");
    watch({piece::silence()});
    auto run = start(it.run());
    BOOST_TEST(take() == "+a1 +b2 -a ");
    BOOST_TEST(asked(2) == "list none");
    BOOST_TEST(it.size() == 1U);
}

BOOST_AUTO_TEST_CASE(waits_for_a_resource_that_is_not_installed_yet)
{
    for (int i = 0; i < 6; ++i)
        peer.answers.emplace_back(404, "404 page not found");
    auto synced = start(it.wait_synced());
    auto run = start(it.run());
    BOOST_TEST((synced.get().error().code == errc::not_found));  // says so instead of waiting for ever
    list({repository("a", "1")}, "9");
    watch({piece::silence()});
    advance(3min);
    BOOST_TEST(take() == "+a1 ");
    BOOST_TEST(seen.errors() == 1);
    BOOST_TEST(seen.lines.at(0).find("does not know gitrepositories.source.toolkit.fluxcd.io") != std::string::npos);
    BOOST_TEST(!it.trouble().code);
}

BOOST_AUTO_TEST_CASE(names_the_permission_that_is_missing)
{
    peer.answers.emplace_back(403, status(403, "Forbidden", "User cannot list resource"));
    auto run = start(it.run());
    BOOST_TEST((this->run(it.wait_synced()).error().code == errc::forbidden));
    BOOST_REQUIRE(seen.lines.size() == 1U);
    BOOST_TEST(seen.lines[0].find("not allowed to list gitrepositories.source.toolkit.fluxcd.io: grant get, list and "
                                  "watch in all namespaces")
               != std::string::npos);
    BOOST_TEST(seen.lines[0].find("User cannot list resource") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(does_not_fill_the_log_with_trouble_that_comes_and_goes)
{
    list({}, "9");
    for (int i = 0; i < 20; ++i)
        watch({piece(event("ERROR", status(429, "TooManyRequests", "busy")), 1s)});
    auto run = start(it.run());
    advance(5min);
    BOOST_TEST(seen.errors() == 1);
    BOOST_TEST(seen.lines.size() == 2U);  // that it began, and once that it was over
}

BOOST_AUTO_TEST_CASE(counts_requests_by_status_method_and_host)
{
    list({}, "9");
    peer.watches.emplace_back(failure(errc::connection_failed));
    watch({piece::silence()});
    auto run = start(it.run());
    advance(5s);
    BOOST_TEST(seen.counters["rest_client_requests_total 200 GET k"] == 2);
    BOOST_TEST(seen.counters["rest_client_requests_total <error> GET k"] == 1);
}

BOOST_AUTO_TEST_CASE(keeps_what_it_knows_while_the_server_is_ill)
{
    list({repository("a", "1")}, "9");
    watch({event("ERROR", status(500, "InternalError", "etcd"))});
    peer.answers.emplace_back(500, "");
    peer.answers.emplace_back(404, "");
    peer.answers.emplace_back(200, "<html>");
    list({repository("a", "1")}, "12");
    watch({piece::silence()});
    auto run = start(it.run());
    advance(60s);
    BOOST_TEST(take() == "+a1 ");
    BOOST_TEST(it.synced());
    BOOST_TEST(peer.requests.size() == 7U);
}

BOOST_AUTO_TEST_CASE(passes_over_objects_of_another_type)
{
    list({}, "9");
    watch({event("ADDED", R"({"kind":"Table","apiVersion":"meta.k8s.io/v1","rows":[]})")
               + event("ADDED", repository("a", "10")) + event("FUTURE", repository("b", "11")),
           piece::silence()});
    auto run = start(it.run());
    BOOST_TEST(take() == "+a10 ");
}

BOOST_AUTO_TEST_CASE(stops_wherever_it_is_when_cancelled)
{
    auto listing = start(it.run());
    listing.cancel();
    BOOST_TEST((listing.get() == boost::asio::error::operation_aborted));
    list({}, "9");
    auto opening = start(it.run());
    opening.cancel();
    BOOST_TEST((opening.get() == boost::asio::error::operation_aborted));
    watch({piece::silence()});
    auto watching = start(it.run());
    watching.cancel();
    BOOST_TEST((watching.get() == boost::asio::error::operation_aborted));
    peer.watches.emplace_back(failure(errc::connection_failed));
    auto waiting = start(it.run());
    waiting.cancel();
    BOOST_TEST((waiting.get() == boost::asio::error::operation_aborted));
    BOOST_TEST((clock.next() == time_point::max()));
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

struct streaming_loop : informer_loop
{
    streaming_loop() : informer_loop(informer_options()) {}

    static std::string end_of_list(std::string const& version)
    {
        return event("BOOKMARK", R"({"kind":"GitRepository","apiVersion":"source.toolkit.fluxcd.io/v1","metadata":)"
                                 R"({"resourceVersion":")"
                                     + version + R"(","annotations":{"k8s.io/initial-events-end":"true"}}})");
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_informer_streaming, streaming_loop)

BOOST_AUTO_TEST_CASE(lists_and_watches_in_one_stream)
{
    watch({event("ADDED", repository("b", "7")) + event("ADDED", repository("a", "3")), piece(end_of_list("9"), 1s),
           event("MODIFIED", repository("a", "11")), piece::silence()});
    auto synced = start(it.wait_synced());
    auto run = start(it.run());
    BOOST_TEST(take() == "+b7 +a3 ");
    BOOST_TEST(!it.synced());
    BOOST_TEST(!it.watching());
    advance(1s);
    BOOST_TEST(take() == "~a11 ");
    BOOST_TEST(synced.get().has_value());
    BOOST_TEST(it.watching());
    BOOST_TEST(peer.requests.size() == 1U);
    BOOST_TEST(peer.requests.at(0).url.find("?watch=true&allowWatchBookmarks=true&sendInitialEvents=true"
                                            "&resourceVersionMatch=NotOlderThan&timeoutSeconds=")
               != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_empty_list_is_a_list)
{
    watch({end_of_list("9"), piece::silence()});
    auto run = start(it.run());
    BOOST_TEST(it.synced());
    BOOST_TEST(it.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_bookmark_before_the_end_of_the_list_is_not_its_end)
{
    watch({event("ADDED", repository("a", "3")) + bookmark("5"), piece(event("ADDED", repository("b", "7")), 1s),
           piece(end_of_list("9"), 1s), piece::silence()});
    auto run = start(it.run());
    advance(1s);
    BOOST_TEST(take() == "+a3 +b7 ");
    BOOST_TEST(!it.synced());
    advance(1s);
    BOOST_TEST(it.synced());
}

BOOST_AUTO_TEST_CASE(a_busy_or_absent_server_is_asked_for_the_stream_again)
{
    peer.watches.emplace_back(429, status(429, "TooManyRequests", "busy"));
    peer.watches.emplace_back(failure(errc::connection_failed, "refused"));
    watch({event("ADDED", repository("a", "3")) + end_of_list("9"), piece::silence()});
    auto run = start(it.run());
    advance(20s);
    BOOST_TEST(it.synced());
    BOOST_TEST(take() == "+a3 ");
    BOOST_TEST(peer.requests.size() == 3U);
    for (auto const& each : peer.requests)
        BOOST_TEST(each.url.find("sendInitialEvents=true") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(stops_in_the_middle_of_a_streamed_list)
{
    watch({event("ADDED", repository("a", "3")), piece::silence()});
    auto run = start(it.run());
    BOOST_TEST(take() == "+a3 ");
    run.cancel();
    BOOST_TEST((run.get() == boost::asio::error::operation_aborted));
    BOOST_TEST(!it.synced());
    BOOST_TEST((clock.next() == time_point::max()));
}

BOOST_AUTO_TEST_CASE(asks_an_old_server_for_pages_and_says_nothing_of_it)
{
    peer.watches.emplace_back(422, status(422, "Invalid", "sendInitialEvents is forbidden for watch"));
    list({repository("a", "1")}, "9");
    watch({event("MODIFIED", repository("a", "11")), piece::silence()});
    auto run = start(it.run());
    BOOST_TEST(take() == "+a1 ~a11 ");
    BOOST_TEST(asked(1) == "list 0");
    BOOST_TEST(asked(2) == "watch 9");
    BOOST_TEST(seen.lines.empty());
}

BOOST_AUTO_TEST_CASE(what_a_broken_stream_did_not_name_is_not_taken_for_gone)
{
    watch({event("ADDED", repository("a", "1")) + event("ADDED", repository("b", "2")) + end_of_list("9"),
           piece(event("ERROR", status(410, "Expired", "too old")), 30s)});
    watch({event("ADDED", repository("a", "1")), piece(failure(errc::truncated), 1s)});
    list({repository("b", "2")}, "50");
    watch({piece::silence()});
    auto run = start(it.run());
    BOOST_TEST(take() == "+a1 +b2 ");
    advance(40s);
    BOOST_TEST(asked(1) == "watch 9");
    BOOST_TEST(asked(2) == "list 9");
    BOOST_TEST(take() == "-a ");
    BOOST_TEST(it.size() == 1U);
}

BOOST_AUTO_TEST_CASE(notices_in_a_stream_what_vanished_while_it_looked_away)
{
    watch({event("ADDED", repository("a", "1")) + event("ADDED", repository("b", "2", "old")) + end_of_list("9"),
           piece(event("ERROR", status(410, "Expired", "too old")), 30s)});
    watch({event("ADDED", repository("b", "30", "new")), end_of_list("50"), piece::silence()});
    auto run = start(it.run());
    take();
    advance(40s);
    BOOST_TEST(take() == "-b +b30 -a ");
}

BOOST_AUTO_TEST_CASE(a_stream_above_the_limit_of_objects_ends_as_a_list_would)
{
    informer_options few;
    few.max_objects = 2;
    informer<decltype(world), client> small{world,
                                            api,
                                            context.get_executor(),
                                            known::git_repositories,
                                            few,
                                            [](object_event, boost::json::object const&) {}};
    watch({event("ADDED", repository("a", "1")) + event("ADDED", repository("b", "2"))
               + event("ADDED", repository("c", "3")) + end_of_list("9"),
           piece::silence()});
    list({repository("a", "1"), repository("b", "2"), repository("c", "3")}, "9");
    auto run = start(small.run());
    BOOST_TEST(!small.synced());
    BOOST_TEST((small.trouble().code == errc::too_large));
}

BOOST_AUTO_TEST_SUITE_END()
