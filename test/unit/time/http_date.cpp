#include <penstock/time/http_date.hpp>

#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(time_http_date)

BOOST_AUTO_TEST_CASE(writes_the_one_form)
{
    BOOST_TEST(format_http_date(wall_time(784111777s)) == "Sun, 06 Nov 1994 08:49:37 GMT");
    BOOST_TEST(format_http_date(wall_time(0s)) == "Thu, 01 Jan 1970 00:00:00 GMT");
    BOOST_TEST(format_http_date(wall_time(1709210096s + 999ms)) == "Thu, 29 Feb 2024 12:34:56 GMT");
}

BOOST_AUTO_TEST_CASE(reads_three_forms)
{
    wall_time const now(1'790'000'000s);
    for (auto const* text :
         {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
        auto const t = parse_http_date(text, now);
        BOOST_REQUIRE(t);
        BOOST_TEST((*t == wall_time(784111777s)));
    }
}

BOOST_AUTO_TEST_CASE(refuses_everything_else)
{
    wall_time const now(1'790'000'000s);
    for (auto const* text : {"", "120", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 1994 08:49:37 GMT",
                             "Sun, 06 Xxx 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
                             "Sun, 06 Nov 9999 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:3x GMT", ",", "Sun Nov 06"})
        BOOST_TEST(!parse_http_date(text, now), text);
}

BOOST_AUTO_TEST_CASE(refuses_what_is_more_than_a_century_away)
{
    wall_time const now(1'790'000'000s);  // in September 2026
    for (auto const* text : {"Thu, 25 Feb 1679 15:10:10 GMT", "Fri, 18 Sep 1926 00:00:00 GMT",
                             "Mon, 30 Sep 2126 00:00:00 GMT", "Sat Nov  6 08:49:37 2260"})
        BOOST_TEST(!parse_http_date(text, now), text);
    for (auto const* text : {"Thu, 30 Sep 1926 00:00:00 GMT", "Wed, 18 Sep 2126 00:00:00 GMT"})
        BOOST_TEST(parse_http_date(text, now).has_value(), text);
}

BOOST_AUTO_TEST_SUITE_END()
