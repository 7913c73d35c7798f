#include <penstock/git/credential.hpp>

#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace penstock::git;

namespace {

secret_keys keys(std::initializer_list<std::pair<char const*, char const*>> from)
{
    secret_keys out;
    for (auto const& [k, v] : from)
        out.emplace(k, secret(v));
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(git_credential)

BOOST_AUTO_TEST_CASE(reads_the_keys_that_flux_knows)
{
    auto const basic = read_credential(keys({{"username", "me"}, {"password", "s3cret:x"}}));
    BOOST_TEST((basic->authorization().reveal() == "Basic bWU6czNjcmV0Ong="));
    auto const bearer = read_credential(keys({{"bearerToken", "abc"}}));
    BOOST_TEST((bearer->authorization().reveal() == "Bearer abc"));
    BOOST_TEST(read_credential({})->authorization().empty());
}

BOOST_AUTO_TEST_CASE(reads_certificates_by_both_names_of_their_keys)
{
    auto const now = read_credential(keys({{"ca.crt", "A"}, {"tls.crt", "C"}, {"tls.key", "K"}, {"caFile", "old"}}));
    BOOST_TEST(now->ca_pem == "A");
    BOOST_TEST(now->certificate_pem == "C");
    BOOST_TEST((now->private_key_pem.reveal() == "K"));
    auto const older = read_credential(keys({{"caFile", "A"}, {"certFile", "C"}, {"keyFile", "K"}}));
    BOOST_TEST(older->ca_pem == "A");
    BOOST_TEST((older->private_key_pem.reveal() == "K"));
}

BOOST_AUTO_TEST_CASE(says_why_a_secret_cannot_be_used)
{
    struct row
    {
        secret_keys given;
        errc code;
    };
    for (auto const& r : {
             row{keys({{"githubAppID", "1"}, {"githubAppPrivateKey", "s3cret"}}), errc::invalid_configuration},
             row{keys({{"identity", "s3cret"}, {"known_hosts", "x"}}), errc::unsupported},
             row{keys({{"bearerToken", "s3cret"}, {"username", "me"}, {"password", "s3cret"}}),
                 errc::invalid_configuration},
             row{keys({{"password", "s3cret"}}), errc::invalid_configuration},
             row{keys({{"username", "s3cret"}}), errc::invalid_configuration},
             row{keys({{"bearerToken", "s3cret\n"}}), errc::invalid_configuration},
             row{keys({{"username", "s3:cret"}, {"password", "x"}}), errc::invalid_configuration},
             row{keys({{"tls.crt", "s3cret"}}), errc::invalid_configuration},
         }) {
        auto const got = read_credential(r.given);
        BOOST_REQUIRE(!got.has_value());
        BOOST_TEST((got.error().code == r.code));
        BOOST_TEST(!got.error().detail.empty());
        BOOST_TEST(got.error().detail.find("s3cret") == std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()
