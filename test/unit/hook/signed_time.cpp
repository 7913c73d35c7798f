#include <penstock/hook/signed_time.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

using namespace penstock;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

result<> check(std::string const& seconds, duration tolerance = 5min)
{
    return hook::check_signed_time("X-Time", seconds, {wall_time(1000000s), tolerance});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hook_signed_time)

BOOST_AUTO_TEST_CASE(accepts_a_time_within_the_window_and_its_edges)
{
    for (auto const* seconds : {"1000000", "1000300", "999700", "000001000000"})
        BOOST_TEST(check(seconds).has_value());
    BOOST_TEST(check("1000000", 0s).has_value());
}

BOOST_AUTO_TEST_CASE(says_how_far_another_one_is_away)
{
    BOOST_TEST((check("999699").error().code == errc::signature_expired));
    BOOST_TEST(check("999699").error().detail == "X-Time is 301 s behind this clock");
    BOOST_TEST(check("1000301").error().detail == "X-Time is 301 s ahead of this clock");
    BOOST_TEST((check("1000001", 0s).error().code == errc::signature_expired));
    BOOST_TEST((check("0").error().code == errc::signature_expired));
    BOOST_TEST((check("999999999999").error().code == errc::signature_expired));
}

BOOST_DATA_TEST_CASE(refuses_what_is_no_number_of_seconds,
                     data::make({"", " ", "-1", "+1000000", " 1000000", "1000000 ", "1e6", "1000000.0", "0x1",
                                 "1000000000000", "99999999999999999999"}),
                     text)
{
    BOOST_TEST((check(text).error().code == errc::signature_malformed));
    BOOST_TEST(check(text).error().detail == "X-Time is not a number of seconds");
}

BOOST_AUTO_TEST_SUITE_END()
