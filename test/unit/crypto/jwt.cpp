#include <penstock/crypto/jwt.hpp>

#include "test_keys.hpp"

#include <penstock/crypto/base64.hpp>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>
#include <vector>

using namespace penstock;
namespace data = boost::unit_test::data;

namespace {

// RFC 7515 appendix A.2
constexpr auto rfc_input =
    "eyJhbGciOiJSUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
constexpr auto rfc_signature =
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZ"
    "cAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-e"
    "OkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

struct bad_key
{
    std::string pem, complaint;
    friend std::ostream& operator<<(std::ostream& out, bad_key const& k) { return out << k.complaint; }
};

std::string labelled(std::string const& label, std::string const& body = "c2VjcmV0\n")
{
    return "-----BEGIN " + label + "-----\n" + body + "-----END " + label + "-----\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(crypto_rsa_key)

BOOST_DATA_TEST_CASE(signs_the_example_of_rfc_7515,
                     data::make({std::string(test_keys::rsa_pkcs1), std::string(test_keys::rsa_pkcs8),
                                 crypto::base64_encode(test_keys::rsa_pkcs8),
                                 "\n\n" + std::string(test_keys::rsa_pkcs1) + "\n"}),
                     pem)
{
    auto const key = crypto::rsa_key::from_pem(secret(pem));
    BOOST_REQUIRE_MESSAGE(key, key.error().message());
    BOOST_TEST(crypto::base64url_encode(key->sign(rfc_input).value()) == rfc_signature);
}

BOOST_DATA_TEST_CASE(says_what_was_given_instead_of_a_key,
                     data::make(std::vector<bad_key>{
                         {"", "no PEM"},
                         {"hunter2", "no PEM"},
                         {labelled("ENCRYPTED PRIVATE KEY"), "openssl pkey"},
                         {labelled("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nc2VjcmV0\n"),
                          "openssl pkey"},
                         {labelled("PUBLIC KEY"), "a public key"},
                         {labelled("RSA PUBLIC KEY"), "a public key"},
                         {labelled("CERTIFICATE"), "a certificate"},
                         {labelled("OPENSSH PRIVATE KEY"), "ssh-keygen"},
                         {labelled("EC PRIVATE KEY"), "of another type"},
                         {test_keys::elliptic, "of another type"},
                         {test_keys::short_rsa, "too short"},
                         {labelled("PRIVATE KEY"), "damaged"},
                         {std::string(test_keys::rsa_pkcs1).substr(0, 600), "damaged"},
                     }),
                     one)
{
    auto const key = crypto::rsa_key::from_pem(secret(one.pem));
    BOOST_REQUIRE(!key);
    BOOST_TEST((key.error().code == errc::invalid_configuration));
    BOOST_TEST(key.error().detail.find(one.complaint) != std::string::npos, key.error().detail);
    BOOST_TEST(key.error().detail.find("c2VjcmV0") == std::string::npos);
    BOOST_TEST(key.error().detail.find("hunter2") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(gives_its_public_half)
{
    auto const key = crypto::rsa_key::from_pem(secret(std::string(test_keys::rsa_pkcs1)));
    auto const same = crypto::rsa_key::from_pem(secret(std::string(test_keys::rsa_pkcs8)));
    auto const other = crypto::rsa_key::from_pem(secret(std::string(test_keys::other_rsa)));
    BOOST_TEST(key->public_pem().starts_with("-----BEGIN PUBLIC KEY-----"));
    BOOST_TEST(key->public_pem() == same->public_pem());
    BOOST_TEST(key->public_pem() != other->public_pem());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(crypto_jwt_writes_whole_seconds_and_escapes_the_issuer)
{
    auto const key = crypto::rsa_key::from_pem(secret(std::string(test_keys::rsa_pkcs1)));
    crypto::jwt_claims claims;
    claims.issuer = "Iv1.\"quoted\"";
    claims.issued = wall_time(std::chrono::milliseconds(1'790'000'000'999));
    claims.expires = wall_time(std::chrono::seconds(1'790'000'540));
    auto const jwt = crypto::sign_jwt(*key, claims);
    BOOST_REQUIRE(jwt);
    std::string const text(jwt->reveal());
    auto const dot = text.find('.');
    auto const last = text.rfind('.');
    BOOST_TEST(crypto::base64_decode(text.substr(0, dot)).value() == R"({"alg":"RS256","typ":"JWT"})");
    BOOST_TEST(crypto::base64_decode(text.substr(dot + 1, last - dot - 1)).value()
               == R"({"iat":1790000000,"exp":1790000540,"iss":"Iv1.\"quoted\""})");
    BOOST_TEST(text.substr(last + 1) == crypto::base64url_encode(key->sign(text.substr(0, last)).value()));
}
