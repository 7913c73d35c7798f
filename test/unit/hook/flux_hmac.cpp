#include <penstock/hook/flux_hmac.hpp>

#include <penstock/hook/verifier.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <string>
#include <utility>
#include <vector>

using namespace penstock;
namespace data = boost::unit_test::data;

namespace {

std::string const body = R"({"hello":"world"})";
std::string const key = "0123456789abcdef0123456789abcdef";
wall_time const now{};

std::string signature(crypto::algorithm a)
{
    return std::string(crypto::name(a)) + "=" + to_hex(crypto::hmac_of(a, key, body));
}

/// The digits in upper case, not the name in front of them.
std::string upper(std::string text)
{
    for (auto at = text.find('='); at < text.size(); ++at)
        text[at] = text[at] >= 'a' && text[at] <= 'f' ? static_cast<char>(text[at] - 'a' + 'A') : text[at];
    return text;
}

template <hook::scheme S>
result<std::size_t> verify(std::string const& value)
{
    auto v = hook::verifier<S>::make({secret(key)}).value();
    return v.verify({{"X-Signature", value}}, body, now);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hook_flux_hmac)

BOOST_AUTO_TEST_CASE(hmacs_are_those_that_flux_and_pipeline_controller_compute)
{
    using crypto::algorithm;
    constexpr std::array<std::pair<algorithm, char const*>, 5> rows{
        {{algorithm::sha1, "413194298509973c0cf85fca356c49dfaf6f9b82"},
         {algorithm::sha224, "e1794b54b4007a147534c0422498c36f1e512da41c818be1a57a0b49"},
         {algorithm::sha256, "1c2360cf9318569bc5c3a9f215c5c4a9e8f6bbf2da9a75227bfc9789b9e17b2c"},
         {algorithm::sha384,
          "c5fda5f2c83c8e3a57b6d299bd1522d9eb53d233df3f5124dab5be79e4781a9c0f5e7928f9857237d6cfda1ece8979bc"},
         {algorithm::sha512,
          "08a30a0ff305af1cf91e22908c66609a1363c3f6cbff54d704280a2e8f2c3deff4529fbc0a8e9d431a487fcb7f8ae11dded978e415b59d"
          "82a02d868aac7af1c7"}}};
    for (auto const& [a, mac] : rows)
        BOOST_TEST(to_hex(crypto::hmac_of(a, "flux-test-key", body)) == mac);
    BOOST_TEST(to_hex(crypto::hmac_of(algorithm::sha256, "flux-test-key", ""))
               == "8c610a9c48da4dd600a5ccffdd1f6a2a71c8bed322cbd9f0914e4e6f9c637f99");
}

BOOST_AUTO_TEST_CASE(the_policy_says_which_algorithms_a_sender_may_choose)
{
    using crypto::algorithm;
    for (auto const a : {algorithm::sha224, algorithm::sha256, algorithm::sha384, algorithm::sha512}) {
        BOOST_TEST_CONTEXT(crypto::name(a))
        {
            BOOST_TEST(verify<hook::flux_hmac>(signature(a)).value() == 0U);
            BOOST_TEST(verify<hook::flux_hmac>(upper(signature(a))).value() == 0U);
            BOOST_TEST(verify<hook::flux_hmac_with_sha1>(signature(a)).value() == 0U);
            auto const only = verify<hook::x_signature<algorithm::sha1>>(signature(a));
            BOOST_TEST((only.error().code == errc::unsupported));
            BOOST_TEST(only.error().detail == "X-Signature with " + std::string(crypto::name(a)));
        }
    }
    auto const sha1 = signature(algorithm::sha1);
    BOOST_TEST((verify<hook::flux_hmac>(sha1).error().code == errc::unsupported));  // only where it is named
    BOOST_TEST(verify<hook::flux_hmac_with_sha1>(sha1).value() == 0U);
}

BOOST_DATA_TEST_CASE(refuses_what_is_not_an_algorithm_and_its_digits,
                     data::make({"", "=", "sha256", "sha256=", "sha256=00", "sha256==00", "md5=00", "SHA256=00",
                                 "sha512="
                                 "1c2360cf9318569bc5c3a9f215c5c4a9e8f6bbf2da9a75227bfc9789b9e17b2c",
                                 "1c2360cf9318569bc5c3a9f215c5c4a9e8f6bbf2da9a75227bfc9789b9e17b2c"}),
                     value)
{
    BOOST_TEST((verify<hook::flux_hmac>(value).error().code == errc::signature_malformed));
}

BOOST_AUTO_TEST_CASE(a_mac_of_one_algorithm_does_not_pass_as_another)
{
    auto const sha256 = signature(crypto::algorithm::sha256);
    BOOST_TEST(verify<hook::flux_hmac>(sha256).value() == 0U);
    auto flipped = sha256;
    flipped.back() = flipped.back() == '0' ? '1' : '0';
    BOOST_TEST((verify<hook::flux_hmac>(flipped).error().code == errc::signature_mismatch));
}

BOOST_AUTO_TEST_CASE(a_repeated_header_is_refused)
{
    auto v = hook::verifier<hook::flux_hmac>::make({secret(key)}).value();
    auto const value = signature(crypto::algorithm::sha256);
    auto const answer = v.verify({{"X-Signature", value}, {"x-signature", value}}, body, now);
    BOOST_TEST((answer.error().code == errc::signature_malformed));
}

BOOST_AUTO_TEST_SUITE_END()
