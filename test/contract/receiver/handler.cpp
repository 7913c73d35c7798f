#include <contract/receiver/peer.hpp>

#include <boost/test/unit_test.hpp>

using namespace peer;
using sync::receiver_type;

// The handler tests of notification-controller (receiver_handler_test.go), one case each.
BOOST_FIXTURE_TEST_SUITE(contract_receiver_handler, stage)

BOOST_AUTO_TEST_CASE(R01_generic)
{
    serve(receiver(receiver_type::generic));
    BOOST_TEST(status(request()) == 200);
    BOOST_TEST((objects.asked == std::vector<std::string>{"GitRepository/flux-system/app"}));
}

BOOST_AUTO_TEST_CASE(R02_gitlab_token_and_event)
{
    auto r = receiver(receiver_type::gitlab);
    r.events = {"Push Hook"};
    serve(r);
    BOOST_TEST(status(request("{}", {{"X-Gitlab-Token", "token"}, {"X-Gitlab-Event", "push hook"}})) == 200);
    BOOST_TEST(asked() == 1U);
    BOOST_TEST(status(request("{}", {{"X-Gitlab-Token", "wrong"}, {"X-Gitlab-Event", "Push Hook"}})) == 400);
    BOOST_TEST(status(request("{}", {{"X-Gitlab-Event", "Push Hook"}})) == 400);
    BOOST_TEST(asked() == 1U);
}

BOOST_AUTO_TEST_CASE(R03_cdevents)
{
    auto r = receiver(receiver_type::cdevents);
    r.events = {"dev.cdevents.change.merged.0.2.0"};
    serve(r);
    BOOST_TEST(status(request(cdevent(), {{"Ce-Type", "dev.cdevents.change.merged.0.2.0"}})) == 200);
    BOOST_TEST(asked() == 1U);
}

BOOST_AUTO_TEST_CASE(R04_cdevents_wrong_event_type)
{
    auto r = receiver(receiver_type::cdevents);
    r.events = {"dev.cdevents.change.merged.0.2.0"};
    serve(r);
    BOOST_TEST(status(request(cdevent(), {{"Ce-Type", "dev.cdevents.change.created.0.2.0"}})) == 400);
    BOOST_TEST(status(request(cdevent("dev.cdevents.deployment.failed.0.1.0"),
                              {{"Ce-Type", "dev.cdevents.change.merged.0.2.0"}}))
               == 400);
    BOOST_TEST(asked() == 0U);
}

BOOST_AUTO_TEST_CASE(R05_cdevents_without_event_list)
{
    serve(receiver(receiver_type::cdevents));
    BOOST_TEST(status(request(cdevent(), {{"Ce-Type", "dev.cdevents.change.merged.0.2.0"}})) == 200);
    BOOST_TEST(status(request("{}", {{"Ce-Type", "dev.cdevents.change.merged.0.2.0"}})) == 400);
    BOOST_TEST(asked() == 1U);
}

BOOST_AUTO_TEST_CASE(R06_github_sha256)
{
    serve(receiver(receiver_type::github));
    BOOST_TEST(status(github(R"({"ref":"refs/heads/main"})")) == 200);
    BOOST_TEST(asked() == 1U);
    auto forged = github("{}");
    forged.edit().fields.set("X-Hub-Signature-256", sha256("{ }"));
    BOOST_TEST(status(forged) == 400);
    request old("{}", {{"Content-Type", json_type},
                       {"X-GitHub-Event", "push"},
                       {"X-Hub-Signature", "sha1=" + sign(crypto::algorithm::sha1, "{}")}});
    BOOST_TEST(status(old) == 200);
    BOOST_TEST(asked() == 2U);
    auto text = github("{}");
    text.edit().fields.set("Content-Type", "text/plain");
    BOOST_TEST(status(text) == 400);
}

BOOST_AUTO_TEST_CASE(R07_generic_hmac)
{
    serve(receiver(receiver_type::generic_hmac));
    BOOST_TEST(status(request("{}", {{"X-Signature", sha256("{}")}})) == 200);
    BOOST_TEST(status(request("{}", {{"X-Signature", "sha512=" + sign(crypto::algorithm::sha512, "{}")}})) == 200);
    BOOST_TEST(status(request("{}", {{"X-Signature", "sha1=" + sign(crypto::algorithm::sha1, "{}")}})) == 200);
    BOOST_TEST(asked() == 3U);
    BOOST_TEST(status(request("{}", {{"X-Signature", "sha384=" + sign(crypto::algorithm::sha384, "{}")}})) == 400);
    BOOST_TEST(status(request("{}", {{"X-Signature", sha256("{ }")}})) == 400);
    BOOST_TEST(status(request("{}", {{"X-Signature", "sha256=abc"}})) == 400);
    BOOST_TEST(status(request("{}")) == 400);
    BOOST_TEST(asked() == 3U);
}

BOOST_AUTO_TEST_CASE(R08_bitbucket)
{
    auto r = receiver(receiver_type::bitbucket);
    r.events = {"repo:refs_changed"};
    serve(r);
    request push("{}", {{"Content-Type", "application/json; charset=utf-8"},
                        {"X-Event-Key", "repo:refs_changed"},
                        {"X-Hub-Signature", sha256("{}")}});
    BOOST_TEST(status(push) == 200);
    BOOST_TEST(asked() == 1U);
}

BOOST_AUTO_TEST_CASE(R09_quay)
{
    serve(receiver(receiver_type::quay));
    BOOST_TEST(status(request(R"({"docker_url":"quay.io/a/b","updated_tags":["v1"]})")) == 200);
    BOOST_TEST(status(request(R"({"docker_url":1})")) == 400);
    BOOST_TEST(status(request("no JSON")) == 400);
    BOOST_TEST(asked() == 1U);
}

