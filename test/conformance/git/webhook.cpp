#include <penstock/embedded/forge_server.hpp>

#include <penstock/crypto/hmac.hpp>
#include <penstock/http/server.hpp>
#include <penstock/text/hex.hpp>

#include "forge_fixture.hpp"

#include <boost/asio/detached.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>

using namespace penstock;
using embedded::forge_change;
using embedded::forge_hook;
using namespace std::chrono_literals;

namespace {

/// A receiver that keeps what it is sent.
struct receiver_fixture : forge_fixture
{
    receiver_fixture()
    {
        http::server_options options;
        options.address = "127.0.0.1";
        receiver = std::make_unique<http::server>(context.get_executor(), options,
                                                  [this](http::exchange& e) { return take(e); });
        receiver->listen().value();
        asio::co_spawn(context, unwinding(receiver->run()), asio::detached);
        id = create("acme/shop");
    }

    ~receiver_fixture() { run(stop_receiver()); }

    awaitable<int> stop_receiver()
    {
        co_await receiver->drain(in(1s));
        co_return 0;
    }

    awaitable<void> take(http::exchange& e)
    {
        auto body = co_await e.read_all(1 << 20);
        heads.push_back(e.head());
        bodies.push_back(body.value());
        http::response answer(status);
        (void)co_await e.respond(answer);
    }

    std::string hook_url() const { return "http://127.0.0.1:" + std::to_string(receiver->port()) + "/hook/x"; }

    error_code wait_for(std::size_t attempts) { return run(forge->hooks().wait_for(attempts, in(20s))); }

    std::string commit(std::string file, std::string text)
    {
        forge_change change(std::move(file), std::move(text), "Change it");
        return run(forge->repositories().commit("acme/shop", std::move(change))).value();
    }

