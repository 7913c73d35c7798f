#include <penstock/json/quoted.hpp>
#include <penstock/json/value.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>

using namespace penstock;

BOOST_AUTO_TEST_SUITE(json_quoted)

BOOST_AUTO_TEST_CASE(every_text_comes_back_from_the_parser)
{
    std::string text = "say \"hello\" to C:\\ and w\xc3\xa4gen";
    for (char c = 0; c < 0x20; ++c)
        text += c;
    for (auto const& one : {std::string(), std::string("plain"), text}) {
        std::string made = "[";
        json::append_quoted(made, one);
        auto const read = json::parse(made + "]");
        BOOST_REQUIRE(read.has_value());
        BOOST_TEST((read->at(0).as_string() == one));
    }
}

BOOST_AUTO_TEST_CASE(a_byte_that_is_no_utf8_does_not_spoil_the_document)
{
    for (auto const& [given, shown] : {std::pair<std::string, std::string>("\xff"
                                                                           "a",
                                                                           "\xef\xbf\xbd"
                                                                           "a"),
                                       {"a\xc3", "a\xef\xbf\xbd"},
                                       {"\xc3\xa4\x80\"", "\xc3\xa4\xef\xbf\xbd\""},
                                       {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}}) {
        std::string made = "[";
        json::append_quoted(made, given);
        auto const read = json::parse(made + "]");
        BOOST_REQUIRE(read.has_value());
        BOOST_TEST((read->at(0).as_string() == shown));
    }
}

BOOST_AUTO_TEST_CASE(appends_to_what_is_there)
{
    std::string made = "x";
    json::append_quoted(made, "a\nb");
    BOOST_TEST(made == R"(x"a\u000ab")");
}

BOOST_AUTO_TEST_SUITE_END()
