#include <contract/receiver/peer.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>

using namespace peer;
using sync::receiver_type;

namespace {

std::string const token_path = sync::receiver_path("token", "hook", "flux-system");

}  // namespace

// What Flux's own suite does not ask for.
BOOST_FIXTURE_TEST_SUITE(contract_receiver_beyond, stage)

BOOST_AUTO_TEST_CASE(empty_token_refused)
{
    for (auto const type : {receiver_type::generic, receiver_type::github, receiver_type::gitlab,
                            receiver_type::generic_hmac, receiver_type::harbor}) {
        serve(receiver(type), "");
        BOOST_TEST(status(request("{}", {{"Content-Type", json_type}})) == 400);
        auto forged = github("{}");
        forged.edit().fields.set("X-Hub-Signature-256", "sha256=" + sign(crypto::algorithm::sha256, "{}", ""));
        BOOST_TEST(status(forged) == 400);
    }
    auto guessed = request();
    guessed.edit().target = sync::receiver_path("", "hook", "flux-system");
    BOOST_TEST(status(guessed) == 404);
    BOOST_TEST(asked() == 0U);
}

BOOST_AUTO_TEST_CASE(get_refused)
{
    serve(receiver(receiver_type::generic));
    for (auto const* method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}) {
        request r;
        r.edit().method = method;
        auto const answer = send(r);
        BOOST_TEST(answer.status == 405);
        BOOST_TEST(answer.fields["Allow"] == "POST");
    }
    BOOST_TEST(asked() == 0U);
}

BOOST_AUTO_TEST_CASE(query_string_tolerated)
{
    serve(receiver(receiver_type::generic));
    request r;
    r.edit().target += "?x=y";
    BOOST_TEST(status(r) == 200);
    BOOST_TEST(asked() == 1U);
}

BOOST_AUTO_TEST_CASE(path_of_the_token_served_and_rotated)
{
    auto const vector = "/hook/8960e43a6209aeac371c398d714fdf9b1d301bd9e46aabb5e79914c7bc1f3075";
    BOOST_TEST(sync::receiver_path("secret-token", "my-receiver", "flux-system") == vector);
    BOOST_TEST(sync::receiver_path("", "my-receiver", "flux-system")
               == "/hook/7ee308e8ba2149f30a12e7dff0aeaf8d226f3df02db9c04721a1a69e20c386cd");
    auto r = receiver(receiver_type::generic);
    r.webhook_path.clear();
    serve(r);
    request one;
    one.edit().target = token_path;
    BOOST_TEST(status(one) == 200);
    serve(r, "rotated");
    BOOST_TEST(status(one) == 404);
    one.edit().target = sync::receiver_path("rotated", "hook", "flux-system");
    BOOST_TEST(status(one) == 200);
    index.erase("flux-system", "hook");
    BOOST_TEST(status(one) == 404);
    BOOST_TEST(index.size() == 0U);
}

BOOST_AUTO_TEST_CASE(path_collision_detected)
{
    auto a = receiver(receiver_type::generic);
    a.webhook_path.clear();
    a.name = "a";
    a.ns = "bc";
    auto b = a;
    b.name = "ab";
    b.ns = "c";
    serve(a, "tok");
    request one;
    one.edit().target = sync::receiver_path("tok", "a", "bc");
    objects.add("GitRepository", "bc", "app");
    BOOST_TEST(status(one) == 200);
    serve(b, "tok");
    BOOST_TEST(status(one) == 503);
    BOOST_TEST((index.collisions() == std::vector<std::pair<std::string, std::string>>{{"bc", "a"}, {"c", "ab"}}));
    serve(b, "another");
    BOOST_TEST(status(one) == 200);
    BOOST_TEST(index.collisions().empty());
    BOOST_TEST(asked() == 2U);
}

BOOST_AUTO_TEST_CASE(ping_answered_2xx_without_effect)
{
    auto r = receiver(receiver_type::github);
    serve(r);
    BOOST_TEST(status(github("{}", "ping")) == 200);
    r.events = {"push"};
    serve(r);
    auto ping = github("{}", "ping");
    auto const answer = send(ping);
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.body.empty());
    BOOST_TEST(answer.fields["Penstock-Reason"] == "ignored: the receiver does not handle this event");
    BOOST_TEST(asked() == 0U);
    r.events = {"ping"};  // asked for by name: as Flux does
    serve(r);
    BOOST_TEST(status(github("{}", "ping")) == 200);
    BOOST_TEST(asked() == 1U);
    auto forged = github("{}", "ping");
    forged.edit().fields.set("X-Hub-Signature-256", sha256("x"));
    BOOST_TEST(status(forged) == 400);
}

