#include <penstock/text/hex.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

using namespace penstock;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(text_hex)

BOOST_AUTO_TEST_CASE(writes_lower_case_and_reads_both_cases)
{
    std::string const bytes("\x00\x7f\x80\xff\x0a", 5);
    BOOST_TEST(to_hex(bytes) == "007f80ff0a");
    BOOST_TEST(from_hex("007f80ff0a").value() == bytes);
    BOOST_TEST(from_hex("007F80fF0A").value() == bytes);
    BOOST_TEST(from_hex("").value() == "");
}

BOOST_DATA_TEST_CASE(refuses_what_is_no_hex_without_repeating_it,
                     data::make({"0", "0g", "secret", " 00", "0x00", "00 ", "-1", "G0"}), text)
{
    auto const read = from_hex(text);
    BOOST_TEST_REQUIRE(read.has_error());
    BOOST_TEST((read.error().code == errc::malformed));
    BOOST_TEST(read.error().message().find(text) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(reads_exactly_as_many_bytes_as_there_is_room_for)
{
    std::array<char, 2> room{};
    BOOST_TEST(detail::hex_into("abcd", room).has_value());
    BOOST_TEST(!detail::hex_into("abc", room).has_value());
    BOOST_TEST(!detail::hex_into("abcdef", room).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
