#include "system/stage.hpp"

#include <penstock/crypto/base64.hpp>
#include <penstock/crypto/hmac.hpp>
#include <penstock/sync/receiver.hpp>
#include <penstock/text/hex.hpp>

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace penstock::system_test;
using namespace std::chrono_literals;

namespace {

constexpr char const* token = "the-token-of-the-receiver";

std::string receiver(std::string const& name, std::string const& type, std::string const& resources)
{
    return "---\napiVersion: v1\nkind: Secret\nmetadata: {name: " + name
           + "-token, namespace: flux-system}\ndata: {token: " + crypto::base64_encode(token)
           + "}\n---\napiVersion: notification.toolkit.fluxcd.io/v1\nkind: Receiver\nmetadata: {name: " + name
           + ", namespace: flux-system}\nspec: {type: " + type + ", secretRef: {name: " + name + "-token}, resources: ["
           + resources + "]}\n";
}

std::string other(std::string const& version, std::string const& kind, std::string const& name)
{
    return "---\napiVersion: source.toolkit.fluxcd.io/" + version + "\nkind: " + kind + "\nmetadata: {name: " + name
           + ", namespace: flux-system, labels: {team: a}}\nspec: {interval: 1h}\n";
}

std::string path_of(std::string const& name)
{
    return sync::receiver_path(token, name, "flux-system");
}

http::request call(sidecar const& it, std::string const& path, std::string body = "{}")
{
    http::request r("POST", it.hooks_url() + path);
    r.fields.set("Content-Type", "application/json");
    r.body = std::move(body);
    return r;
}

std::string hmac_of(std::string const& key, std::string const& body)
{
    crypto::hmac mac{crypto::hmac_key(crypto::algorithm::sha256, key)};
    mac.update(body);
    return "sha256=" + to_hex(mac.finish().view());
}

std::string const asked = "reconcile.fluxcd.io/requestedAt";

struct receiving : stage
{
    /// Waits until the sidecar and Flux serve this Receiver.
    void wait_served(sidecar& it, std::string const& name)
    {
        BOOST_REQUIRE(until(10s, [&] { return text(receivers, name, {"status", "webhookPath"}) == path_of(name); }));
        BOOST_REQUIRE(it.wait_ready());
    }

    int status(http::request r)
    {
        auto const answer = send(std::move(r));
        return answer ? answer->status : 0;
    }

