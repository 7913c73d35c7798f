// Several handlers of one informer, and what it keeps: what client-go's shared informer promises.
#include <penstock/kube/informer.hpp>

#include <penstock/kube/api_client.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/testing/loop.hpp>

#include "recorders.hpp"
#include "scripted_transport.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>

using namespace kube_test;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace {

/// Keeps the URL of a repository.
struct repository_url
{
    struct value
    {
        std::string url;
        bool operator==(value const&) const = default;
    };
    static constexpr auto fields = std::tuple(field("spec.url", &value::url));
};

std::string at(std::string const& name, std::string const& version, std::string const& url)
{
    return R"({"kind":"GitRepository","metadata":{"name":")" + name
           + R"(","namespace":"ns","uid":"u","resourceVersion":")" + version + R"("},"spec":{"url":")" + url + "\"}}";
}

struct shared_loop : testing::loop
{
    using world_type = env::basic_environment<testing::manual_clock, recording_sink, recording_log>;
    using client = api_client<world_type, scripted_transport>;
    using informer_type = informer<world_type, client, repository_url>;

    static informer_options pages()
    {
        informer_options o;
        o.reflect.stream_lists = false;
        o.reflect.longest_backoff = 2s;
        return o;
    }
    informer_type::handler note(std::string& into)
    {
        return [&into](object_event how, known_object<repository_url> const& o) {
            into += "+~-"[static_cast<int>(how)] + name_of(o).name + '@' + o.kept.url + ' ';
        };
    }
    static std::string take(std::string& from) { return std::exchange(from, std::string()); }
    void list(std::vector<std::string> const& items, std::string const& version)
    {
        peer.answers.emplace_back(200, list_of(items, version));
    }
    void watch(std::vector<piece> pieces) { peer.watches.emplace_back(std::move(pieces)); }

    recorded seen;
    world_type world{clock, recording_sink{&seen}, recording_log{&seen}};
    scripted_transport peer{clock};
    client api{world, peer, "https://k"};
    informer_type it{world, api, context.get_executor(), known::git_repositories, pages()};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_informer_handlers, shared_loop)

BOOST_AUTO_TEST_CASE(handlers_share_one_list_and_one_watch)
{
    std::string first, second, late;
    auto const one = it.add(note(first));
    auto const two = it.add(note(second));
    list({at("a", "1", "x")}, "9");
    watch({event("ADDED", at("b", "10", "y")), piece(event("MODIFIED", at("a", "11", "z")), 5s), piece::silence()});
    auto run = start(it.run());
    BOOST_TEST(first == "+a@x +b@y ");
    auto const three = it.add(note(late));  // after the start
    BOOST_TEST(take(late) == "+a@x +b@y ");
    BOOST_TEST(three.synced());
    advance(5s);
    BOOST_TEST(first == "+a@x +b@y ~a@z ");
    BOOST_TEST(second == first);
    BOOST_TEST(late == "~a@z ");
    BOOST_TEST(peer.requests.size() == 2U);
    BOOST_TEST(it.objects().find({"ns", "a"})->url == "z");
}

BOOST_AUTO_TEST_CASE(a_handler_added_in_the_middle_of_a_list_hears_of_each_object_once)
{
    std::string early, late;
    auto const one = it.add(note(early));
    auto const text = list_of({at("a", "1", "x"), at("b", "2", "y")}, "9");
    auto const middle = text.find(R"("name":"b")");
    peer.answers.emplace_back(
        std::vector<piece>{piece(text.substr(0, middle)), piece(text.substr(middle), 2s), piece::end_after(0s)});
    watch({piece::silence()});
    auto run = start(it.run());
    BOOST_TEST(early == "+a@x ");  // read while it arrives
    auto const two = it.add(note(late));
    BOOST_TEST(late == "+a@x ");
    BOOST_TEST(!two.synced());
    BOOST_TEST(!it.synced());
    advance(2s);
    BOOST_TEST(late == "+a@x +b@y ");
    BOOST_TEST(two.synced());
    BOOST_TEST(one.synced());
}

