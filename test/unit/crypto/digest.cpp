#include <penstock/crypto/digest.hpp>

#include <penstock/text/hex.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace penstock;
using crypto::algorithm;

BOOST_AUTO_TEST_SUITE(crypto_digest)

BOOST_AUTO_TEST_CASE(gives_the_digests_of_fips_180)
{
    BOOST_TEST(to_hex(crypto::digest(algorithm::sha1, "abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
    BOOST_TEST(to_hex(crypto::digest(algorithm::sha224, "abc"))
               == "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
    BOOST_TEST(crypto::sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    BOOST_TEST(crypto::sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    BOOST_TEST(to_hex(crypto::digest(algorithm::sha384, "abc"))
               == "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
    BOOST_TEST(to_hex(crypto::digest(algorithm::sha512, "abc"))
               == "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                  "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

BOOST_AUTO_TEST_CASE(names_every_algorithm_and_finds_it_again)
{
    for (std::size_t i = 0; i < crypto::algorithm_count; ++i) {
        auto const a = static_cast<algorithm>(i);
        BOOST_TEST((crypto::find_algorithm(crypto::name(a)) == a));
        BOOST_TEST(crypto::digest(a, "x").size() == crypto::digest_size(a));
    }
    for (auto const* other : {"", "SHA256", "sha256 ", "md5", "sha-256"})
        BOOST_TEST(!crypto::find_algorithm(other).has_value());
}

BOOST_AUTO_TEST_CASE(a_hasher_is_ready_again_after_it_has_finished)
{
    crypto::hasher h(algorithm::sha256);
    h.update("a");
    h.update("bc");
    auto const first = h.finish().str();
    h.update("abc");
    BOOST_TEST(h.finish().str() == first);
    BOOST_TEST(to_hex(first) == crypto::sha256_hex("abc"));
}

BOOST_AUTO_TEST_CASE(compares_texts_of_any_length)
{
    BOOST_TEST(crypto::equal_constant_time("", ""));
    BOOST_TEST(crypto::equal_constant_time("abc", "abc"));
    BOOST_TEST(!crypto::equal_constant_time("abc", "abd"));
    BOOST_TEST(!crypto::equal_constant_time("abc", "ab"));
    BOOST_TEST(!crypto::equal_constant_time("", "a"));
    BOOST_TEST(!crypto::equal_constant_time("abc", std::string_view("abc\0", 4)));
}

BOOST_AUTO_TEST_SUITE_END()
