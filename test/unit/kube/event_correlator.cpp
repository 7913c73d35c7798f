#include <penstock/kube/event_correlator.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

using namespace penstock;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace penstock::kube {

std::ostream& operator<<(std::ostream& out, event_verdict::kind what)
{
    static constexpr char const* names[] = {"create", "count", "drop"};
    return out << names[static_cast<int>(what)];
}

}  // namespace penstock::kube

namespace {

using kind = event_verdict::kind;

struct correlated
{
    event_note about(std::string name, std::string message = "m", std::string reason = "Synced") const
    {
        event_note n;
        n.about.api_version = "v1";
        n.about.kind = "ConfigMap";
        n.about.name = object_name("apps", std::move(name));
        n.about.uid = "u-" + n.about.name.name;
        n.reason = std::move(reason);
        n.message = std::move(message);
        return n;
    }
    event_verdict decide(event_note const& n) { return correlate.decide(n, now, wall); }
    void pass(duration d)
    {
        now += d;
        wall += d;
    }

    event_correlator correlate;
    time_point now{1h};
    wall_time wall{std::chrono::sys_days(std::chrono::year(2026) / 11 / 21)};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_event_correlator, correlated)

BOOST_AUTO_TEST_CASE(the_same_note_again_raises_a_count)
{
    auto const first = decide(about("a"));
    BOOST_TEST(first.what == kind::create);
    BOOST_TEST(first.count == 1);
    BOOST_TEST(first.name == "a.18e9e659d5f60000");
    pass(1s);
    auto const second = decide(about("a"));
    BOOST_TEST(second.what == kind::count);
    BOOST_TEST(second.count == 2);
    BOOST_TEST(second.name == first.name);
    BOOST_TEST((second.first == first.first));
    BOOST_TEST((second.last == wall));
}

BOOST_AUTO_TEST_CASE(what_differs_is_another_event)
{
    auto const first = decide(about("a"));
    pass(1ns);
    BOOST_TEST(decide(about("b")).what == kind::create);
    BOOST_TEST(decide(about("a", "other")).what == kind::create);
    BOOST_TEST(decide(about("a", "m", "Failed")).what == kind::create);
    auto warning = about("a");
    warning.type = event_type::warning;
    BOOST_TEST(decide(warning).what == kind::create);
    auto reborn = about("a");
    reborn.about.uid = "another";
    auto const other = decide(reborn);
    BOOST_TEST(other.what == kind::create);
    BOOST_TEST(other.name != first.name);
    BOOST_TEST(decide(about("a")).count == 2);
}

BOOST_AUTO_TEST_CASE(many_that_differ_only_in_their_message_become_one)
{
    for (int i = 0; i < 9; ++i) {
        BOOST_TEST(decide(about("a", std::to_string(i))).what == kind::create);
        pass(1s);
    }
    auto const tenth = decide(about("a", "9"));
    BOOST_TEST(tenth.what == kind::create);
    BOOST_TEST(tenth.message == "(combined from similar events): 9");
    pass(1s);
    auto const next = decide(about("a", "10"));
    BOOST_TEST(next.what == kind::count);
    BOOST_TEST(next.name == tenth.name);
    BOOST_TEST(next.message == "(combined from similar events): 10");
    BOOST_TEST(next.count == 2);
    BOOST_TEST(decide(about("a", "x", "Failed")).message == "x");
    pass(600s);
    BOOST_TEST(decide(about("a", "11")).message.starts_with("(combined"));
    pass(600s + 1ns);
    BOOST_TEST(decide(about("a", "12")).message == "12");
}

BOOST_AUTO_TEST_CASE(more_than_a_burst_about_one_object_is_dropped)
{
    for (int i = 0; i < 25; ++i)
        BOOST_TEST(decide(about("a", "m", "R" + std::to_string(i))).what == kind::create);
    BOOST_TEST(decide(about("a", "m", "R0")).what == kind::drop);
    BOOST_TEST(decide(about("b")).what == kind::create);
    pass(299s);
    BOOST_TEST(decide(about("a", "m", "R0")).what == kind::drop);
    pass(1s);
    auto const back = decide(about("a", "m", "R0"));
    BOOST_TEST(back.what == kind::count);
    BOOST_TEST(back.count == 4);  // those that were dropped count
    BOOST_TEST(decide(about("a", "m", "R0")).what == kind::drop);
}

BOOST_AUTO_TEST_CASE(memory_is_bounded)
{
    event_correlator_options few;
    few.remembered = 2;
    event_correlator forgetful(few);
    BOOST_TEST(forgetful.decide(about("a"), now, wall).what == kind::create);
    forgetful.decide(about("b"), now, wall);
    forgetful.decide(about("c"), now, wall);
    BOOST_TEST(forgetful.decide(about("a"), now, wall).what == kind::create);
}

BOOST_AUTO_TEST_CASE(messages_and_names_fit_into_what_a_server_takes)
{
    auto long_one = about(std::string(240, 'n') + "." + std::string(12, 'x'), std::string(1023, 'm') + "\xc3\xa4");
    auto const verdict = decide(long_one);
    BOOST_TEST(verdict.message == std::string(1023, 'm'));  // not half of a character
    BOOST_TEST(verdict.name.size() <= 253U);
    auto edge = about(std::string(235, 'n') + "." + std::string(10, 'x'));
    BOOST_TEST(decide(edge).name == std::string(235, 'n') + ".18e9e659d5f60000");
    for (int i = 0; i < 20; ++i)
        BOOST_TEST(decide(about("a", std::string(1020, 'm') + std::to_string(i))).message.size() <= 1024U);
}

BOOST_AUTO_TEST_CASE(an_event_says_all_that_kubectl_shows)
{
    auto n = about("a", "a message");
    n.type = event_type::warning;
    n.about.resource_version = "7";
    auto const made = event_of(n, decide(n), "robot", "pod-1");
    auto const expected = boost::json::parse(R"({"apiVersion":"v1","kind":"Event",
        "metadata":{"name":"a.18e9e659d5f60000","namespace":"apps"},
        "involvedObject":{"apiVersion":"v1","kind":"ConfigMap","name":"a","uid":"u-a","namespace":"apps",
                          "resourceVersion":"7"},
        "reason":"Synced","type":"Warning","source":{"component":"robot","host":"pod-1"},
        "reportingComponent":"robot","reportingInstance":"pod-1",
        "firstTimestamp":"2026-11-21T00:00:00Z","lastTimestamp":"2026-11-21T00:00:00Z",
        "message":"a message","count":1})");
    BOOST_TEST((made == expected.as_object()), boost::json::serialize(made));
    pass(90s);
    auto const change = event_patch(decide(n));
    BOOST_TEST(boost::json::serialize(change)
               == R"({"message":"a message","count":2,"lastTimestamp":"2026-11-21T00:01:30Z"})");
}

BOOST_AUTO_TEST_CASE(events_of_what_has_no_namespace_are_in_default)
{
    auto const node = boost::json::parse(
        R"({"apiVersion":"v1","kind":"Node","metadata":{"name":"n","uid":"u","resourceVersion":"5"}})");
    involved_object const about(node.as_object());
    BOOST_TEST(about.kind == "Node");
    BOOST_TEST(about.uid == "u");
    BOOST_TEST(about.resource_version == "5");
    BOOST_TEST(event_namespace(about) == "default");
    event_note n;
    n.about = about;
    auto const made = event_of(n, decide(n), "robot", "");
    BOOST_TEST(!made.at("involvedObject").as_object().contains("namespace"));
    BOOST_TEST(text_at(made, {"metadata", "namespace"}) == "default");
}

BOOST_AUTO_TEST_SUITE_END()
