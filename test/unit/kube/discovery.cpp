#include <penstock/kube/discovery.hpp>

#include <penstock/kube/api_client.hpp>
#include <penstock/testing/loop.hpp>

#include "scripted_transport.hpp"

#include <boost/test/unit_test.hpp>

using namespace kube_test;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace {

std::string group_of(std::string const& name, std::string const& versions)
{
    return R"({"metadata":{"name":")" + name + R"("},"versions":[)" + versions + "]}";
}

std::string version_of(std::string const& version, std::string const& plural, std::string const& kind)
{
    return R"({"version":")" + version + R"(","freshness":"Current","resources":[{"resource":")" + plural
           + R"(","singularResource":"one","shortNames":["sh"],"responseKind":{"kind":")" + kind
           + R"("},"scope":"Namespaced","verbs":["list"]}]})";
}

std::string aggregated(std::string const& groups)
{
    return R"({"kind":"APIGroupDiscoveryList","items":[)" + groups + "]}";
}

struct discovering_loop : testing::loop
{
    scripted_transport peer{clock};
    api_client<decltype(env), scripted_transport> api{env, peer, "https://k"};
    discovery<decltype(env), decltype(api)> known{env, api, context.get_executor()};

    time_point soon() { return clock.now() + 30s; }
    void serves(std::string const& groups)
    {
        peer.answers.emplace_back(200, aggregated(group_of("", version_of("v1", "secrets", "Secret"))));
        peer.answers.emplace_back(200, aggregated(groups));
    }
    auto find(std::string group, std::string kind, std::string version = "")
    {
        return known.find_kind(std::move(group), std::move(version), std::move(kind), soon());
    }
    std::string const both =
        group_of("apps", version_of("v2", "widgets", "Widget") + ',' + version_of("v1", "widgets", "Widget"));
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_discovery, discovering_loop)

BOOST_AUTO_TEST_CASE(finds_kinds_in_the_preferred_or_the_named_version_and_asks_once)
{
    serves(both);
    BOOST_TEST((run(find("apps", "Widget")).value().what == resource("apps", "v2", "widgets", "Widget")));
    BOOST_TEST((run(find("apps", "Widget", "v1")).value().what.version == "v1"));
    BOOST_TEST((run(find("", "Secret")).value().what == resource("", "v1", "secrets", "Secret")));
    BOOST_TEST(peer.requests.size() == 2U);
    BOOST_TEST(peer.requests.at(0).url == "https://k/api");
    BOOST_TEST(peer.requests.at(1).url == "https://k/apis");
    BOOST_TEST(peer.requests.at(1).fields["Accept"] == discovery_accept);
}

BOOST_AUTO_TEST_CASE(finds_resources_by_every_name)
{
    serves(both);
    for (auto const* name : {"widgets", "one.apps", "sh.apps", "widgets.apps"})
        BOOST_TEST(run(known.find_name(name, soon())).value().what.plural == "widgets");
    BOOST_TEST(run(known.find_name("secrets", soon())).value().what.group == "");
    clock.advance(1s);
    BOOST_TEST((run(known.find_name("widgets.other", soon())).error().code == errc::not_found));
    BOOST_TEST(peer.requests.size() == 2U);
}

BOOST_AUTO_TEST_CASE(looks_again_for_what_was_missing_but_not_too_often)
{
    serves("");
    BOOST_TEST(run(find("apps", "Widget")).error().detail == "discovery: the server does not know Widget.apps");
    clock.advance(9s);
    BOOST_TEST((run(find("apps", "Widget")).error().code == errc::not_found));
    BOOST_TEST(peer.requests.size() == 2U);
    clock.advance(1s);
    serves(both);
    BOOST_TEST(run(find("apps", "Widget")).has_value());
    BOOST_TEST(peer.requests.size() == 4U);
}

BOOST_AUTO_TEST_CASE(asks_anew_when_what_it_knows_is_old_and_keeps_it_if_it_must)
{
    serves(both);
    BOOST_TEST(run(find("apps", "Widget")).has_value());
    clock.advance(10min);
    peer.answers.emplace_back(403, status(403, "Forbidden", "no"));
    BOOST_TEST(run(find("apps", "Widget")).has_value());
    peer.answers.emplace_back(403, status(403, "Forbidden", "no"));
    BOOST_TEST((run(find("apps", "Gadget")).error().code == errc::forbidden));
    serves("");
    BOOST_TEST((run(find("apps", "Widget")).error().code == errc::not_found));
    known.forget();
    serves(both);
    BOOST_TEST(run(find("apps", "Widget")).has_value());
}

