#include <penstock/auth/clock_skew.hpp>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

wall_time const noon = wall_time(std::chrono::seconds(1'790'000'000));

struct row
{
    duration off;   // the peer's clock minus ours
    duration took;  // the exchange
    duration least, most;
    friend std::ostream& operator<<(std::ostream& out, row const& r) { return out << r.off.count() << " ns"; }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(auth_clock_skew)

BOOST_DATA_TEST_CASE(measures_what_the_seconds_of_a_date_and_the_way_cannot_explain,
                     data::make(std::vector<row>{{0s, 100ms, 0s, 0s},
                                                 {400ms, 0s, 0s, 0s},
                                                 {-400ms, 0s, -1s, 0s},
                                                 {2s, 10s, 0s, 0s},
                                                 {5min, 200ms, 5min - 1s, 5min + 1s},
                                                 {-5min, 200ms, -5min - 1s, -5min + 1s},
                                                 {5min, 31s, 0s, 0s},
                                                 {5min, -1s, 0s, 0s},
                                                 {24h * 3650, 100ms, 24h * 3650 - 1s, 24h * 3650 + 1s}}),
                     one)
{
    auth::clock_skew skew;
    auto const said = noon + one.took / 2 + one.off;
    skew.observe(format_http_date(said), noon, noon + one.took);
    BOOST_TEST((skew.value() >= one.least && skew.value() <= one.most), skew.value().count());
    BOOST_TEST((skew.at_peer(noon) == noon + skew.value()));
}

BOOST_AUTO_TEST_CASE(keeps_what_it_knows_where_a_date_says_nothing_new)
{
    auth::clock_skew skew;
    skew.observe(format_http_date(noon + 5min), noon, noon);
    auto const known = skew.value();
    skew.observe(format_http_date(noon + 1h + 5min + 400ms), noon + 1h, noon + 1h);
    BOOST_TEST((skew.value() == known));
    skew.observe("yesterday", noon, noon);
    skew.observe("", noon, noon);
    skew.observe("Mon, 01 Jan 1700 00:00:00 GMT", noon, noon);
    BOOST_TEST((skew.value() == known));
    skew.observe(format_http_date(noon + 2h), noon + 2h, noon + 2h);  // somebody set our clock right
    BOOST_TEST((skew.value() <= 1s && skew.value() >= -1s));
}

BOOST_AUTO_TEST_SUITE_END()
