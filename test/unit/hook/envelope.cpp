#include <penstock/hook/envelope.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace penstock;
using hook::provider;

BOOST_TEST_DONT_PRINT_LOG_VALUE(penstock::hook::provider)

BOOST_AUTO_TEST_SUITE(hook_envelope)

BOOST_AUTO_TEST_CASE(reads_githubs_fields)
{
    http::fields const fields{{"x-github-event", "push"},
                              {"X-GitHub-Delivery", "guid-1"},
                              {"X-GitHub-Hook-ID", "42"},
                              {"Content-Type", "application/json"}};
    auto const e = hook::read_envelope(fields);
    BOOST_TEST(e.provider == provider::github);
    BOOST_TEST(e.event == "push");
    BOOST_TEST(e.delivery == "guid-1");
    BOOST_TEST(e.content_type == "application/json");
    BOOST_TEST(e.key("body") == "github/42/guid-1");
}

BOOST_AUTO_TEST_CASE(two_hooks_of_one_event_are_two_deliveries)
{
    http::fields one{{"X-GitHub-Event", "push"}, {"X-GitHub-Delivery", "g"}, {"X-GitHub-Hook-ID", "1"}};
    http::fields two{{"X-GitHub-Event", "push"}, {"X-GitHub-Delivery", "g"}, {"X-GitHub-Hook-ID", "2"}};
    BOOST_TEST(hook::read_envelope(one).key("") != hook::read_envelope(two).key(""));
}

BOOST_AUTO_TEST_CASE(gitea_is_told_from_github_whose_fields_it_sends_too)
{
    http::fields const fields{{"X-GitHub-Event", "push"},
                              {"X-GitHub-Delivery", "x"},
                              {"X-Gogs-Event", "push"},
                              {"X-Gitea-Event", "push"},
                              {"X-Gitea-Delivery", "y"}};
    auto const e = hook::read_envelope(fields);
    BOOST_TEST(e.provider == provider::gitea);
    BOOST_TEST(e.key("") == "gitea//y");
}

BOOST_AUTO_TEST_CASE(gitlabs_delivery_is_the_id_that_stays_the_same)
{
    http::fields fields{{"X-Gitlab-Event", "Push Hook"}, {"X-Gitlab-Webhook-UUID", "new every time"}};
    BOOST_TEST(hook::read_envelope(fields).key("body") == "");
    fields.add("X-Gitlab-Event-UUID", "event");
    auto const shared = hook::read_envelope(fields);
    BOOST_TEST(shared.delivery == "event");
    BOOST_TEST(shared.key("one") == "gitlab//event/" + crypto::sha256_hex("one"));
    BOOST_TEST(shared.key("one") != shared.key("two"));  // two pushes of one request are two events
    fields.add("Idempotency-Key", "idempotent");
    BOOST_TEST(hook::read_envelope(fields).key("one") == "gitlab//idempotent");
    BOOST_TEST(hook::read_envelope(fields).key("two") == "gitlab//idempotent");
    fields.add("webhook-id", "signed");
    BOOST_TEST(hook::read_envelope(fields).key("") == "gitlab//signed");
}

BOOST_AUTO_TEST_CASE(others_are_bitbucket_or_unknown)
{
    http::fields const bitbucket{{"X-Event-Key", "repo:push"}, {"X-Request-UUID", "r"}, {"X-Hook-UUID", "h"}};
    BOOST_TEST(hook::read_envelope(bitbucket).provider == provider::bitbucket);
    BOOST_TEST(hook::read_envelope(bitbucket).key("") == "bitbucket/h/r");
    http::fields const none{{"X-Signature", "x"}};
    BOOST_TEST(hook::read_envelope(none).provider == provider::unknown);
    BOOST_TEST(hook::name(provider::gitlab) == "gitlab");
}

BOOST_AUTO_TEST_SUITE_END()
