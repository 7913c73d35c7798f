#include <penstock/sync/app_tokens.hpp>

#include "../crypto/test_keys.hpp"

#include <penstock/testing/loop.hpp>
#include <penstock/testing/scripted_transport.hpp>
#include <penstock/time/rfc3339.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

struct fixture : testing::loop
{
    using world = env::basic_environment<testing::manual_clock>;
    testing::scripted_transport peer{clock};
    testing::scripted_transport other{clock};
    int minted = 0;
    sync::app_tokens<world, testing::scripted_transport> tokens{env, context.get_executor()};

    fixture()
    {
        auto const grant = [this](http::request const&) -> result<http::response> {
            return http::response(201, "application/json",
                                  R"({"token":"ghs_)" + std::to_string(++minted) + R"(","expires_at":")"
                                      + format_rfc3339(clock.wall() + 1h, 0) + "\"}");
        };
        peer.on([](http::request const&) { return true; }, grant);
        other.on([](http::request const&) { return true; }, grant);
    }

    static git::github_app app(std::int64_t installation, char const* key = test_keys::rsa_pkcs8)
    {
        git::github_app out;
        out.id = "12";
        out.installation = installation;
        out.private_key = secret(std::string(key));
        out.api_url = "http://forge.test/api/v3";
        return out;
    }

    auto of(git::github_app const& who, std::string const& from = "ns/app") { return tokens.of(from, who, "", peer); }

    auth::shared_token get(git::github_app const& who, std::string const& from = "ns/app")
    {
        auto session = of(who, from);
        return run(session.first(clock.now() + 20s)).value();
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sync_app_tokens, fixture)

BOOST_AUTO_TEST_CASE(shares_a_token_among_the_sources_of_one_installation)
{
    BOOST_TEST((get(app(1)) == get(app(1))));
    BOOST_TEST((get(app(1)) == get(app(1), "elsewhere/app")));
    BOOST_TEST(get(app(1))->value.reveal() == "ghs_1");
    BOOST_TEST(peer.requests().size() == 1U);
    BOOST_TEST(peer.requests().front().url == "http://forge.test/api/v3/app/installations/1/access_tokens");
    BOOST_TEST(peer.requests().front().body == R"({"permissions":{"contents":"read"}})");
    BOOST_TEST(get(app(2))->value.reveal() == "ghs_2");
    BOOST_TEST(tokens.size() == 1U);
}

BOOST_AUTO_TEST_CASE(mints_once_for_all_who_ask_at_the_same_time)
{
    testing::scripted_stream answer(context.get_executor());
    peer.stream("POST", "*", http::response(201), answer);
    using session = decltype(of(app(1)));
    std::vector<std::unique_ptr<session>> sessions;
    std::vector<testing::task<result<auth::shared_token>>> tasks;
    for (int i = 0; i < 100; ++i) {
        sessions.push_back(std::make_unique<session>(of(app(1), "ns/" + std::to_string(i % 10))));
        tasks.push_back(start(sessions.back()->first(clock.now() + 20s)));
    }
    answer.push(R"({"token":"ghs_all","expires_at":")" + format_rfc3339(clock.wall() + 1h, 0) + "\"}");
    answer.end();
    settle();
    for (auto const& one : tasks)
        BOOST_TEST(one.get().value()->value.reveal() == "ghs_all");
    BOOST_TEST(peer.requests().size() == 1U);
}

BOOST_AUTO_TEST_CASE(keeps_apart_what_has_another_key_or_goes_another_way)
{
    auto const one = get(app(1));
    BOOST_TEST((get(app(1, test_keys::other_rsa), "ns/b") != one));
    auto session = tokens.of("ns/c", app(1), "other authorities", other);
    BOOST_TEST((run(session.first(clock.now() + 20s)).value() != one));
    BOOST_TEST(other.requests().size() == 1U);
    BOOST_TEST(tokens.size() == 3U);
}

BOOST_AUTO_TEST_CASE(takes_a_rotated_key_at_once_and_forgets_the_old_one)
{
    auto const old = get(app(1));
    auto const fresh = get(app(1, test_keys::other_rsa));
    BOOST_TEST((fresh != old));
    BOOST_TEST(tokens.size() == 1U);
    BOOST_TEST((get(app(1, test_keys::other_rsa)) == fresh));
    (void)get(app(1), "ns/slow");  // a Secret that has not been rotated yet keeps its own
    BOOST_TEST(tokens.size() == 2U);
    BOOST_TEST((get(app(1, test_keys::other_rsa), "ns/slow") == fresh));
    BOOST_TEST(tokens.size() == 1U);
}

BOOST_AUTO_TEST_CASE(forgets_secrets_that_nobody_asks_for)
{
    (void)get(app(1), "ns/gone");
    advance(3h);
    (void)get(app(1, test_keys::other_rsa), "ns/used");
    BOOST_TEST(tokens.size() == 1U);
}

BOOST_AUTO_TEST_CASE(renews_a_token_that_was_refused)
{
    auto const first = get(app(1));
    advance(10s);
    auto session = of(app(1));
    auto const second = run(session.again(first, errc::unauthorized, clock.now() + 20s)).value();
    BOOST_TEST(second->value.reveal() == "ghs_2");
    auto late = of(app(1));  // was sent with the old one too, and finds that there is a newer one
    BOOST_TEST((run(late.again(first, errc::unauthorized, clock.now() + 20s)).value() == second));
    BOOST_TEST(minted == 2);
}

BOOST_AUTO_TEST_CASE(shows_a_young_token_again_after_a_pause_and_gives_up_then)
{
    auto const first = get(app(1));
    auto session = of(app(1));
    for (auto const pause : {1s, 2s, 4s}) {
        auto again = start(session.again(first, errc::unauthorized, clock.now() + 20s));
        advance(pause - 1ms);
        BOOST_TEST(!again.done());
        advance(1ms);
        BOOST_TEST((again.get().value() == first));
    }
    BOOST_TEST((run(session.again(first, errc::unauthorized, clock.now() + 20s)).value() == nullptr));
    BOOST_TEST(minted == 1);
}

BOOST_AUTO_TEST_CASE(gives_up_at_once_on_what_another_token_would_not_mend)
{
    auto const first = get(app(1));
    auto session = of(app(1));
    for (auto const code : {errc::not_found, errc::unavailable, errc::quota_exhausted})
        BOOST_TEST((run(session.again(first, code, clock.now() + 20s)).value() == nullptr));
    advance(10s);
    BOOST_TEST((run(session.again(first, errc::forbidden, clock.now() + 20s)).value() == nullptr));
    BOOST_TEST(minted == 1);
}

BOOST_AUTO_TEST_CASE(ends_mints_when_it_is_closed)
{
    peer.hang("POST", "*");
    auto session = of(app(1));
    auto waiting = start(session.first(clock.now() + 1h));
    BOOST_TEST(!waiting.done());
    asio::co_spawn(context, tokens.close(), asio::detached);
    settle();
    BOOST_TEST((waiting.get().error().code == errc::shutting_down));
}

BOOST_AUTO_TEST_CASE(says_what_is_wrong_with_a_key)
{
    auto session = of(app(1, "s3cret"));
    auto const got = run(session.first(clock.now() + 20s));
    BOOST_REQUIRE(!got);
    BOOST_TEST((got.error().code == errc::invalid_configuration));
    BOOST_TEST(got.error().message().find("s3cret") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
