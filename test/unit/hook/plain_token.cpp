#include <penstock/hook/plain_token.hpp>

#include <penstock/hook/verifier.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace penstock;

namespace {

std::string const token = "a token that was made by hand";
wall_time const now{};

}  // namespace

BOOST_AUTO_TEST_SUITE(hook_plain_token)

BOOST_AUTO_TEST_CASE(is_judged_before_the_body)
{
    auto v = hook::verifier<hook::gitlab_token>::make({secret("another token, newer"), secret(token)}).value();
    BOOST_TEST(v.verify({{"x-gitlab-token", token}}, "any body", now).value() == 1U);
    auto const begin = [&](http::fields const& fields) { return v.begin(fields, now).error().code; };
    BOOST_TEST((begin({}) == errc::signature_missing));
    BOOST_TEST((begin({{"X-Gitlab-Token", ""}}) == errc::signature_malformed));
    BOOST_TEST((begin({{"X-Gitlab-Token", token}, {"X-Gitlab-Token", token}}) == errc::signature_malformed));
    for (auto const& other :
         {token + " ", " " + token, token.substr(1), std::string("A") + token.substr(1), std::string("x")})
        BOOST_TEST((begin({{"X-Gitlab-Token", other}}) == errc::signature_mismatch));
}

BOOST_AUTO_TEST_CASE(harbor_sends_it_as_the_whole_of_authorization)
{
    auto v = hook::verifier<hook::harbor_token>::make({secret("Bearer of-sixteen-bytes")}).value();
    BOOST_TEST(v.verify({{"Authorization", "Bearer of-sixteen-bytes"}}, "{}", now).value() == 0U);
    auto const code = [&](std::string value) { return v.begin({{"Authorization", value}}, now).error().code; };
    BOOST_TEST((code("of-sixteen-bytes") == errc::signature_mismatch));
    BOOST_TEST((code("bearer of-sixteen-bytes") == errc::signature_mismatch));
    BOOST_TEST((v.begin({{"X-Gitlab-Token", "Bearer of-sixteen-bytes"}}, now).error().code == errc::signature_missing));
}

BOOST_AUTO_TEST_SUITE_END()
