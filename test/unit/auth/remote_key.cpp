#include <penstock/auth/remote_key.hpp>

#include "../crypto/test_keys.hpp"

#include <penstock/auth/app_key.hpp>
#include <penstock/crypto/rsa_key.hpp>
#include <penstock/testing/loop.hpp>

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

/// A service for keys: answers after a while, and counts.
struct service
{
    struct shared
    {
        testing::manual_clock clock;
        crypto::rsa_key key;
        std::vector<std::string> asked;
        failure broken;
        duration takes = 100ms;
        bool empty = false;
    };

    awaitable<result<std::string>> sign(std::string message, time_point deadline)
    {
        auto const s = state;
        s->asked.push_back(message);
        auto const until = std::min(deadline, s->clock.now() + s->takes);
        if (auto const ec = co_await s->clock.sleep_until(until))
            co_return failure(ec);
        if (s->broken.code)
            co_return s->broken;
        if (s->empty)
            co_return std::string();
        co_return s->key.sign(message);
    }
    std::shared_ptr<shared> state;
};

struct fixture : testing::loop
{
    std::shared_ptr<service::shared> kms = std::make_shared<service::shared>(
        service::shared{clock, crypto::rsa_key::from_pem(secret(std::string(test_keys::rsa_pkcs8))).value(), {}, {}});
    auth::remote_key<service> key{service{kms}};
    wall_time now{1'800'000'000s};

    result<secret> ask(wall_time wall)
    {
        auto asked = start(key.jwt("12345", wall, clock.now() + 10s));
        advance(1s);
        return asked.get();
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(auth_remote_key, fixture)

BOOST_AUTO_TEST_CASE(gives_the_jwt_that_a_key_of_our_own_would_give)
{
    static_assert(auth::jwt_signer<auth::remote_key<service>>);
    static_assert(auth::jwt_signer<auth::app_key>);
    static_assert(!auth::jwt_signer<service>);
    auth::app_key own{secret(std::string(test_keys::rsa_pkcs8))};
    BOOST_TEST(ask(now).value().reveal() == own.jwt("12345", now).value().reveal());
}

BOOST_AUTO_TEST_CASE(asks_once_for_as_long_as_the_jwt_is_good)
{
    auto const first = std::string(ask(now).value().reveal());
    BOOST_TEST(ask(now + 6min).value().reveal() == first);
    BOOST_TEST(kms->asked.size() == 1U);
    BOOST_TEST(ask(now + 7min).value().reveal() != first);
    BOOST_TEST(kms->asked.size() == 2U);
    BOOST_TEST(ask(now).has_value());  // GitHub's clock went back
    BOOST_TEST(kms->asked.size() == 3U);
    key.forget();
    BOOST_TEST(ask(now).has_value());
    BOOST_TEST(kms->asked.size() == 4U);
}

BOOST_AUTO_TEST_CASE(gives_the_failure_of_the_service_and_asks_again)
{
    kms->broken = failure(errc::forbidden, "no right to use the key");
    BOOST_TEST(ask(now).error().detail == "no right to use the key");
    kms->broken = failure();
    kms->empty = true;
    BOOST_TEST((ask(now).error().code == errc::malformed));
    kms->empty = false;
    BOOST_TEST(ask(now).has_value());
    BOOST_TEST(kms->asked.size() == 3U);
}

BOOST_AUTO_TEST_CASE(ends_when_it_is_cancelled)
{
    kms->takes = 1h;
    auto asked = start(key.jwt("12345", now, clock.now() + 2h));
    asked.cancel();
    BOOST_TEST((asked.get().error().code == asio::error::operation_aborted));
}

BOOST_AUTO_TEST_SUITE_END()