BOOST_AUTO_TEST_CASE(two_handlers_with_different_resync)
{
    std::string often, seldom, never;
    auto const one = it.add(note(often), 10s);
    auto const two = it.add(note(seldom), 25s);
    auto const three = it.add(note(never));
    list({at("a", "1", "x")}, "9");
    watch({piece::silence()});
    auto run = start(it.run());
    BOOST_TEST(take(often) == "+a@x ");
    take(seldom), take(never);
    for (int second = 0; second < 24; ++second)
        advance(1s);
    BOOST_TEST(take(often) == "~a@x ~a@x ");
    BOOST_TEST(seldom.empty());
    advance(1s);
    BOOST_TEST(take(seldom) == "~a@x ");
    std::string late;
    auto const four = it.add(note(late), 1s);  // wants to be told before all others
    advance(1s);
    BOOST_TEST(late == "+a@x ~a@x ");
    BOOST_TEST(never.empty());
}

BOOST_AUTO_TEST_CASE(no_send_after_a_handler_was_removed_or_the_informer_stopped)
{
    std::string removed, others;
    auto one = it.add(note(removed), 1s);
    auto const two = it.add(note(others), 1s);
    list({at("a", "1", "x")}, "9");
    watch({piece(event("ADDED", at("b", "10", "y")), 500ms), piece(event("ADDED", at("c", "11", "y")), 10s),
           piece::silence()});
    auto run = start(it.run());
    one.end();
    advance(500ms);
    BOOST_TEST(removed == "+a@x ");
    BOOST_TEST(take(others) == "+a@x +b@y ");
    run.cancel();
    BOOST_TEST((run.get() == boost::asio::error::operation_aborted));
    advance(1min);
    BOOST_TEST(others.empty());
    BOOST_TEST((clock.next() == time_point::max()));  // nothing waits for anything any more
}

BOOST_AUTO_TEST_CASE(a_disruption_loses_no_object_and_makes_no_phantom)
{
    std::string told;
    auto const one = it.add(note(told));
    list({at("a", "1", "x"), at("b", "2", "x"), at("c", "3", "x")}, "9");
    watch({event("MODIFIED", at("a", "10", "y")),
           piece(event("ERROR", status(410, "Expired", "too old resource version")), 5s)});
    peer.answers.emplace_back(500, "");
    list({at("c", "3", "x"), at("d", "20", "x")}, "21");
    watch({event("DELETED", at("c", "22", "last")), piece::silence()});
    auto run = start(it.run());
    BOOST_TEST(take(told) == "+a@x +b@x +c@x ~a@y ");
    advance(1min);
    BOOST_TEST(take(told) == "+d@x -a@y -b@x -c@last ");  // with what was last known of them
    std::string late;
    auto const two = it.add(note(late));
    BOOST_TEST(late == "+d@x ");
}

BOOST_AUTO_TEST_CASE(a_handler_that_throws_is_logged_and_the_others_are_told)
{
    std::string told;
    auto const bad = it.add([](object_event, auto const&) { throw std::runtime_error("not today"); });
    auto const one = it.add(note(told));
    list({at("a", "1", "x"), at("b", "2", "x")}, "9");
    watch({piece::silence()});
    auto run = start(it.run());
    BOOST_TEST(told == "+a@x +b@x ");
    BOOST_REQUIRE(seen.lines.size() == 2U);
    BOOST_TEST(seen.lines[0].find("a handler threw") != std::string::npos);
    BOOST_TEST(seen.lines[0].find("not today") != std::string::npos);
    BOOST_TEST(it.synced());
}

