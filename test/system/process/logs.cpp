#include "system/stage.hpp"

#include <penstock/crypto/base64.hpp>
#include <penstock/sync/receiver.hpp>

#include <boost/json/parse.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <signal.h>

#include <sstream>

using namespace penstock;
using namespace penstock::system_test;
using namespace std::chrono_literals;

namespace {

std::string const token_of_receiver = "the-token-of-this-receiver";
std::string const installation_token = "ghs_" + std::string(516, 'Q');
std::string const password = "pass-word-of-the-repository";

std::string objects()
{
    return "---\napiVersion: v1\nkind: Secret\nmetadata: {name: hook-token, namespace: flux-system}\ndata: {token: "
           + crypto::base64_encode(token_of_receiver)
           + "}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: basic, namespace: flux-system}\ndata: {username: "
           + crypto::base64_encode("x-access-token") + ", password: " + crypto::base64_encode(installation_token)
           + "}\n---\napiVersion: notification.toolkit.fluxcd.io/v1\nkind: Receiver\nmetadata: {name: hook, namespace: "
             "flux-system}\nspec: {type: generic, secretRef: {name: hook-token}, resources: [{kind: GitRepository, name: "
             "app}, {kind: Bucket, name: none}]}\n";
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(system_logs, stage)

BOOST_DATA_TEST_CASE(hold_no_secret_and_are_objects_that_flux_logs_reads,
                     boost::unit_test::data::make({std::string("info"), std::string("debug")}), level)
{
    auto const first = create("acme/app", embedded::forge_access("x-access-token", secret(installation_token)));
    create("acme/other", embedded::forge_access("robot", secret(password)));
    apply(objects());
    source("app", "acme/app", "secretRef: {name: basic}, ref: {branch: main}");
    BOOST_REQUIRE(until(10s, [&] { return revision("app") == first; }));
    auto in_url = url_of("acme/other");  // what people do: a password in the URL, and one that does not fit
    in_url.insert(in_url.find("://") + 3, "robot:" + password + "@");
    apply("apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: inline, namespace: "
          "flux-system}\nspec: {interval: 1h, url: '"
          + in_url + "', ref: {branch: main}}\n");
    source("wrong", "acme/other", "secretRef: {name: basic}, ref: {branch: main}");
    sidecar_options o;
    o.level = level;
    sidecar it(*this, o);
    BOOST_REQUIRE(it.wait_ready());
    auto const path = sync::receiver_path(token_of_receiver, "hook", "flux-system");
    BOOST_REQUIRE(until(10s, [&] {
        http::request r("POST", it.hooks_url() + path);
        r.body = "{}";
        auto const answer = send(std::move(r));
        return answer && answer->status != 404 && answer->status != 503;
    }));
    http::request noisy("POST", it.hooks_url() + path + "?token=" + installation_token);
    noisy.fields.set("Authorization", "Bearer " + installation_token);
    noisy.body = installation_token;
    BOOST_TEST(send(noisy).has_value());
    auto const next = commit("acme/app");
    BOOST_TEST(it.push("acme/app", first, next, "d-1") == 202);
    auto forged = github_push(it.hooks_url() + "/webhook/github", sidecar::github_secret(), url_of("acme/app"), first,
                              next, "with " + installation_token);
    forged.body.back() = ' ';
    BOOST_TEST(send(forged)->status == 401);
    http::request gitlab("POST", it.hooks_url() + "/webhook/gitlab");
    gitlab.fields.set("X-Gitlab-Event", "Push Hook");
    gitlab.fields.set("X-Gitlab-Token", installation_token);
    gitlab.body = "{}";
    BOOST_TEST(send(gitlab)->status == 401);
    BOOST_TEST(until(10s, [&] { return revision("app") == next; }));
    BOOST_TEST(until(10s, [&] { return it.process().err().find("poll failed") != std::string::npos; }));
    auto const shown = it.explain("wrong");
    it.process().signal(SIGTERM);
    BOOST_TEST(it.process().wait(12s).value_or(-1) == 0);

    auto const all = it.process().err() + it.process().out();
    for (auto const& word :
         {token_of_receiver, installation_token, installation_token.substr(0, 60), password, path, path.substr(6),
          cluster_token(), std::string(sidecar::github_secret().reveal()),
          std::string(sidecar::gitlab_token().reveal()), std::string(sidecar::gitlab_signing_token().reveal()),
          crypto::base64_encode(installation_token), crypto::base64_encode("x-access-token:" + installation_token)})
        BOOST_TEST(all.find(word) == std::string::npos, "the log holds " << word.substr(0, 20));
    std::istringstream lines(it.process().err());
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        error_code ec;
        auto const parsed = boost::json::parse(line, ec);
        BOOST_REQUIRE_MESSAGE(!ec && parsed.is_object(), line);
        for (auto const* key : {"level", "ts", "logger", "msg"})
            BOOST_TEST(parsed.as_object().contains(key), line);
    }
    BOOST_TEST(count > 3U);
}

BOOST_AUTO_TEST_SUITE_END()