BOOST_AUTO_TEST_CASE(unlisted_event_ignored_with_2xx_or_refused_as_flux_does)
{
    auto r = receiver(receiver_type::github);
    r.events = {"push"};
    serve(r);
    BOOST_TEST(status(github("{}", "issues")) == 200);
    BOOST_TEST(asked() == 0U);
    flow.reset();
    options.check.refuse_unlisted = true;
    BOOST_TEST(status(github("{}", "issues")) == 400);
    BOOST_TEST(status(github("{}", "PUSH")) == 200);
    BOOST_TEST(asked() == 1U);
}

BOOST_AUTO_TEST_CASE(duplicate_delivery_id_200_without_second_annotation)
{
    serve(receiver(receiver_type::github));
    BOOST_TEST(status(github("{}", "push", "id-1")) == 200);
    auto again = github("{}", "push", "id-1");
    auto const answer = send(again);
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.fields["Penstock-Reason"] == "duplicate: this delivery was handled before");
    BOOST_TEST(asked() == 1U);
    BOOST_TEST(status(github("{}", "push", "id-2")) == 200);
    BOOST_TEST(status(github("{}", "push")) == 200);
    BOOST_TEST(asked() == 3U);
}

BOOST_AUTO_TEST_CASE(failed_delivery_may_be_repeated)
{
    serve(receiver(receiver_type::github));
    objects.failures_left = 1;
    BOOST_TEST(status(github("{}", "push", "id-1")) == 500);
    BOOST_TEST(status(github("{}", "push", "id-1")) == 200);
    BOOST_TEST(asked() == 1U);
}

BOOST_AUTO_TEST_CASE(repetition_is_no_duplicate_before_the_first_is_kept)
{
    serve(receiver(receiver_type::github));
    flow.emplace(env, index, objects, options);
    objects.stuck = clock;
    auto one = github("{}", "push", "id-1");
    auto first = start(flow->serve(one));
    BOOST_TEST(!first.done());
    auto again = github("{}", "push", "id-1");
    auto const answer = send(again);
    BOOST_TEST(answer.status == 503);
    BOOST_TEST(answer.fields.contains("Retry-After"));
    BOOST_TEST(answer.fields["Penstock-Reason"] == "the same delivery is being handled");
    objects.stuck.reset();
    BOOST_TEST(status(github("{}", "push", "id-2")) == 200);  // another one is not held up
    clock.advance(options.deadline);
    BOOST_TEST(first.get().status == 500);  // it could not be kept
    BOOST_TEST(asked() == 1U);
    BOOST_TEST(status(github("{}", "push", "id-1")) == 200);
    BOOST_TEST(asked() == 2U);
    BOOST_TEST(send(again).fields["Penstock-Reason"] == "duplicate: this delivery was handled before");
}

BOOST_AUTO_TEST_CASE(cancelled_delivery_may_be_repeated)
{
    serve(receiver(receiver_type::github));
    flow.emplace(env, index, objects, options);
    objects.stuck = clock;
    auto one = github("{}", "push", "id-1");
    auto first = start(flow->serve(one));
    first.cancel();
    BOOST_TEST(first.done());
    objects.stuck.reset();
    BOOST_TEST(status(github("{}", "push", "id-1")) == 200);
    BOOST_TEST(asked() == 1U);
}