BOOST_AUTO_TEST_CASE(fails_with_the_server_when_nothing_is_known)
{
    peer.answers.emplace_back(403, status(403, "Forbidden", "no"));
    BOOST_TEST((run(find("apps", "Widget")).error().code == errc::forbidden));
    peer.answers.emplace_back(200, R"({"kind":"Odd"})");
    BOOST_TEST((run(find("apps", "Widget")).error().code == errc::malformed));
}

BOOST_AUTO_TEST_CASE(asks_an_old_server_version_by_version)
{
    peer.answers.emplace_back(200, R"({"kind":"APIVersions","versions":["v1"]})");
    peer.answers.emplace_back(200, R"({"kind":"APIGroupList","groups":[{"name":"apps","versions":[{"version":"v1"}]},)"
                                   R"({"name":"other","versions":[{"version":"v1"}]}]})");
    peer.answers.emplace_back(200, R"({"kind":"APIResourceList","resources":[{"name":"widgets","kind":"Widget",)"
                                   R"("namespaced":true}]})");
    BOOST_TEST(run(find("apps", "Widget")).value().what.plural == "widgets");
    BOOST_TEST(run(find("apps", "Widget")).has_value());
    BOOST_TEST(peer.requests.size() == 3U);
    BOOST_TEST(peer.requests.at(2).url == "https://k/apis/apps/v1");
}

BOOST_AUTO_TEST_CASE(does_not_take_a_server_that_is_down_for_a_missing_kind)
{
    serves(group_of("metrics", R"({"version":"v1","freshness":"Stale"})"));
    peer.answers.emplace_back(503, status(503, "ServiceUnavailable", "down"));
    BOOST_TEST(run(find("metrics", "Usage")).error().detail
               == "discovery: the server cannot say now what it serves in metrics/v1");
    BOOST_TEST(peer.requests.size() == 3U);
    BOOST_TEST((run(find("metrics", "Usage")).error().code == errc::unavailable));
    BOOST_TEST(peer.requests.size() == 3U);  // not asked again at once
}

BOOST_AUTO_TEST_CASE(shares_one_request_and_survives_a_cancelled_one)
{
    auto first = start(find("apps", "Widget"));  // hangs
    auto second = start(find("apps", "Widget"));
    BOOST_TEST(peer.requests.size() == 1U);
    serves(both);
    first.cancel();
    BOOST_TEST((first.get().error().code == boost::asio::error::operation_aborted));
    BOOST_TEST(second.get().has_value());
    BOOST_TEST(peer.requests.size() == 3U);
}

BOOST_AUTO_TEST_CASE(tells_a_failure_to_all_who_wait)
{
    peer.answers.push_back(answer(429, status(429, "TooManyRequests", "later")).with("Retry-After", "1"));
    peer.answers.emplace_back(403, status(403, "Forbidden", "no"));
    auto first = start(find("apps", "Widget"));
    auto second = start(find("apps", "Widget"));
    auto third = start(find("apps", "Widget"));
    advance(2s);
    for (auto const& each : {first, second, third}) {
        BOOST_REQUIRE(each.done());
        BOOST_TEST((each.get().error().code == errc::forbidden));
    }
    BOOST_TEST(peer.requests.size() == 2U);
    serves(both);
    BOOST_TEST(run(find("apps", "Widget")).has_value());
}

BOOST_AUTO_TEST_CASE(lets_those_go_whose_time_has_come)
{
    auto first = start(known.find_kind("apps", "", "Widget", clock.now() + 60s));  // hangs
    auto second = start(known.find_kind("apps", "", "Widget", clock.now() + 1s));
    advance(2s);
    BOOST_REQUIRE(second.done());
    BOOST_TEST((second.get().error().code == errc::deadline_exceeded));
    BOOST_TEST(!first.done());
    first.cancel();
    BOOST_TEST((first.get().error().code == boost::asio::error::operation_aborted));
}

BOOST_AUTO_TEST_CASE(asks_again_for_those_who_have_more_time_than_the_one_who_asked)
{
    auto first = start(known.find_kind("apps", "", "Widget", clock.now() + 1s));  // hangs
    auto second = start(known.find_kind("apps", "", "Widget", clock.now() + 60s));
    serves(both);
    advance(2s);
    BOOST_TEST((first.get().error().code == errc::deadline_exceeded));
    BOOST_TEST(second.get().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
