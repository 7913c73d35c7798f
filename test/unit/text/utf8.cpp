#include <penstock/text/utf8.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using penstock::valid_utf8;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(text_utf8)

BOOST_DATA_TEST_CASE(keeps_what_is_well_formed,
                     data::make({"", "ascii", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                                 "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}),
                     text)
{
    BOOST_TEST(valid_utf8(text) == text);
}

BOOST_DATA_TEST_CASE(mends_what_is_not,
                     data::make({"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                                 "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xe2\x82", "\xc3"}),
                     text)
{
    std::string expected;
    for (auto n = std::string_view(text).size(); n > 0; --n)
        expected += "\xef\xbf\xbd";
    BOOST_TEST(valid_utf8(text) == expected);
}

BOOST_AUTO_TEST_SUITE_END()