BOOST_AUTO_TEST_CASE(R10_harbor)
{
    serve(receiver(receiver_type::harbor));
    BOOST_TEST(status(request("{}", {{"Authorization", "token"}})) == 200);
    BOOST_TEST(status(request("{}", {{"Authorization", "Bearer token"}})) == 400);
    BOOST_TEST(status(request("{}")) == 400);
    BOOST_TEST(asked() == 1U);
}

BOOST_AUTO_TEST_CASE(R11_missing_secret)
{
    serve(receiver(receiver_type::generic), std::nullopt);
    BOOST_TEST(status(request()) == 400);
    BOOST_TEST(asked() == 0U);
}

BOOST_AUTO_TEST_CASE(R12_no_receiver)
{
    BOOST_TEST(status(request()) == 404);
}

BOOST_AUTO_TEST_CASE(R13_not_ready)
{
    auto r = receiver(receiver_type::generic);
    r.ready = false;
    serve(r);
    request one;
    auto const answer = send(one);
    BOOST_TEST(answer.status == 503);
    BOOST_TEST(answer.fields["Retry-After"] == "10");
    BOOST_TEST(asked() == 0U);
}

BOOST_AUTO_TEST_CASE(R14_suspended)
{
    auto r = receiver(receiver_type::generic);
    r.suspended = true;
    serve(r);
    BOOST_TEST(status(request()) == 503);
    BOOST_TEST(asked() == 0U);
}

BOOST_AUTO_TEST_CASE(R15_missing_api_version)
{
    objects.add("Kustomization", "flux-system", "app");
    auto r = receiver(receiver_type::generic);
    r.resources.insert(r.resources.begin(), {"", "Kustomization", "app", "", std::nullopt, ""});
    serve(r);
    BOOST_TEST(status(request()) == 500);
    BOOST_TEST((objects.asked == std::vector<std::string>{"GitRepository/flux-system/app"}));  // the rest still ran
    r.resources.front().api_version = "kustomize.toolkit.fluxcd.io/v1";
    serve(r);
    BOOST_TEST(status(request()) == 200);
    BOOST_TEST(asked() == 3U);
}

BOOST_AUTO_TEST_CASE(R16_resource_not_found)
{
    auto r = receiver(receiver_type::generic);
    r.resources.insert(r.resources.begin(), {"", "GitRepository", "other", "", std::nullopt, ""});
    serve(r);
    BOOST_TEST(status(request()) == 500);
    BOOST_TEST(asked() == 1U);
}

BOOST_AUTO_TEST_CASE(R17_label_match_annotates_exactly_the_matching_one)
{
    objects.add("GitRepository", "flux-system", "blue", {{"team", "blue"}});
    objects.add("GitRepository", "other", "red", {{"team", "red"}});
    auto r = receiver(receiver_type::generic);
    r.resources = {{"", "GitRepository", "*", "", team("red"), ""}};
    serve(r);
    BOOST_TEST(status(request()) == 200);
    BOOST_TEST((objects.asked == std::vector<std::string>{"GitRepository/flux-system/app"}));
    r.resources.front().match_labels = team("green");
    serve(r);
    BOOST_TEST(status(request()) == 200);  // nothing has the label: logged, no error
    BOOST_TEST(asked() == 1U);
}

BOOST_AUTO_TEST_CASE(R18_by_name_annotates_one)
{
    objects.add("GitRepository", "flux-system", "app-2", {{"team", "red"}});
    serve(receiver(receiver_type::generic));
    BOOST_TEST(status(request()) == 200);
    BOOST_TEST((objects.asked == std::vector<std::string>{"GitRepository/flux-system/app"}));
}

BOOST_AUTO_TEST_CASE(R19_wildcard_without_labels)
{
    auto r = receiver(receiver_type::generic);
    r.resources = {{"", "GitRepository", "*", "", std::nullopt, ""}};
    serve(r);
    BOOST_TEST(status(request()) == 500);
    BOOST_TEST(asked() == 0U);
}

BOOST_AUTO_TEST_CASE(R20_cross_namespace_forbidden)
{
    objects.add("GitRepository", "other", "app");
    auto r = receiver(receiver_type::generic);
    r.resources.front().ns = "other";
    serve(r);
    options.plan.no_cross_namespace_refs = true;
    BOOST_TEST(status(request()) == 500);
    BOOST_TEST(asked() == 0U);
    flow.reset();
    options.plan.no_cross_namespace_refs = false;
    BOOST_TEST(status(request()) == 200);
    BOOST_TEST((objects.asked == std::vector<std::string>{"GitRepository/other/app"}));
}

BOOST_AUTO_TEST_CASE(R21_oversized_body)
{
    request big(std::string(3 * 1024 * 1024 + 1, 'x'));
    BOOST_TEST(send(big).status == 413);  // even though no receiver has the path
    BOOST_TEST(!big.was_read());
    serve(receiver(receiver_type::generic));
    BOOST_TEST(status(big) == 413);
    BOOST_TEST(status(request(std::string(3 * 1024 * 1024, 'x'))) == 200);
    BOOST_TEST(asked() == 1U);
}

BOOST_AUTO_TEST_CASE(R22_labels_are_ignored_with_a_name)
{
    auto r = receiver(receiver_type::generic);
    r.resources.front().match_labels = team("blue");
    serve(r);
    BOOST_TEST(status(request()) == 200);
    BOOST_TEST(asked() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
