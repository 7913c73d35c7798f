#include <penstock/time/go_duration.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <limits>

using namespace penstock;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(time_go_duration)

// The cases of Go's own time_test.go, and what it prints for them.
BOOST_DATA_TEST_CASE(reads_what_go_reads,
                     data::make({"0",
                                 "5s",
                                 "30s",
                                 "1478s",
                                 "-5s",
                                 "+5s",
                                 "-0",
                                 "+0",
                                 "5.0s",
                                 "5.6s",
                                 "5.s",
                                 ".5s",
                                 "1.0s",
                                 "1.004s",
                                 "1.0040s",
                                 "100.00100s",
                                 "10ns",
                                 "11us",
                                 "12\xc2\xb5s",
                                 "12\xce\xbcs",
                                 "13ms",
                                 "14s",
                                 "15m",
                                 "16h",
                                 "3h30m",
                                 "10.5s4m",
                                 "-2m3.4s",
                                 "1h2m3s4ms5us6ns",
                                 "39h9m14.425s",
                                 "52763797000ns",
                                 "0.3333333333333333333h",
                                 "9007199254740993ns",
                                 "9223372036854775807ns",
                                 "9223372036854775.807us",
                                 "9223372036s854ms775us807ns",
                                 "-9223372036854775808ns",
                                 "0.100000000000000000000h",
                                 "0.830103483285477580700h"})
                         ^ data::make({0L,
                                       5'000'000'000L,
                                       30'000'000'000L,
                                       1'478'000'000'000L,
                                       -5'000'000'000L,
                                       5'000'000'000L,
                                       0L,
                                       0L,
                                       5'000'000'000L,
                                       5'600'000'000L,
                                       5'000'000'000L,
                                       500'000'000L,
                                       1'000'000'000L,
                                       1'004'000'000L,
                                       1'004'000'000L,
                                       100'001'000'000L,
                                       10L,
                                       11'000L,
                                       12'000L,
                                       12'000L,
                                       13'000'000L,
                                       14'000'000'000L,
                                       900'000'000'000L,
                                       57'600'000'000'000L,
                                       12'600'000'000'000L,
                                       250'500'000'000L,
                                       -123'400'000'000L,
                                       3'723'004'005'006L,
                                       140'954'425'000'000L,
                                       52'763'797'000L,
                                       1'200'000'000'000L,
                                       9'007'199'254'740'993L,
                                       std::numeric_limits<long>::max(),
                                       std::numeric_limits<long>::max(),
                                       std::numeric_limits<long>::max(),
                                       std::numeric_limits<long>::min(),
                                       360'000'000'000L,
                                       2'988'372'539'827L}),
                     text, nanoseconds)
{
    auto const d = parse_go_duration(text);
    BOOST_REQUIRE(d.has_value());
    BOOST_TEST(d->count() == nanoseconds);
}

BOOST_DATA_TEST_CASE(refuses_what_go_refuses,
                     data::make({"", "3", "-", "s", ".", "-.", ".s", "+.s", "1d", "\x85\x85", "hello \xffworld",
                                 "9223372036854775810ns", "9223372036854775808ns", "-9223372036854775809ns",
                                 "9223372036854776us", "3000000h", "9223372036854775.808us", "1 s", "1s "}),
                     text)
{
    auto const d = parse_go_duration(text);
    BOOST_REQUIRE(!d.has_value());
    BOOST_TEST((d.error().code == errc::malformed));
}

BOOST_DATA_TEST_CASE(writes_what_go_writes,
                     data::make({0L, 1L, 1'100L, 2'200'000L, 3'300'000'000L, 245'000'000'000L, 245'001'000'000L,
                                 18'367'001'000'000L, 480'000'000'001L, std::numeric_limits<long>::max(),
                                 std::numeric_limits<long>::min(), 3'600'000'000'000L, -1'500'000'000L})
                         ^ data::make({"0s", "1ns", "1.1\xc2\xb5s", "2.2ms", "3.3s", "4m5s", "4m5.001s", "5h6m7.001s",
                                       "8m0.000000001s", "2562047h47m16.854775807s", "-2562047h47m16.854775808s",
                                       "1h0m0s", "-1.5s"}),
                     nanoseconds, text)
{
    BOOST_TEST(format_go_duration(duration(nanoseconds)) == text);
    BOOST_TEST(parse_go_duration(text)->count() == nanoseconds);
}

BOOST_AUTO_TEST_CASE(says_what_is_wrong)
{
    BOOST_TEST(parse_go_duration("5").error().detail == "duration \"5\": a unit is missing: ns, us, ms, s, m or h");
    BOOST_TEST(parse_go_duration("5d").error().detail == "duration \"5d\": the unit is not one of ns, us, ms, s, m, h");
}

BOOST_AUTO_TEST_SUITE_END()
