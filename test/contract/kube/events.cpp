#include <contract/kube/client_peer.hpp>
#include <penstock/kube/event_recorder.hpp>

using namespace penstock;
using namespace penstock::testing;

namespace {

struct recorded : with_client
{
    using client_type = kube::api_client<world, http::client>;

    /// Writes these, and returns when that is done.
    void record(std::vector<kube::event_note> notes)
    {
        kube::event_recorder_options o;
        o.component = "contract";
        o.host = "pod-1";
        kube::event_recorder<world, client_type> recorder(env, api, context.get_executor(), o);
        for (auto& n : notes)
            recorder.note(std::move(n));
        recorder.stop();
        BOOST_TEST(!run_for_real(context, recorder.run()));
    }
    std::vector<boost::json::object> written(std::string const& about)
    {
        kube::list_options ask;
        ask.field_selector = "involvedObject.name=" + about;
        auto all = run(api.list(kube::known::events, own, ask, soon()));
        BOOST_REQUIRE_MESSAGE(all.has_value(), said(all));
        return std::move(all->items);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(contract_kube_events, recorded)

BOOST_AUTO_TEST_CASE(a_note_becomes_an_event_and_its_repeats_a_count)
{
    auto const object = must(run(api.create(valves, own, valve("a"), write, soon())));
    kube::event_note n;
    n.about = kube::involved_object(object.as_object());
    n.type = kube::event_type::warning;
    n.reason = "Leaks";
    n.message = "it leaks";
    record({n, n, n});
    auto const all = written("a");
    BOOST_TEST_REQUIRE(all.size() == 1U);
    auto const& event = all.front();
    BOOST_TEST(event.at("count").as_int64() == 3);
    BOOST_TEST(text(event, "/type") == "Warning");
    BOOST_TEST(text(event, "/reason") == "Leaks");
    BOOST_TEST(text(event, "/message") == "it leaks");
    BOOST_TEST(text(event, "/source/component") == "contract");
    BOOST_TEST(text(event, "/involvedObject/kind") == "Valve");
    BOOST_TEST(text(event, "/involvedObject/uid") == kube::uid_of(object.as_object()));
}

BOOST_AUTO_TEST_CASE(what_a_server_refuses_stops_nothing)
{
    kube::event_note bad;
    bad.about.kind = "Valve";
    bad.about.name = named("Not A Name");
    bad.reason = "Leaks";
    auto good = bad;
    good.about.name = named("b");
    record({bad, good});
    BOOST_TEST(written("b").size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_object_with_the_longest_name_can_have_events)
{
    kube::event_note n;
    n.about.kind = "Valve";
    n.about.name = named(std::string(240, 'a') + ".b" + std::string(11, 'c'));
    n.reason = "Leaks";
    n.message = std::string(5000, 'm');
    record({n});
    BOOST_TEST(written(n.about.name.name).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
