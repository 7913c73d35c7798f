#include <contract/kube/client_peer.hpp>
#include <penstock/kube/informer.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <cstdint>
#include <tuple>

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

/// Some of everything.
struct valve_fields
{
    struct value
    {
        std::int64_t size = 0;
        std::string colour;
        text_map labels;
        std::string note;
        kube::presence status;
        kube::presence managed;
        std::int64_t generation = 0;

        bool operator==(value const&) const = default;
    };
    static constexpr auto fields = std::tuple(
        kube::field("spec.size", &value::size), kube::field("spec.colour", &value::colour),
        kube::field("metadata.labels", &value::labels),
        kube::field("metadata.annotations.example\\.com/note", &value::note), kube::field("status", &value::status),
        kube::field("metadata.managedFields", &value::managed), kube::field("metadata.generation", &value::generation));
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

BOOST_AUTO_TEST_CASE(a_table_of_fields_reads_what_the_server_writes)
{
    auto odd = valve("odd", {{"size", 7}, {"colour", "\"r\\ed\"\n<\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80>"}});
    auto& metadata = odd.at("metadata").as_object();
    metadata["labels"] = {{"b", "2"}, {"a", ""}, {"example.com/c", "x.y_z-1"}};
    metadata["annotations"] = {{"example.com/note", "{\"a\":[\"}\"]}"}, {"other", "\\\""}};
    must(run(api.create(valves, own, odd, write, soon())));
    must(run(api.create(valves, own, valve("plain"), write, soon())));
    for (bool const streamed : {true, false}) {
        kube::informer_options options;
        options.ns = own;
        options.reflect.stream_lists = streamed;
        kube::informer<world, client_type, valve_fields> mine(env, noted, context.get_executor(), valves, options);
        std::string heard;
        auto const hearing = mine.add([&](kube::object_event how, kube::known_object<valve_fields> const& o) {
            heard += "+~-"[static_cast<int>(how)] + o.name.name + std::to_string(o.kept.size) + ' ';
        });
        asio::cancellation_signal end;
        bool over = false;
        asio::co_spawn(context, unwinding(mine.run()),
                       asio::bind_cancellation_slot(end.slot(), [&](std::exception_ptr, error_code) { over = true; }));
        BOOST_TEST(run(mine.wait_synced()).has_value());
        BOOST_TEST(heard == "+odd7 +plain1 ");
        auto const* kept = mine.objects().find(named("odd"));
        BOOST_REQUIRE(kept != nullptr);
        BOOST_TEST(kept->colour == std::string(odd.at("spec").at("colour").as_string()));
        BOOST_TEST(kept->note == "{\"a\":[\"}\"]}");
        BOOST_TEST(kept->labels.size() == 3U);
        BOOST_TEST(*kept->labels.find("example.com/c") == "x.y_z-1");
        BOOST_TEST(*kept->labels.find("a") == "");
        BOOST_TEST(!kept->status.there);
        BOOST_TEST(kept->managed.there);  // who asks for them finds them
        BOOST_TEST(kept->generation == 1);
        boost::json::value const larger = {{"spec", {{"size", streamed ? 8 : 9}}}};
        must(run(api.patch(valves, named("plain"), kube::patch_type::merge, larger, kube::patch_options("contract"),
                           soon())));
        std::string const last = streamed ? "~plain8 " : "~plain9 ";
        auto const until = clock::steady::now() + 20s;
        context.restart();
        while (!heard.ends_with(last) && clock::steady::now() < until)
            context.run_one_for(50ms);
        BOOST_TEST(heard == "+odd7 +plain1 " + last);
        must(run(api.patch(valves, named("plain"), kube::patch_type::merge, {{"spec", {{"size", 1}}}},
                           kube::patch_options("contract"), soon())));
        end.emit(asio::cancellation_type::terminal);
        context.restart();
        while (!over)
            context.run_one_for(50ms);
    }
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