    std::unique_ptr<http::server> receiver;
    std::string id;
    int status = 200;
    std::vector<http::request_head> heads;
    std::vector<std::string> bodies;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(git_webhook, receiver_fixture)

BOOST_AUTO_TEST_CASE(tells_a_push_over_http_as_github_does)
{
    forge->hooks().add(forge_hook(hook_url(), secret("key")));
    git("", {"clone", "--quiet", forge->url_of("acme/shop"), "work"});
    std::filesystem::create_directories(directory + "/work/deploy");
    std::ofstream(directory + "/work/deploy/a b.yaml") << "a: 1\n";
    std::ofstream(directory + "/work/README.md") << "changed\n";
    git("work", {"add", "."});
    git("work", {"commit", "--quiet", "-m", "Deploy a\n\nWith a body."});
    git("work", {"push", "--quiet", "origin", "HEAD:main"});
    auto const head = git("work", {"rev-parse", "HEAD"});
    BOOST_TEST(!wait_for(1));
    BOOST_REQUIRE(bodies.size() == 1U);
    BOOST_TEST(heads[0].fields["X-GitHub-Event"] == "push");
    BOOST_TEST(heads[0].fields["X-GitHub-Delivery"].size() == 36U);
    BOOST_TEST(heads[0].fields["Content-Type"] == "application/json");
    auto const mac = to_hex(crypto::hmac_of(crypto::algorithm::sha256, "key", bodies[0]));
    BOOST_TEST(heads[0].fields["X-Hub-Signature-256"] == "sha256=" + mac);
    auto const event = boost::json::parse(bodies[0]);
    BOOST_TEST(event.at("ref").as_string() == "refs/heads/main");
    BOOST_TEST(event.at("before").as_string() == id);
    BOOST_TEST(event.at("after").as_string() == head);
    BOOST_TEST(event.at("forced").as_bool() == false);
    BOOST_TEST(event.at("repository").at("clone_url").as_string() == forge->url_of("acme/shop"));
    BOOST_TEST(event.at("repository").at("default_branch").as_string() == "main");
    auto const& commit = event.at("commits").as_array().at(0);
    BOOST_TEST(commit.at("message").as_string() == "Deploy a\n\nWith a body.");
    BOOST_TEST(commit.at("added").as_array().at(0).as_string() == "deploy/a b.yaml");
    BOOST_TEST(commit.at("modified").as_array().at(0).as_string() == "README.md");
    auto const& delivery = forge->hooks().deliveries().at(0);
    BOOST_TEST(delivery.status == 200);
    BOOST_TEST(delivery.after == head);
    BOOST_TEST(delivery.id == heads[0].fields["X-GitHub-Delivery"]);
}

BOOST_AUTO_TEST_CASE(tells_nothing_when_the_hook_is_taken_out_of_the_repository)
{
    forge->hooks().add(forge_hook(hook_url(), secret("key")));
    BOOST_TEST(forge->repositories().enable_hook("acme/shop", false).has_value());
    git("", {"clone", "--quiet", forge->url_of("acme/shop"), "work"});
    git("work", {"commit", "--quiet", "--allow-empty", "-m", "unseen"});
    git("work", {"push", "--quiet", "origin", "HEAD:main"});
    auto const unseen = commit("a", "1");
    BOOST_TEST(forge->repositories().enable_hook("acme/shop", true).has_value());
    auto const seen = commit("a", "2");
    BOOST_TEST(!wait_for(1));
    BOOST_TEST(forge->hooks().deliveries().size() == 1U);
    BOOST_TEST(forge->hooks().deliveries().at(0).after == seen);
    BOOST_TEST(boost::json::parse(bodies.at(0)).at("before").as_string() == unseen);
}

BOOST_AUTO_TEST_CASE(tells_new_moved_back_and_deleted_branches)
{
    git("", {"clone", "--quiet", forge->url_of("acme/shop"), "work"});
    git("work", {"commit", "--quiet", "--allow-empty", "-m", "one"});
    forge->hooks().add(forge_hook(hook_url(), secret(), "acme/shop"));
    forge->hooks().add(forge_hook(hook_url(), secret(), "acme/other"));
    git("work", {"push", "--quiet", "origin", "HEAD:topic"});
    git("work", {"commit", "--quiet", "--amend", "--allow-empty", "-m", "two"});
    git("work", {"push", "--quiet", "--force", "origin", "HEAD:topic"});
    git("work", {"push", "--quiet", "origin", ":topic"});
    BOOST_TEST(!wait_for(3));
    BOOST_REQUIRE(bodies.size() == 3U);
    BOOST_TEST(!heads[0].fields.contains("X-Hub-Signature-256"));
    auto const created = boost::json::parse(bodies[0]);
    BOOST_TEST(created.at("created").as_bool());
    BOOST_TEST(created.at("before").as_string() == std::string(40, '0'));
    auto const forced = boost::json::parse(bodies[1]);
    BOOST_TEST(forced.at("forced").as_bool());
    auto const deleted = boost::json::parse(bodies[2]);
    BOOST_TEST(deleted.at("deleted").as_bool());
    BOOST_TEST(deleted.at("after").as_string() == std::string(40, '0'));
    BOOST_TEST(deleted.at("head_commit").is_null());
}

BOOST_AUTO_TEST_CASE(keeps_failed_deliveries_and_sends_them_again_under_their_id)
{
    forge->hooks().add(forge_hook(hook_url(), secret("key")));
    status = 503;
    commit("a", "1");
    BOOST_TEST(!wait_for(1));
    auto const first = forge->hooks().deliveries().at(0);
    BOOST_TEST(first.status == 503);
    status = 202;
    BOOST_TEST(run(forge->hooks().redeliver(first.id)).value() == 202);
    BOOST_REQUIRE(bodies.size() == 2U);
    BOOST_TEST(bodies[0] == bodies[1]);
    BOOST_TEST(heads[1].fields["X-GitHub-Delivery"] == first.id);
    BOOST_TEST(forge->hooks().deliveries().at(1).redelivery);
    BOOST_TEST((run(forge->hooks().redeliver("unknown")).error().code == condition::not_found));
}

BOOST_AUTO_TEST_CASE(notes_that_nobody_answered)
{
    forge->hooks().add(forge_hook("http://127.0.0.1:1/hook", secret("key")));
    commit("a", "1");
    BOOST_TEST(!wait_for(1));
    BOOST_TEST(forge->hooks().deliveries().at(0).status == 0);
    BOOST_TEST(!forge->hooks().deliveries().at(0).error.empty());
}

BOOST_AUTO_TEST_SUITE_END()
