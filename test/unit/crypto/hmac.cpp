#include <penstock/crypto/hmac.hpp>

#include <penstock/text/hex.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

using namespace penstock;
using crypto::algorithm;
namespace data = boost::unit_test::data;

namespace {

struct vector_of_rfc
{
    std::string name;
    std::string key;
    std::string message;
    std::array<std::string, 4> macs;  // sha224, sha256, sha384, sha512; shortened where the RFC shortens them

    friend std::ostream& operator<<(std::ostream& out, vector_of_rfc const& v) { return out << v.name; }
};

std::string bytes(char const* hex)
{
    return from_hex(hex).value();
}

// RFC 4231 section 4.2 to 4.8
std::vector<vector_of_rfc> const rfc_4231{
    {"case 1",
     std::string(20, '\x0b'),
     "Hi There",
     {"896fb1128abbdf196832107cd49df33f47b4b1169912ba4f53684b22",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
      "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6",
      "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f170"
      "2e696c203a126854"}},
    {"case 2",
     "Jefe",
     "what do ya want for nothing?",
     {"a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
      "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
      "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b"
      "636e070a38bce737"}},
    {"case 3",
     std::string(20, '\xaa'),
     std::string(50, '\xdd'),
     {"7fb3cb3588c6c1f6ffa9694d7d6ad2649365b0c1f65d69d1ec8333ea",
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
      "88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b2a5ab39dc13814b94e3ab6e101a34f27",
      "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39bf3e848279a722c806b485a47e67c807b946a337bee89426"
      "74278859e13292fb"}},
    {"case 4",
     bytes("0102030405060708090a0b0c0d0e0f10111213141516171819"),
     std::string(50, '\xcd'),
     {"6c11506874013cac6a2abc1bb382627cec6a90d86efc012de7afec5a",
      "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
      "3e8a69b7783c25851933ab6290af6ca77a9981480850009cc5577c6e1f573b4e6801dd23c4a7d679ccf8a386c674cffb",
      "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3dba91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2d"
      "e2adebeb10a298dd"}},
    {"case 5",
     std::string(20, '\x0c'),
     "Test With Truncation",
     {"0e2aea68a90c8d37c988bcdb9fca6fa8", "a3b6167473100ee06e0c796c2955552b", "3abf34c3503b2a23a46efc619baef897",
      "415fad6271580a531d4179bc891d87a6"}},
    {"case 6",
     std::string(131, '\xaa'),
     "Test Using Larger Than Block-Size Key - Hash Key First",
     {"95e9a0db962095adaebe9b2d6f0dbce2d499f112f2d2b7273fa6870e",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
      "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952",
      "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec"
      "8b915a985d786598"}},
    {"case 7",
     std::string(131, '\xaa'),
     "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed "
     "before being used by the HMAC algorithm.",
     {"3a854166ac5d9f023f54d517d0b39dbd946770db9c2b95c9f6f565d1",
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
      "6617178e941f020d351e2f254e8fd32c602420feb0b8fb9adccebb82461e99c5a678cc31e799176d3860e6110c46523e",
      "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944b6022cac3c4982b10d5eeb55c3e4de15134676fb6de04460"
      "65c97440fa8c6a58"}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(crypto_hmac)

BOOST_DATA_TEST_CASE(gives_the_macs_of_rfc_4231, data::make(rfc_4231), v)
{
    constexpr std::array algorithms{algorithm::sha224, algorithm::sha256, algorithm::sha384, algorithm::sha512};
    for (std::size_t i = 0; i < algorithms.size(); ++i) {
        auto const mac = to_hex(crypto::hmac_of(algorithms[i], v.key, v.message));
        BOOST_TEST(mac.substr(0, v.macs[i].size()) == v.macs[i]);
    }
}

BOOST_AUTO_TEST_CASE(gives_the_macs_of_rfc_2202)
{
    BOOST_TEST(to_hex(crypto::hmac_of(algorithm::sha1, std::string(20, '\x0b'), "Hi There"))
               == "b617318655057264e28bc0b6fb378c8ef146be00");
    BOOST_TEST(to_hex(crypto::hmac_of(algorithm::sha1, "Jefe", "what do ya want for nothing?"))
               == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
}

BOOST_AUTO_TEST_CASE(gives_the_mac_that_github_documents)
{
    BOOST_TEST(to_hex(crypto::hmac_of(algorithm::sha256, "It's a Secret to Everybody", "Hello, World!"))
               == "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
}

BOOST_AUTO_TEST_CASE(gives_the_same_for_one_message_in_any_slices)
{
    crypto::hmac_key const key(algorithm::sha256, "0123456789abcdef");
    std::string const message(1000, 'm');
    crypto::hmac h(key);
    h.update(message);
    auto const whole = h.finish().str();
    for (std::size_t size : {1U, 63U, 64U, 65U, 999U, 1000U}) {
        h.reset(key);
        for (std::size_t at = 0; at < message.size(); at += size) {
            h.update(message.substr(at, size));
            h.update("");
        }
        BOOST_TEST(h.finish().str() == whole);
    }
}

BOOST_AUTO_TEST_CASE(a_message_that_was_left_does_not_touch_the_next)
{
    crypto::hmac_key const key(algorithm::sha512, "k");
    crypto::hmac_key const other(algorithm::sha1, "another");
    crypto::hmac h(key);
    h.update("left");
    h.reset(other);
    h.update("x");
    BOOST_TEST(h.finish().str() == crypto::hmac_of(algorithm::sha1, "another", "x"));
    h.reset(key);
    BOOST_TEST(h.finish().str() == crypto::hmac_of(algorithm::sha512, "k", ""));
}

BOOST_AUTO_TEST_CASE(an_hmac_without_a_key_is_a_bug)
{
    crypto::hmac h;
    BOOST_CHECK_THROW(h.reset(crypto::hmac_key()), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()
