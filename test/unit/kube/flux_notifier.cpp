#include <penstock/kube/flux_notifier.hpp>

#include <penstock/clock/steady.hpp>
#include <penstock/clock/task_group.hpp>
#include <penstock/http/client.hpp>
#include <penstock/http/server.hpp>
#include <penstock/testing/fault_proxy.hpp>
#include <penstock/testing/loop.hpp>
#include <penstock/testing/recording_log.hpp>
#include <penstock/testing/recording_sink.hpp>

#include "scripted_transport.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <set>

using namespace kube_test;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace {

using world = env::basic_environment<testing::manual_clock, testing::recording_sink, testing::recording_log>;

flux_event say(std::string message)
{
    event_note n;
    n.about.api_version = "source.toolkit.fluxcd.io/v1";
    n.about.kind = "GitRepository";
    n.about.name = object_name("flux-system", "app");
    n.reason = "Synced";
    n.message = std::move(message);
    return flux_event(std::move(n));
}

struct notifying : penstock::testing::loop
{
    static flux_notifier_options few()
    {
        flux_notifier_options o;
        o.url = "http://flux/";
        o.waiting = 30;
        o.max_body = 2000;
        return o;
    }
    void note(std::string message)
    {
        notifier.note(say(std::move(message)));
        settle();
    }
    double total(char const* result) { return env.metrics().value(metrics::names::flux_events_total, {result}); }

    world env{clock, {}, {}};
    scripted_transport wire{clock};
    flux_notifier<world, scripted_transport> notifier{env, wire, context.get_executor(), few()};
};

answer with_status(int status)
{
    return answer(status, "");
}

/// A peer that does as the notification-controller: 202, and 429 for what it has heard.
struct notification_controller
{
    awaitable<void> serve(http::exchange& x)
    {
        auto const body = co_await x.read_all(3U << 20U);
        http::response answer(400);
        if (body) {
            auto const event = boost::json::parse(*body).as_object();
            auto const said = std::string(text_at(event, "message"));
            bool const fresh = heard.insert(said).second;
            order += said + ' ';
            answer = http::response(fresh ? 202 : 429);
            if (!fresh)
                answer.fields.add("Retry-After", "300");
        }
        (void)co_await x.respond(answer);
    }
    std::set<std::string> heard;
    std::string order;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_flux_notifier, notifying)

BOOST_AUTO_TEST_CASE(posts_json_to_the_controller)
{
    auto task = start(notifier.run());
    wire.answers = {with_status(202)};
    note("m");
    BOOST_TEST(total("posted") == 1.0);
    BOOST_TEST_REQUIRE(wire.requests.size() == 1U);
    auto const& r = wire.requests.front();
    BOOST_TEST(r.method == "POST");
    BOOST_TEST(r.url == "http://flux/");
    BOOST_TEST(r.fields["Content-Type"] == "application/json");
    BOOST_TEST(text_at(boost::json::parse(r.body).as_object(), "message") == "m");
    task.cancel();
    BOOST_TEST((task.get() == asio::error::operation_aborted));
}

BOOST_AUTO_TEST_CASE(a_duplicate_is_no_error_and_is_not_sent_again)
{
    auto task = start(notifier.run());
    wire.answers = {with_status(429).with("Retry-After", "300")};
    note("m");
    advance(10min);
    BOOST_TEST(total("duplicate") == 1.0);
    BOOST_TEST(total("refused") == 0.0);
    BOOST_TEST(wire.requests.size() == 1U);
    task.cancel();
}

BOOST_AUTO_TEST_CASE(tries_again_while_the_controller_is_away_and_keeps_the_order)
{
    auto task = start(notifier.run());
    wire.answers = {failure(errc::connection_failed), with_status(503), with_status(202), with_status(202)};
    note("a");
    note("b");
    BOOST_TEST(notifier.waiting() == 1U);
    advance(4s);
    BOOST_TEST(total("posted") == 2.0);
    BOOST_TEST_REQUIRE(wire.requests.size() == 4U);
    BOOST_TEST(wire.requests[2].body == wire.requests[0].body);
    BOOST_TEST(wire.requests[3].body != wire.requests[0].body);
    task.cancel();
}

BOOST_AUTO_TEST_CASE(waits_as_long_as_it_is_asked_to_but_not_for_ever)
{
    auto task = start(notifier.run());
    wire.answers = {with_status(503).with("Retry-After", "20"), with_status(503).with("Retry-After", "7200"),
                    with_status(202)};
    note("m");
    advance(2min);
    BOOST_TEST(total("posted") == 1.0);
    BOOST_TEST((wire.times.at(1) - wire.times.at(0) == 20s));
    BOOST_TEST((wire.times.at(2) - wire.times.at(1) == 30s));
    task.cancel();
}

BOOST_AUTO_TEST_CASE(gives_up_on_one_and_goes_on_with_the_next)
{
    auto task = start(notifier.run());
    for (int i = 0; i < 5; ++i)
        wire.answers.push_back(with_status(500));
    wire.answers.push_back(with_status(202));
    note("m");
    note("n");
    advance(2min);
    BOOST_TEST(total("refused") == 1.0);
    BOOST_TEST(total("posted") == 1.0);
    BOOST_TEST(env.log().contains("HTTP status 500"));
    task.cancel();
}

BOOST_AUTO_TEST_CASE(leaves_out_what_is_refused)
{
    auto task = start(notifier.run());
    wire.answers = {with_status(400), with_status(302).with("Location", "http://elsewhere/"), with_status(202)};
    note("a");
    note("b");
    note("c");
    BOOST_TEST(total("refused") == 2.0);
    BOOST_TEST(total("posted") == 1.0);
    task.cancel();
}

BOOST_AUTO_TEST_CASE(an_answer_that_does_not_come_is_not_waited_for_long)
{
    auto task = start(notifier.run());
    note("m");
    wire.answers = {with_status(202)};  // for the second try
    advance(5s);
    advance(1s);
    BOOST_TEST(total("posted") == 1.0);
    task.cancel();
}

BOOST_AUTO_TEST_CASE(keeps_so_many_events_and_sends_them_so_fast)
{
    for (int i = 0; i < 40; ++i)
        note(std::to_string(i));
    BOOST_TEST(notifier.waiting() == 30U);
    BOOST_TEST(total("overflow") == 10.0);
    note(std::string(3000, 'x'));
    for (int i = 0; i < 30; ++i)
        wire.answers.push_back(with_status(202));
    auto task = start(notifier.run());
    BOOST_TEST(total("posted") == 20.0);
    advance(1s);
    BOOST_TEST(total("posted") == 25.0);
    advance(1s);
    BOOST_TEST(total("posted") == 30.0);
    note(std::string(3000, 'x'));
    BOOST_TEST(total("refused") == 1.0);
    BOOST_TEST(env.log().contains("larger than 2000 bytes"));
    task.cancel();
}

BOOST_AUTO_TEST_CASE(sends_what_waits_when_it_is_stopped)
{
    wire.answers = {with_status(202), with_status(202)};
    note("a");
    note("b");
    notifier.stop();
    note("c");
    auto task = start(notifier.run());
    BOOST_TEST(!task.get());
    BOOST_TEST(total("posted") == 2.0);
}

BOOST_AUTO_TEST_CASE(does_not_sit_out_a_pause_when_it_is_stopped)
{
    wire.answers = {with_status(503).with("Retry-After", "20"), with_status(202)};
    note("a");
    auto task = start(notifier.run());
    advance(1s);  // in a pause of 20 s
    notifier.stop();
    advance(1s);
    BOOST_REQUIRE(task.done());
    BOOST_TEST(total("posted") == 1.0);
}

BOOST_AUTO_TEST_CASE(does_not_try_all_of_them_when_it_is_stopped_and_the_controller_is_away)
{
    wire.answers = {failure(errc::connection_failed)};
    for (int i = 0; i < 20; ++i)
        note(std::to_string(i));
    notifier.stop();
    auto task = start(notifier.run());
    BOOST_TEST(!task.get());
    BOOST_TEST(total("refused") == 1.0);
    BOOST_TEST(total("overflow") == 19.0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(kube_flux_notifier_over_http)

BOOST_AUTO_TEST_CASE(a_controller_that_comes_back_hears_everything_once_and_in_order)
{
    using real = env::basic_environment<clock::steady, testing::recording_sink>;
    asio::io_context context{1};
    real env;
    notification_controller peer;
    http::server_options where;
    where.address = "127.0.0.1";
    http::server server(context.get_executor(), where, [&peer](http::exchange& x) { return peer.serve(x); });
    auto const port = server.listen();
    BOOST_REQUIRE(port.has_value());
    testing::fault_proxy way(context.get_executor(), *port);
    http::client client(context.get_executor());
    flux_notifier_options o;
    o.url = "http://127.0.0.1:" + std::to_string(way.port()) + '/';
    o.pause.base = 20ms;
    o.request_deadline = 500ms;
    flux_notifier<real, http::client> notifier(env, client, context.get_executor(), o);
    testing::fault away;
    away.refuse = true;
    way.once(away);
    testing::fault deaf;
    deaf.swallow = true;  // it hears and nobody hears its answer: then it has heard it twice
    way.once(deaf);
    for (auto const* m : {"a", "b", "a"})
        notifier.note(say(m));
    clock::task_group tasks(context.get_executor());
    tasks.spawn(server.run());
    tasks.spawn(notifier.run());
    auto const total = [&env](char const* result) {
        return env.metrics().value(metrics::names::flux_events_total, {result});
    };
    auto const end = clock::steady::now() + 20s;
    while (total("posted") + total("duplicate") < 3 && clock::steady::now() < end)
        context.run_for(20ms);
    BOOST_TEST(peer.order == "a a b a ");
    BOOST_TEST(total("posted") == 1.0);
    BOOST_TEST(total("duplicate") == 2.0);
    BOOST_TEST(total("refused") == 0.0);
    tasks.cancel();
    context.run_for(200ms);
}

BOOST_AUTO_TEST_SUITE_END()
