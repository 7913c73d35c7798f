#include <penstock/time/rfc3339.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <utility>

using namespace penstock;
namespace data = boost::unit_test::data;

namespace {

wall_time at(std::int64_t seconds, std::int64_t nanoseconds = 0)
{
    return wall_time(std::chrono::seconds(seconds) + std::chrono::nanoseconds(nanoseconds));
}

std::array const malformed{
    "",
    "2026-11-21",
    "2026-11-21T00:15:13",
    "2026-11-21T00:15:13.Z",
    "2026-11-21T00:15:13Z ",
    "2026-11-21T00:15Z",
    "2026-02-29T00:15:13Z",
    "2026-13-01T00:15:13Z",
    "2026-00-01T00:15:13Z",
    "2026-11-21T24:15:13Z",
    "2026-11-21T00:60:13Z",
    "2026-11-21T00:15:61Z",
    "2026-11-21T00:15:13+24:00",
    "2026-11-21T00:15:13+0100",
    "2026-11-21T00:15:13+01:60",
    "+026-11-21T00:15:13Z",
    "1677-01-01T00:00:00Z",
    "2262-01-01T00:00:00Z",
    "2261-12-31T23:59:60Z",
    "2261-12-31T23:30:00-01:00",
    "1678-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59Z",
};

}  // namespace

BOOST_AUTO_TEST_SUITE(time_rfc3339)

BOOST_AUTO_TEST_CASE(writes_nanoseconds_by_default)
{
    BOOST_TEST(format_rfc3339(at(1795220113, 123456789)) == "2026-11-21T00:15:13.123456789Z");
    BOOST_TEST(format_rfc3339(at(0)) == "1970-01-01T00:00:00.000000000Z");
    BOOST_TEST(format_rfc3339(at(-1, 1)) == "1969-12-31T23:59:59.000000001Z");
}

BOOST_AUTO_TEST_CASE(cuts_the_fraction_off_where_it_is_told_to)
{
    BOOST_TEST(format_rfc3339(at(1795220113, 999999999), 0) == "2026-11-21T00:15:13Z");
    BOOST_TEST(format_rfc3339(at(1795220113, 999999999), 6) == "2026-11-21T00:15:13.999999Z");
    BOOST_TEST(format_rfc3339(at(1795220113, 1), 3) == "2026-11-21T00:15:13.000Z");
}

BOOST_AUTO_TEST_CASE(reads_every_offset_and_fraction)
{
    BOOST_TEST((parse_rfc3339("2026-11-21T00:15:13Z").value() == at(1795220113)));
    BOOST_TEST((parse_rfc3339("2026-11-21t00:15:13z").value() == at(1795220113)));
    BOOST_TEST((parse_rfc3339("2026-11-21 00:15:13Z").value() == at(1795220113)));
    BOOST_TEST((parse_rfc3339("2026-11-21T02:15:13+02:00").value() == at(1795220113)));
    BOOST_TEST((parse_rfc3339("2026-11-20T18:45:13-05:30").value() == at(1795220113)));
    BOOST_TEST((parse_rfc3339("2026-11-21T00:15:13.5Z").value() == at(1795220113, 500'000'000)));
    BOOST_TEST((parse_rfc3339("2026-11-21T00:15:13.123456789987Z").value() == at(1795220113, 123456789)));
    BOOST_TEST((parse_rfc3339("2016-12-31T23:59:60Z").value() == at(1483228800)));  // a leap second
}

BOOST_AUTO_TEST_CASE(reads_what_it_wrote)
{
    for (auto const t : {at(0), at(-9'000'000'000, 17), at(9'000'000'000, 999'999'999), at(951'782'400)})
        BOOST_TEST((parse_rfc3339(format_rfc3339(t)).value() == t));
}

BOOST_DATA_TEST_CASE(refuses_what_is_no_time, data::make(malformed), text)
{
    BOOST_TEST((parse_rfc3339(text).error().code == errc::malformed));
}

BOOST_AUTO_TEST_SUITE_END()
