#include <penstock/hook/gitlab.hpp>

#include <penstock/hook/verifier.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

std::string const token = "a token that was made by hand";
std::string const signing = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
std::string const body = R"({"test": 2432232314})";
wall_time const now{1614265330s};

http::fields with_signature(std::string value)
{
    return {{"webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"},
            {"webhook-timestamp", "1614265330"},
            {"webhook-signature", std::move(value)}};
}

std::string const good = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
std::string const wrong = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

http::fields and_token(http::fields fields)
{
    fields.add("X-Gitlab-Token", token);
    return fields;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hook_gitlab)

BOOST_AUTO_TEST_CASE(a_hook_may_have_secrets_of_both_kinds)
{
    auto v = hook::verifier<hook::gitlab>::make({secret(signing), secret(token)}).value();
    BOOST_TEST(v.verify(with_signature(good), body, now).value() == 0U);
    BOOST_TEST(v.verify(and_token({}), body, now).value() == 1U);
    BOOST_TEST(v.verify(and_token(with_signature(good)), body, now).value() == 0U);
    BOOST_TEST((v.verify({}, body, now).error().code == errc::signature_missing));
}

BOOST_AUTO_TEST_CASE(a_signature_that_is_there_must_pass_whatever_the_token_says)
{
    auto v = hook::verifier<hook::gitlab>::make({secret(signing), secret(token)}).value();
    auto const code = [&](http::fields const& fields, std::string const& text = body) {
        return v.verify(fields, text, now).error().code;
    };
    BOOST_TEST((code(and_token(with_signature(wrong))) == errc::signature_mismatch));
    BOOST_TEST((code(and_token(with_signature(good)), body + " ") == errc::signature_mismatch));
    BOOST_TEST((code(and_token(with_signature(""))) == errc::signature_malformed));
    BOOST_TEST((code(and_token(with_signature("nonsense"))) == errc::signature_malformed));
    BOOST_TEST((code(and_token({{"webhook-signature", good}})) == errc::signature_missing));
    auto twice = and_token(with_signature(good));
    twice.add("Webhook-Signature", good);
    BOOST_TEST((code(twice) == errc::signature_malformed));
    BOOST_TEST((v.verify(and_token(with_signature(good)), body, now + 301s).error().code == errc::signature_expired));
}

BOOST_AUTO_TEST_CASE(a_hook_that_has_only_a_token_refuses_signatures)
{
    auto v = hook::verifier<hook::gitlab>::make({secret(token)}).value();
    BOOST_TEST(v.verify(and_token({}), body, now).value() == 0U);
    BOOST_TEST((v.verify(and_token(with_signature(good)), body, now).error().code == errc::signature_mismatch));
}

BOOST_AUTO_TEST_CASE(a_signing_key_is_not_accepted_as_a_token)
{
    auto v = hook::verifier<hook::gitlab>::make({secret(signing)}).value();
    BOOST_TEST((v.verify({{"X-Gitlab-Token", signing}}, body, now).error().code == errc::signature_mismatch));
}

BOOST_AUTO_TEST_CASE(states_are_used_again_for_deliveries_of_the_other_kind)
{
    auto v = hook::verifier<hook::gitlab>::make({secret(token), secret(signing)}).value();
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(v.verify(with_signature(good), body, now).value() == 1U);
        BOOST_TEST(v.verify(and_token({}), body, now).value() == 0U);
        BOOST_TEST(v.verify(with_signature(wrong), body, now).has_error());
    }
}

BOOST_AUTO_TEST_SUITE_END()