    std::string asked_at(std::string const& key, std::string const& name)
    {
        return text(key, name, {"metadata", "annotations", asked});
    }
};

/// A push of GitLab.
http::request gitlab_push(stage& s, sidecar const& it, std::string const& after)
{
    boost::json::object push;
    push["object_kind"] = "push";
    push["ref"] = "refs/heads/main";
    push["before"] = std::string(40, '1');
    push["after"] = after;
    push["checkout_sha"] = after;
    push["project"] = {{"git_http_url", s.url_of("acme/app")}, {"web_url", s.url_of("acme/app")}};
    auto r = call(it, "/webhook/gitlab", boost::json::serialize(push));
    r.fields.set("X-Gitlab-Event", "Push Hook");
    return r;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(system_receivers, receiving)

BOOST_AUTO_TEST_CASE(a_receiver_syncs_sources_of_every_kind)
{
    auto const first = create("acme/app");
    source("app", "acme/app");
    apply(other("v1", "Bucket", "bucket"));
    apply(other("v1", "OCIRepository", "oci"));
    apply(other("v1", "HelmRepository", "one"));
    apply(other("v1", "HelmRepository", "two"));
    apply(receiver("hook", "generic",
                   "{kind: GitRepository, name: app}, {kind: Bucket, name: bucket}, "
                   "{kind: OCIRepository, name: oci}, "
                   "{kind: HelmRepository, name: '*', matchLabels: {team: a}}"));
    sidecar it(*this);
    wait_served(it, "hook");
    BOOST_REQUIRE(until(10s, [&] { return revision("app") == first; }));
    auto const next = commit("acme/app");
    BOOST_TEST(status(call(it, path_of("hook"))) == 200);
    BOOST_TEST(until(10s, [&] { return revision("app") == next; }));
    std::pair<char const*, char const*> const all[] = {
        {"buckets.source.toolkit.fluxcd.io", "bucket"},
        {"ocirepositories.source.toolkit.fluxcd.io", "oci"},
        {"helmrepositories.source.toolkit.fluxcd.io", "one"},
        {"helmrepositories.source.toolkit.fluxcd.io", "two"},
    };
    for (auto const& source : all) {
        auto const* const key = source.first;
        auto const* const name = source.second;
        BOOST_TEST(until(10s, [&] { return !asked_at(key, name).empty(); }), name);
        BOOST_TEST(
            until(10s, [&] { return text(key, name, {"status", "lastHandledReconcileAt"}) == asked_at(key, name); }),
            name);
    }
    BOOST_TEST(
        until(10s, [&] { return it.metric("penstock_sync_total{result=\"synced\",trigger=\"receiver\"}") == 5; }),
        it.metrics());
    BOOST_TEST(it.metric("penstock_receiver_requests_total{outcome=\"accepted\",type=\"generic\"}") == 1);
}

BOOST_AUTO_TEST_CASE(a_signed_receiver_takes_nothing_unsigned)
{
    auto const first = create("acme/app");
    source("app", "acme/app");
    BOOST_REQUIRE(until(10s, [&] { return revision("app") == first; }));  // so that nothing asks for a sync at start
    apply(receiver("signed", "generic-hmac", "{kind: GitRepository, name: app}"));
    sidecar it(*this);
    wait_served(it, "signed");
    std::string const body = R"({"hello":"world"})";
    BOOST_TEST(status(call(it, path_of("signed"), body)) == 400);
    auto forged = call(it, path_of("signed"), body);
    forged.fields.set("X-Signature", hmac_of("another token than that", body));
    BOOST_TEST(status(forged) == 400);
    BOOST_TEST(requested("app") == "");
    auto right = call(it, path_of("signed"), body);
    right.fields.set("X-Signature", hmac_of(token, body));
    BOOST_TEST(status(right) == 200);
    BOOST_TEST(until(10s, [&] { return !requested("app").empty(); }));
}

BOOST_AUTO_TEST_CASE(a_receiver_keeps_its_token_while_the_cluster_does_not_answer)
{
    create("acme/app");
    source("app", "acme/app");
    apply(receiver("hook", "generic-hmac", "{kind: GitRepository, name: app}"));
    sidecar it(*this);
    wait_served(it, "hook");
    stop_flux();  // it would find the Receiver not ready
    embedded::kube_fault f;
    f.path = "/secrets/hook-token";
    f.count = -1;
    f.status = 500;
    fault(f);
    auto const before = requests_with("/secrets/hook-token");
    apply("apiVersion: notification.toolkit.fluxcd.io/v1\nkind: Receiver\nmetadata: {name: hook, namespace: "
          "flux-system}\nspec: {type: generic-hmac, interval: 9m, secretRef: {name: hook-token}, resources: [{kind: "
          "GitRepository, name: app}]}\nstatus: {webhookPath: "
          + path_of("hook")
          + ", conditions: [{type: Ready, status: 'True', reason: a, message: a, lastTransitionTime: "
            "'2026-01-01T00:00:00Z'}]}\n");
    BOOST_REQUIRE(until(10s, [&] { return requests_with("/secrets/hook-token") > before + 2; }));
    auto right = call(it, path_of("hook"), "{}");
    right.fields.set("X-Signature", hmac_of(token, "{}"));
    BOOST_TEST(status(right) == 200);
    clear_faults();
    BOOST_TEST(until(10s, [&] { return !requested("app").empty(); }));
}

BOOST_AUTO_TEST_CASE(gitlab_is_believed_with_its_token_and_with_its_signature)
{
    auto const first = create("acme/app");
    source("app", "acme/app");
    sidecar it(*this);
    BOOST_REQUIRE(it.wait_ready());
    BOOST_REQUIRE(until(10s, [&] { return revision("app") == first; }));
    auto const second = commit("acme/app");
    auto with_token = gitlab_push(*this, it, second);
    with_token.fields.set("X-Gitlab-Token", std::string(sidecar::gitlab_token().reveal()));
    with_token.fields.set("Idempotency-Key", "one");
    BOOST_TEST(status(with_token) == 202);
    BOOST_TEST(status(with_token) == 200);  // the same delivery
    BOOST_TEST(until(10s, [&] { return revision("app") == second; }));

    auto const third = commit("acme/app");
    auto with_signature = gitlab_push(*this, it, third);
    auto const time = std::to_string(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
    auto const encoded = std::string(sidecar::gitlab_signing_token().reveal()).substr(6);
    crypto::hmac mac{crypto::hmac_key(crypto::algorithm::sha256, crypto::base64_decode(encoded).value())};
    mac.update("two." + time + "." + with_signature.body);
    with_signature.fields.set("webhook-id", "two");
    with_signature.fields.set("webhook-timestamp", time);
    with_signature.fields.set("webhook-signature", "v1," + crypto::base64_encode(mac.finish().view()));
    auto forged = with_signature;
    forged.body.back() = ' ';
    BOOST_TEST(status(forged) == 401);
    BOOST_TEST(status(with_signature) == 202);
    BOOST_TEST(until(10s, [&] { return revision("app") == third; }));

    auto wrong = gitlab_push(*this, it, third);
    wrong.fields.set("X-Gitlab-Token", "not the token at all, but long");
    BOOST_TEST(status(wrong) == 401);
    BOOST_TEST(it.metric("penstock_webhook_secret_matches_total{provider=\"gitlab\",secret=\"0\"}") >= 1);
    BOOST_TEST(it.metric("penstock_webhook_secret_matches_total{provider=\"gitlab\",secret=\"1\"}") == 1);
}

BOOST_AUTO_TEST_CASE(forgejo_is_believed_and_its_secret_is_shown_by_its_name)
{
    auto const first = create("acme/app");
    source("app", "acme/app");
    sidecar it(*this);
    BOOST_REQUIRE(it.wait_ready());
    BOOST_REQUIRE(until(10s, [&] { return revision("app") == first; }));
    auto const second = commit("acme/app");
    boost::json::object push;
    push["ref"] = "refs/heads/main";
    push["before"] = first;
    push["after"] = second;
    push["repository"] = {{"html_url", url_of("acme/app")}, {"clone_url", url_of("acme/app")}};
    auto r = call(it, "/webhook/gitea", boost::json::serialize(push));
    r.fields.set("X-Gitea-Event", "push");
    r.fields.set("X-Gitea-Delivery", "g-1");
    BOOST_TEST(status(r) == 401);
    auto const key = std::string(sidecar::github_secret().reveal());
    r.fields.set("X-Forgejo-Signature", hmac_of(key, r.body + " ").substr(7));
    BOOST_TEST(status(r) == 401);
    r.fields.set("X-Forgejo-Signature", hmac_of(key, r.body).substr(7));
    BOOST_TEST(status(r) == 202);
    BOOST_TEST(until(10s, [&] { return revision("app") == second; }));
    BOOST_TEST(it.metric("penstock_webhook_secret_matches_total{provider=\"gitea\",secret=\"forgejo-2026\"}") == 1);
    BOOST_TEST(
        it.metric("penstock_webhook_secret_last_match_timestamp_seconds{provider=\"gitea\",secret=\"forgejo-2026\"}")
        > 1.7e9);
}

BOOST_AUTO_TEST_CASE(a_receiver_of_a_forge_waits_for_the_commit_that_was_pushed)
{
    auto const first = create("acme/app");
    source("app", "acme/app");
    apply(receiver("hook", "github", "{kind: GitRepository, name: app}"));
    sidecar it(*this);
    wait_served(it, "hook");
    BOOST_REQUIRE(until(10s, [&] { return revision("app") == first; }));
    BOOST_REQUIRE(until(10s, [&] { return it.metric("penstock_poll_total{result=\"unchanged\"}") == 1; }));
    auto const before = requests_with("fieldManager=penstock");
    auto const send_push = [&](std::string const& from, std::string const& to, std::string const& ref) {
        return status(github_push(it.hooks_url() + path_of("hook"), secret(token), url_of("acme/app"), from, to,
                                  "d-" + to + ref, ref));
    };
    auto const next = prepare_commit("acme/app", first);
    BOOST_TEST(send_push(first, next, "refs/heads/main") == 200);
    BOOST_TEST(until(5s, [&] { return it.metric("penstock_sync_pending") == 1; }));
    BOOST_TEST(!until(300ms, [&] { return requests_with("fieldManager=penstock") != before; }));  // would be too early
    move_branch("acme/app", "main", next);
    BOOST_TEST(until(10s, [&] { return revision("app") == next; }));
    BOOST_TEST(requests_with("fieldManager=penstock") == before + 1);

    // Of a branch that the source does not follow it cannot know the commit: it asks at once, as Flux does.
    BOOST_TEST(until(5s, [&] { return it.metric("penstock_sync_pending") == 0; }));
    BOOST_TEST(send_push(first, prepare_commit("acme/app", first), "refs/heads/other") == 200);
    BOOST_TEST(until(5s, [&] { return requests_with("fieldManager=penstock") == before + 2; }));
    // And for a commit that the artifact shows already.
    BOOST_TEST(until(5s, [&] { return it.metric("penstock_sync_pending") == 0; }));
    BOOST_TEST(send_push(first, next, "refs/heads/main") == 200);  // "d-" + next + ref: the first delivery again
    BOOST_TEST(!until(200ms, [&] { return requests_with("fieldManager=penstock") != before + 2; }));
    BOOST_TEST(status(github_push(it.hooks_url() + path_of("hook"), secret(token), url_of("acme/app"), first, next,
                                  "another delivery"))
               == 200);
    BOOST_TEST(until(5s, [&] { return requests_with("fieldManager=penstock") == before + 3; }));
}

BOOST_AUTO_TEST_SUITE_END()
