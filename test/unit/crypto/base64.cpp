#include <penstock/crypto/base64.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <string>
#include <utility>

using namespace penstock;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(crypto_base64)

BOOST_AUTO_TEST_CASE(gives_the_vectors_of_rfc_4648_both_ways)
{
    constexpr std::array<std::pair<char const*, char const*>, 7> rows{{{"", ""},
                                                                       {"f", "Zg=="},
                                                                       {"fo", "Zm8="},
                                                                       {"foo", "Zm9v"},
                                                                       {"foob", "Zm9vYg=="},
                                                                       {"fooba", "Zm9vYmE="},
                                                                       {"foobar", "Zm9vYmFy"}}};
    for (auto const& [bytes, text] : rows) {
        BOOST_TEST(crypto::base64_encode(bytes) == text);
        BOOST_TEST(crypto::base64_decode(text).value() == bytes);
        auto const bare = crypto::base64url_encode(bytes);
        BOOST_TEST(bare.find('=') == std::string::npos);
        BOOST_TEST(crypto::base64_decode(bare).value() == bytes);
    }
}

BOOST_AUTO_TEST_CASE(knows_both_alphabets)
{
    std::string const bytes("\xfb\xff\xbf\x00", 4);
    BOOST_TEST(crypto::base64_encode(bytes) == "+/+/AA==");
    BOOST_TEST(crypto::base64url_encode(bytes) == "-_-_AA");
    BOOST_TEST(crypto::base64_decode("+/+/AA==").value() == bytes);
    BOOST_TEST(crypto::base64_decode("-_-_AA==").value() == bytes);
}

BOOST_DATA_TEST_CASE(refuses_every_other_spelling,
                     data::make({"Z", "Zg=", "Zg===", "=Zg=", "Zg==Zg==", "Zh==", "Zm9=", "Zm 9", "Zm9v\n",
                                 "Zm9v====", "Z===", "Zm9v!", "="}),
                     text)
{
    BOOST_TEST((crypto::base64_decode(text).has_error()));
}

BOOST_AUTO_TEST_CASE(decodes_in_place_what_has_exactly_the_size)
{
    std::array<char, 3> three{};
    BOOST_TEST(crypto::base64_into("Zm9v", three));
    BOOST_TEST(std::string(three.data(), three.size()) == "foo");
    for (auto const* other : {"", "Zm8=", "Zm8", "Zm9vYg==", "Zm9vYg", "Zm9=", "Zm9!", "====", "Zm9v===="})
        BOOST_TEST(!crypto::base64_into(other, three));
    BOOST_TEST(crypto::base64_into("", {}));
    static_assert(crypto::base64_size(43) == 32 && crypto::base64_size(4) == 3 && crypto::base64_size(2) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