BOOST_AUTO_TEST_CASE(push_names_its_commit)
{
    std::string const id(40, 'a');
    auto const body = R"({"ref":"refs/heads/main","before":")" + std::string(40, 'b') + R"(","after":")" + id
                      + R"(","checkout_sha":")" + id
                      + R"(","object_kind":"push","repository":{"clone_url":"https://example.com/a.git"},)"
                        R"("project":{"git_http_url":"https://example.com/a.git"}})";
    serve(receiver(receiver_type::github));
    BOOST_TEST(status(github(body)) == 200);
    BOOST_TEST(status(github(body, "issues")) == 200);  // says nothing of a push
    BOOST_TEST(status(github("{}")) == 200);            // and this is none that can be read
    serve(receiver(receiver_type::gitlab));
    for (std::string const& text : {body, std::string("{")})  // Flux does not read it, so it need not be JSON
        BOOST_TEST(status(request(text, {{"X-Gitlab-Token", "token"}, {"X-Gitlab-Event", "Push Hook"}})) == 200);
    serve(receiver(receiver_type::generic_hmac));
    request hmac(body, {{"X-Signature", sha256(body)}, {"X-GitHub-Event", "push"}});
    BOOST_TEST(status(hmac) == 200);
    BOOST_TEST((objects.pushed == std::vector<std::string>{id, "", "", id, "", ""}));
}

BOOST_AUTO_TEST_CASE(delivery_id_of_a_forged_request_is_not_remembered)
{
    serve(receiver(receiver_type::github));
    auto forged = github("{}", "push", "id-1");
    forged.edit().fields.set("X-Hub-Signature-256", sha256("x"));
    BOOST_TEST(status(forged) == 400);
    BOOST_TEST(status(github("{}", "push", "id-1")) == 200);
    BOOST_TEST(asked() == 1U);
}

BOOST_AUTO_TEST_CASE(signature_header_repeated)
{
    serve(receiver(receiver_type::github));
    auto r = github("{}");
    r.edit().fields.add("x-hub-signature-256", sha256("{}"));
    BOOST_TEST(send(r).status == 400);
    BOOST_TEST(!r.was_read());
    serve(receiver(receiver_type::gitlab));
    request two("{}", {{"X-Gitlab-Token", "token"}, {"X-Gitlab-Token", "token"}});
    BOOST_TEST(status(two) == 400);
    BOOST_TEST(asked() == 0U);
}

BOOST_AUTO_TEST_CASE(algorithm_downgrade_refusable)
{
    options.check.sha1 = false;
    serve(receiver(receiver_type::generic_hmac));
    BOOST_TEST(status(request("{}", {{"X-Signature", "sha1=" + sign(crypto::algorithm::sha1, "{}")}})) == 400);
    BOOST_TEST(status(request("{}", {{"X-Signature", sha256("{}")}})) == 200);
    serve(receiver(receiver_type::nexus));  // has nothing else
    BOOST_TEST(status(request("{}", {{"X-Nexus-Webhook-Signature", sign(crypto::algorithm::sha1, "{}")}})) == 200);
    BOOST_TEST(asked() == 2U);
}

BOOST_AUTO_TEST_CASE(form_encoded_github_payload)
{
    auto r = receiver(receiver_type::github);
    r.resource_filter = "req.ref == 'refs/heads/main'";
    serve(r);
    auto const form = [](std::string const& body) {
        return request(body, {{"Content-Type", "application/x-www-form-urlencoded"},
                              {"X-GitHub-Event", "push"},
                              {"X-Hub-Signature-256", sha256(body)}});
    };
    BOOST_TEST(status(form("payload=%7B%22ref%22%3A%22refs%2Fheads%2Fmain%22%7D")) == 200);
    BOOST_TEST(asked() == 1U);
    BOOST_TEST(status(form("payload=%7B%22ref%22%3A%22x%22%7D")) == 200);
    BOOST_TEST(status(form("other=1")) == 400);
    BOOST_TEST(status(form("payload=no+JSON")) == 500);
    BOOST_TEST(asked() == 1U);
}

BOOST_AUTO_TEST_CASE(chunked_body_over_limit)
{
    serve(receiver(receiver_type::generic));
    request r(std::string(3 * 1024 * 1024 + 1, 'x'));
    r.edit().content_length.reset();
    BOOST_TEST(status(r) == 413);
    request broken("{}");
    broken.break_off();
    BOOST_TEST(status(broken) == 400);
    BOOST_TEST(asked() == 0U);
}

BOOST_AUTO_TEST_CASE(unknown_path_is_answered_without_reading_the_body)
{
    request r("{}");
    r.edit().content_length.reset();
    BOOST_TEST(send(r).status == 404);
    BOOST_TEST(!r.was_read());
}

