#include "system/stage.hpp"

#include <penstock/crypto/base64.hpp>
#include <penstock/sync/receiver.hpp>

#include <boost/test/unit_test.hpp>

#include <thread>

using namespace penstock;
using namespace penstock::system_test;
using namespace std::chrono_literals;

namespace {

constexpr char const* token = "the-token-of-the-receiver";

/// A Receiver of the source `app`. @param version Something that changes.
std::string receiver(std::string const& version)
{
    return "apiVersion: notification.toolkit.fluxcd.io/v1\nkind: Receiver\nmetadata: {name: hook, namespace: "
           "flux-system, annotations: {version: "
           + version
           + "}}\nspec: {type: generic, secretRef: {name: hook-token}, resources: [{kind: GitRepository, name: app}]}\n";
}

embedded::kube_fault hanging(std::string const& method)
{
    embedded::kube_fault f;
    f.method = method;
    f.count = -1;
    f.kind = embedded::kube_fault_kind::hang;
    return f;
}

struct with_receiver : stage
{
    with_receiver()
    {
        first = create("acme/app");
        source("app", "acme/app");
        apply("apiVersion: v1\nkind: Secret\nmetadata: {name: hook-token, namespace: flux-system}\ndata: {token: "
              + crypto::base64_encode(token) + "}\n");
        apply(receiver("one"));
        BOOST_REQUIRE(until(10s, [&] { return revision("app") == first; }));
    }

    std::string readyz(sidecar& it)
    {
        auto const answer = send(http::request("GET", it.health_url() + "/readyz"));
        return answer ? std::to_string(answer->status) + ' ' + answer->body : std::string("no answer");
    }

    std::string first;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(system_cluster_hangs, with_receiver)

BOOST_AUTO_TEST_CASE(stays_ready_and_takes_deliveries_while_the_token_of_a_receiver_is_waited_for)
{
    sidecar it(*this);
    BOOST_REQUIRE(it.wait_ready());
    BOOST_TEST(readyz(it) == "200 ok\n");
    stop_flux();
    auto const before = requests_with("/secrets/hook-token");
    fault(hanging("GET"));  // reads are taken and never answered; watches go on
    fault(hanging("PATCH"));
    apply(receiver("two"));  // so its token is read again
    BOOST_REQUIRE(until(10s, [&] { return requests_with("/secrets/hook-token") > before; }));

    auto const next = commit("acme/app");
    BOOST_TEST(it.push("acme/app", first, next, "d-1") == 202);
    auto const end = std::chrono::steady_clock::now() + 4s;  // the reading of the token is given 10 s
    std::string worst = "200";
    while (std::chrono::steady_clock::now() < end) {
        auto const answer = readyz(it);
        if (!answer.starts_with("200"))
            worst = answer;
        std::this_thread::sleep_for(50ms);
    }
    BOOST_TEST(worst == "200");
    BOOST_TEST(it.metric("penstock_sync_pending") == 1);
    http::request hook("POST", it.hooks_url() + sync::receiver_path(token, "hook", "flux-system"));
    hook.body = "{}";
    auto const answer = send(std::move(hook), 20s);  // it knows the token that it has read before
    BOOST_REQUIRE(answer.has_value());
    BOOST_TEST(answer->status != 404);

    clear_faults();
    start_flux();
    BOOST_TEST(until(60s, [&] { return revision("app") == next; }));
    BOOST_TEST(until(20s, [&] { return readyz(it) == "200 ok\n"; }), readyz(it));
}

BOOST_AUTO_TEST_SUITE_END()