BOOST_AUTO_TEST_CASE(an_object_that_does_not_fit_the_projection_is_named_and_asked_for_again)
{
    std::string told;
    auto const one = it.add(note(told));
    list({at("a", "1", "x")}, "9");
    watch({event("MODIFIED", R"({"kind":"GitRepository","metadata":{"name":"a","namespace":"ns"},"spec":{"url":7}})")});
    list({at("a", "12", "y")}, "13");
    watch({piece::silence()});
    auto run = start(it.run());
    BOOST_TEST((it.trouble().code == errc::malformed));
    BOOST_TEST(
        it.trouble().detail
        == "WATCH gitrepositories.source.toolkit.fluxcd.io: object ns/a with spec.url is a number, a string is wanted");
    BOOST_TEST(it.objects().find({"ns", "a"})->url == "x");
    advance(10s);
    BOOST_TEST(told == "+a@x ~a@y ");
    BOOST_TEST(!it.trouble().code);
}

BOOST_AUTO_TEST_CASE(the_projection_is_applied_to_lists_streams_events_and_tombstones)
{
    informer_options streams;
    informer_type streamed{world, api, context.get_executor(), known::git_repositories, streams};
    std::string told;
    auto const one = streamed.add(note(told));
    watch({event("ADDED", at("a", "1", "x"))
               + event("BOOKMARK", R"({"kind":"GitRepository","metadata":{"resourceVersion":"2","annotations":)"
                                   R"({"k8s.io/initial-events-end":"true"}}})")
               + event("MODIFIED", at("a", "3", "x")) + event("MODIFIED", at("a", "4", "y")),
           piece(event("ERROR", status(410, "Expired", "too old")), 5s)});
    peer.watches.emplace_back(422, status(422, "Invalid", "sendInitialEvents is forbidden for watch"));
    list({at("b", "5", "z")}, "6");
    watch({event("DELETED", at("b", "7", "end")), piece::silence()});
    auto run = start(streamed.run());
    BOOST_TEST(take(told) == "+a@x ~a@y ");  // what is not kept is not told
    advance(30s);
    BOOST_TEST(take(told) == "+b@z -a@y -b@end ");
}

BOOST_AUTO_TEST_CASE(a_streamed_list_that_takes_long_is_told_every_ten_seconds)
{
    informer_type streamed{world, api, context.get_executor(), known::git_repositories, informer_options()};
    std::vector<piece> pieces;
    for (int i = 0; i < 4; ++i)
        pieces.emplace_back(event("ADDED", at("o" + std::to_string(i), "1", "x")), 8s);
    pieces.push_back(piece::silence());
    watch(std::move(pieces));
    auto run = start(streamed.run());
    advance(15s);
    BOOST_TEST(seen.lines.empty());
    for (int i = 0; i < 17; ++i)
        advance(1s);
    BOOST_REQUIRE(seen.lines.size() == 2U);  // at 16 and at 32 seconds
    BOOST_TEST(seen.lines[0].find("the list has not come to its end yet") != std::string::npos);
    BOOST_TEST(seen.lines[1].find("objects=3") != std::string::npos, seen.lines[1]);
}

BOOST_AUTO_TEST_CASE(a_list_that_breaks_off_anywhere_counts_for_nothing)
{
    std::string told;
    auto const one = it.add(note(told));
    auto const text = list_of({at("a", "1", "x"), at("b", "2", "x")}, "9");
    for (std::size_t const cut : {std::size_t(1), text.size() / 2, text.size() - 1})
        peer.answers.emplace_back(std::vector<piece>{piece(text.substr(0, cut)), piece::end_after(0s)});
    list({at("b", "2", "x")}, "9");
    watch({piece::silence()});
    auto run = start(it.run());
    BOOST_TEST((it.trouble().code == errc::truncated));
    advance(1min);
    BOOST_TEST(it.synced());
    BOOST_TEST(told == "+a@x +b@x -a@x ");
    BOOST_TEST(peer.requests.size() == 5U);
}

BOOST_AUTO_TEST_CASE(a_subscription_may_outlive_its_informer)
{
    std::string told;
    subscription left;
    {
        informer_type brief{world, api, context.get_executor(), known::git_repositories, pages()};
        left = brief.add(note(told));
    }
    left.end();
    BOOST_TEST(!left.synced());
}

BOOST_AUTO_TEST_SUITE_END()
