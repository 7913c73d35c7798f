#include <contract/kube/client_peer.hpp>
#include <penstock/kube/informer.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

using namespace penstock;
using namespace penstock::testing;

namespace {

/// Notes what is asked.
struct noting_transport
{
    awaitable<result<http::response>> send(http::request r, time_point deadline)
    {
        asked->push_back(r.url);
        return wire->send(std::move(r), deadline);
    }
    awaitable<result<std::unique_ptr<http::incoming>>> open(http::request r, time_point deadline)
    {
        asked->push_back(r.url);
        return wire->open(std::move(r), deadline);
    }

    http::client* wire;
    std::vector<std::string>* asked;
};

struct informed : with_client
{
    using client_type = kube::api_client<world, noting_transport>;

    void follow(kube::informer_options options = {})
    {
        options.ns = own;
        it.emplace(env, noted, context.get_executor(), valves, options,
                   [this](kube::object_event e, boost::json::object const& o) {
                       told += std::string(e == kube::object_event::added      ? "+"
                                           : e == kube::object_event::modified ? "~"
                                                                               : "-")
                               + kube::name_of(o).name + ' ';
                   });
        asio::co_spawn(context, unwinding(it->run()),
                       asio::bind_cancellation_slot(stop.slot(), [this](std::exception_ptr e, error_code) {
                           BOOST_TEST(!e);
                           ended = true;
                       }));
    }
    ~informed()
    {
        if (it && !ended)
            stop.emit(asio::cancellation_type::terminal);
        context.restart();
        for (int i = 0; i < 400 && it && !ended; ++i)
            context.run_one_for(50ms);
    }
    void wait_told(std::string const& what)
    {
        auto const end = clock::steady::now() + 20s;
        context.restart();
        while (told != what && clock::steady::now() < end)
            context.run_one_for(50ms);
        BOOST_TEST_REQUIRE(told == what);
    }
    std::size_t lists() const
    {
        return static_cast<std::size_t>(std::count_if(
            asked.begin(), asked.end(), [](auto const& each) { return each.find("watch=true") == each.npos; }));
    }

    std::vector<std::string> asked;
    noting_transport wire{&client, &asked};
    client_type noted{env, wire, url, kube::credential::bearer(secret(token))};
    std::optional<kube::informer<world, client_type>> it;
    asio::cancellation_signal stop;
    bool ended = false;
    std::string told;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(contract_kube_informer, informed)

BOOST_AUTO_TEST_CASE(a_list_and_what_follows_come_in_one_stream)
{
    must(run(api.create(valves, own, valve("a"), write, soon())));
    must(run(api.create(valves, own, valve("b"), write, soon())));
    follow();
    wait_told("+a +b ");
    BOOST_TEST(run(it->wait_synced()).has_value());
    must(run(api.create(valves, own, valve("c"), write, soon())));
    wait_told("+a +b +c ");
    boost::json::value const larger = {{"spec", {{"size", 2}}}};
    must(run(api.patch(valves, named("a"), kube::patch_type::merge, larger, kube::patch_options("contract"), soon())));
    wait_told("+a +b +c ~a ");
    must(run(api.remove(valves, named("b"), away, soon())));
    wait_told("+a +b +c ~a -b ");
    BOOST_TEST(asked.size() == 1U);
    BOOST_TEST(asked.front().find("sendInitialEvents=true") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_empty_list_comes_to_its_end)
{
    follow();
    BOOST_TEST(run(it->wait_synced()).has_value());
    BOOST_TEST(it->watching());
    BOOST_TEST(lists() == 0U);
    BOOST_TEST(told.empty());
}

BOOST_AUTO_TEST_CASE(pages_and_a_watch_say_the_same)
{
    for (auto const* name : {"a", "b", "c", "d", "e"})
        must(run(api.create(valves, own, valve(name), write, soon())));
    kube::informer_options pages;
    pages.reflect.stream_lists = false;
    pages.page_size = 2;
    follow(pages);
    wait_told("+a +b +c +d +e ");
    BOOST_TEST(run(it->wait_synced()).has_value());
    must(run(api.remove(valves, named("c"), away, soon())));
    wait_told("+a +b +c +d +e -c ");
    BOOST_TEST(lists() >= 1U);
}

BOOST_AUTO_TEST_CASE(what_an_informer_may_not_read_is_told)
{
    client_type powerless(env, wire, url, kube::credential::bearer(secret(nobody)));
    kube::informer<world, client_type> mine(env, powerless, context.get_executor(), valves, {},
                                            [](kube::object_event, boost::json::object const&) {});
    asio::cancellation_signal end;
    bool over = false;
    asio::co_spawn(context, unwinding(mine.run()),
                   asio::bind_cancellation_slot(end.slot(), [&](std::exception_ptr, error_code) { over = true; }));
    BOOST_TEST((run(mine.wait_synced()).error().code == errc::forbidden));
    end.emit(asio::cancellation_type::terminal);
    context.restart();
    while (!over)
        context.run_one_for(50ms);
}

BOOST_AUTO_TEST_SUITE_END()