BOOST_AUTO_TEST_CASE(slow_loris_holds_a_bounded_number_of_places)
{
    options.max_at_once = 2;
    serve(receiver(receiver_type::generic));
    flow.emplace(env, index, objects, options);
    request slow[2];
    for (auto& r : slow)
        r.pause(clock, 30s);
    auto first = start(flow->serve(slow[0]));
    auto second = start(flow->serve(slow[1]));
    BOOST_TEST(status(request()) == 503);
    advance(30s);
    BOOST_TEST(first.get().status == 200);
    BOOST_TEST(second.get().status == 200);
    BOOST_TEST(status(request()) == 200);
}

BOOST_AUTO_TEST_CASE(cluster_that_hangs_is_given_up)
{
    serve(receiver(receiver_type::github));
    flow.emplace(env, index, objects, options);
    objects.stuck = clock;
    auto r = github("{}", "push", "id-1");
    auto work = start(flow->serve(r));
    advance(19s);
    BOOST_TEST(!work.done());
    advance(1s);
    BOOST_TEST(work.get().status == 500);
    objects.stuck.reset();
    BOOST_TEST(status(github("{}", "push", "id-1")) == 200);
}

BOOST_AUTO_TEST_CASE(receiver_may_vanish_during_a_request)
{
    serve(receiver(receiver_type::generic));
    flow.emplace(env, index, objects, options);
    request slow;
    slow.pause(clock, 5s);
    auto work = start(flow->serve(slow));
    index.erase("flux-system", "hook");
    advance(5s);
    BOOST_TEST(work.get().status == 200);
}

BOOST_AUTO_TEST_CASE(error_in_a_list_ends_that_list_only)
{
    for (auto const* name : {"b", "c"})
        objects.add("GitRepository", "flux-system", name, {{"team", "red"}});
    objects.add("Bucket", "flux-system", "data");
    auto r = receiver(receiver_type::generic);
    r.resources = {{"", "GitRepository", "*", "", team("red"), ""}, {"", "Bucket", "data", "", std::nullopt, ""}};
    serve(r);
    objects.failures_left = 1;
    BOOST_TEST(status(request()) == 500);
    BOOST_TEST((objects.asked == std::vector<std::string>{"Bucket/flux-system/data"}));
}

BOOST_AUTO_TEST_CASE(generic_oidc_is_answered_clearly)
{
    auto r = receiver(receiver_type::generic_oidc);
    r.webhook_path.clear();
    serve(r, std::nullopt);
    request one("{}", {{"Authorization", "Bearer x.y.z"}});
    one.edit().target = sync::receiver_path("", "hook", "flux-system");
    BOOST_TEST(status(one) == 501);
    BOOST_TEST(asked() == 0U);
}

BOOST_AUTO_TEST_CASE(bodies_are_always_empty)
{
    serve(receiver(receiver_type::github));
    auto good = github("{}");
    BOOST_TEST(send(good).body.empty());
    request bad("{}");
    BOOST_TEST(send(bad).body.empty());
}

BOOST_AUTO_TEST_CASE(thousand_receivers_in_a_second)
{
    constexpr int count = 1'000;
    for (int i = 0; i < count; ++i) {
        auto r = receiver(receiver_type::generic_hmac);
        r.name = "hook-" + std::to_string(i);
        r.webhook_path.clear();
        r.resource_filter = "has(req.n) && req.n >= 0";
        serve(r);
    }
    flow.emplace(env, index, objects, options);
    auto const begin = std::chrono::steady_clock::now();
    for (int i = 0; i < count; ++i) {
        auto const body = "{\"n\":" + std::to_string(i) + "}";
        request r(body, {{"Content-Type", json_type}, {"X-Signature", sha256(body)}});
        r.edit().target = sync::receiver_path("token", "hook-" + std::to_string(i), "flux-system");
        BOOST_REQUIRE(run(flow->serve(r)).status == 200);
    }
    auto const took = std::chrono::steady_clock::now() - begin;
    BOOST_TEST(asked() == 1'000U);
    BOOST_TEST_MESSAGE("1000 requests took " << std::chrono::duration_cast<std::chrono::milliseconds>(took).count()
                                             << " ms");
    BOOST_TEST((took < 10s));  // a sanitizer build on a busy machine; the message says what it was
}

BOOST_AUTO_TEST_SUITE_END()
