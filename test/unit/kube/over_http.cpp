#include <penstock/clock/steady.hpp>
#include <penstock/http/client.hpp>
#include <penstock/http/server.hpp>
#include <penstock/kube/api_client.hpp>
#include <penstock/kube/informer.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/testing/loop.hpp>

#include "scripted_transport.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/detached.hpp>
#include <boost/test/unit_test.hpp>

using namespace kube_test;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace {

/// A server on a real socket that cuts its first watch inside an event.
struct cutting_server
{
    clock::steady clock;
    std::vector<std::string> asked;
    int watches = 0;

    awaitable<void> serve(http::exchange& x)
    {
        asked.push_back(x.head().target);
        if (x.head().query().find("watch=true") == std::string_view::npos) {
            http::response page(200, "application/json", list_of({repository("a", "1")}, "9"));
            (void)co_await x.respond(page);
            co_return;
        }
        http::response head(200);
        head.fields.add("Content-Type", "application/json");
        (void)co_await x.start(std::move(head));
        auto const second = event("MODIFIED", repository("a", "12"));
        if (++watches == 1) {
            auto const cut = event("MODIFIED", repository("a", "11")) + second.substr(0, 40);
            (void)co_await x.write(cut);
            co_return;  // without an end
        }
        auto const first_part = second.substr(0, 40);
        auto const rest = second.substr(40);
        (void)co_await x.write(first_part);
        (void)co_await x.write(rest);
        (void)co_await clock.sleep_until(clock.now() + 60s);
    }
};

awaitable<result<void>> wait_for(std::string& told, std::string end, clock::gate& changed)
{
    while (!told.ends_with(end)) {
        if (auto const ec = co_await changed.wait())
            co_return failure(ec);
    }
    co_return result<void>();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_over_http)

BOOST_AUTO_TEST_CASE(takes_up_a_watch_that_was_cut_on_the_wire)
{
    asio::io_context context{1};
    env::basic_environment<clock::steady> env;
    cutting_server peer;
    http::server_options where;
    where.address = "127.0.0.1";
    http::server server(context.get_executor(), where, [&peer](http::exchange& x) { return peer.serve(x); });
    auto const port = server.listen();
    BOOST_REQUIRE(port.has_value());
    http::client client(context.get_executor());
    api_client api(env, client, "http://127.0.0.1:" + std::to_string(*port));
    std::string told;
    clock::gate changed(context.get_executor());
    informer_options pages;
    pages.reflect.stream_lists = false;
    informer it(env, api, context.get_executor(), known::git_repositories, pages,
                [&](object_event, boost::json::object const& o) {
                    told += std::string(resource_version_of(o)) + ' ';
                    changed.notify();
                });
    asio::cancellation_signal stop_server;
    asio::cancellation_signal stop_informer;
    asio::co_spawn(context, unwinding(server.run()), asio::bind_cancellation_slot(stop_server.slot(), asio::detached));
    asio::co_spawn(context, unwinding(it.run()), asio::bind_cancellation_slot(stop_informer.slot(), asio::detached));
    BOOST_TEST(testing::run_for_real(context, wait_for(told, "12 ", changed), 20s).has_value());
    BOOST_TEST(told == "1 11 12 ");
    BOOST_REQUIRE(peer.asked.size() == 3U);
    BOOST_TEST(peer.asked[1].find("resourceVersion=9&") != std::string::npos);
    BOOST_TEST(peer.asked[2].find("resourceVersion=11&") != std::string::npos);  // and no list in between
    stop_informer.emit(asio::cancellation_type::terminal);
    stop_server.emit(asio::cancellation_type::terminal);
    context.restart();
    context.run_for(5s);
    BOOST_TEST(context.stopped());  // nothing is left running
}

BOOST_AUTO_TEST_SUITE_END()
