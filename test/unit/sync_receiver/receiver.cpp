#include <penstock/sync/receiver.hpp>

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

using namespace penstock;

BOOST_AUTO_TEST_SUITE(sync_receiver)

BOOST_AUTO_TEST_CASE(reads_what_the_api_server_sends)
{
    auto const object = boost::json::parse(R"({
        "metadata": {"name": "hook", "namespace": "apps"},
        "spec": {"type": "generic-hmac", "events": ["push", "ping"], "secretRef": {"name": "token"}, "suspend": true,
                 "resourceFilter": "true",
                 "resources": [{"kind": "GitRepository", "name": "*", "matchLabels": {"b": "2", "a": "1"},
                                "filter": "false"},
                               {"apiVersion": "x/v1", "kind": "Kustomization", "name": "k", "namespace": "n"}]},
        "status": {"webhookPath": "/hook/abc",
                   "conditions": [{"type": "Reconciling", "status": "True"}, {"type": "Ready", "status": "True"}]}})");
    auto const r = sync::decode_receiver(object.as_object()).value();
    BOOST_TEST(r.ns == "apps");
    BOOST_TEST(r.name == "hook");
    BOOST_TEST((r.type == sync::receiver_type::generic_hmac));
    BOOST_TEST((r.events == std::vector<std::string>{"push", "ping"}));
    BOOST_TEST(r.secret_name == "token");
    BOOST_TEST(r.suspended);
    BOOST_TEST(r.ready);
    BOOST_TEST(r.resource_filter == "true");
    BOOST_TEST(r.webhook_path == "/hook/abc");
    BOOST_REQUIRE(r.resources.size() == 2U);
    BOOST_TEST((r.resources[0].match_labels->front() == std::pair<std::string, std::string>("a", "1")));
    BOOST_TEST(r.resources[0].filter == "false");
    BOOST_TEST(!r.resources[1].match_labels.has_value());
    BOOST_TEST(r.resources[1].api_version == "x/v1");
    BOOST_TEST(r.resources[1].ns == "n");
}

BOOST_AUTO_TEST_CASE(takes_strange_shapes_for_absent_and_wants_a_name)
{
    auto const odd = boost::json::parse(R"({"metadata": {"name": "a", "namespace": "b"},
        "spec": {"type": "unheard-of", "events": "push", "resources": [1], "suspend": "yes"},
        "status": {"conditions": [{"type": "Ready", "status": "False"}]}})");
    auto const r = sync::decode_receiver(odd.as_object()).value();
    BOOST_TEST((r.type == sync::receiver_type::unknown));
    BOOST_TEST(r.events.empty());
    BOOST_TEST(r.resources.empty());
    BOOST_TEST(!r.suspended);
    BOOST_TEST(!r.ready);
    BOOST_TEST((sync::decode_receiver({}).error().code == errc::malformed));
}

BOOST_AUTO_TEST_CASE(knows_every_type_by_its_name)
{
    for (std::size_t i = 1; i < sync::receiver_type_names.size(); ++i) {
        boost::json::object o{{"metadata", {{"name", "a"}, {"namespace", "b"}}},
                              {"spec", {{"type", sync::receiver_type_names[i]}}}};
        BOOST_TEST(to_string(sync::decode_receiver(o)->type) == sync::receiver_type_names[i]);
    }
}

BOOST_AUTO_TEST_SUITE_END()
