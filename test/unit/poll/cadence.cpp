#include <penstock/poll/cadence.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <utility>
#include <vector>

using namespace penstock;
using namespace penstock::poll;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

constexpr cadence_options plain{
    .interval = 60s, .max_interval = 10min, .jitter_percent = 0, .retry_base = 5s, .retry_cap = 2min};

enum class event
{
    hook,
    same,
    announced,
    missed,
    fail,
};

/// Plays events; gives the last wait in seconds, at the middle of every jitter.
long play(std::vector<event> const& events, cadence_options const& o = plain)
{
    cadence c;
    duration wait{};
    for (auto const e : events) {
        switch (e) {
        case event::hook: c.webhook_worked(); break;
        case event::same: wait = c.succeeded(sighting::unchanged, o, 0.5); break;
        case event::announced: wait = c.succeeded(sighting::announced, o, 0.5); break;
        case event::missed: wait = c.succeeded(sighting::missed, o, 0.5); break;
        case event::fail: wait = c.failed({}, o, 0.999999); break;
        }
    }
    return std::chrono::round<std::chrono::seconds>(wait).count();
}

struct row
{
    char const* what;
    std::vector<event> events;
    long expected_s;
};

std::ostream& operator<<(std::ostream& out, row const& r)
{
    return out << r.what;
}

using enum event;
std::vector<row> const table{
    {"an uncovered source keeps its interval", {same, same, same}, 60},
    {"a movement that nobody announced keeps it", {missed, missed}, 60},
    {"a webhook that has worked doubles it", {hook, same}, 120},
    {"and again", {hook, same, same, announced}, 480},
    {"up to the longest", {hook, same, same, same, same, same, same}, 600},
    {"a missed movement ends the trust", {hook, same, same, missed}, 60},
    {"for good", {hook, same, same, missed, same, same}, 60},
    {"until the webhook works again", {hook, same, missed, hook, same}, 120},
    {"a failure waits for the retry base", {same, fail}, 5},
    {"then twice as long", {fail, fail, fail}, 20},
    {"up to the cap", {fail, fail, fail, fail, fail, fail, fail, fail, fail, fail}, 120},
    {"a success ends the row of failures", {fail, fail, same, fail}, 5},
    {"a failure does not end the trust", {hook, same, same, fail, same}, 480},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(poll_cadence)

BOOST_DATA_TEST_CASE(waits_as_the_table_says, data::make(table), sample)
{
    BOOST_TEST(play(sample.events) == sample.expected_s);
}

BOOST_AUTO_TEST_CASE(stays_within_its_jitter)
{
    auto o = plain;
    o.jitter_percent = 10;
    cadence c;
    BOOST_TEST((c.succeeded(sighting::unchanged, o, 0) == 54s));
    BOOST_TEST((c.succeeded(sighting::unchanged, o, 0.5) == 60s));
    BOOST_TEST((c.succeeded(sighting::unchanged, o, 0.9999999) <= 66s));
    BOOST_TEST((c.succeeded(sighting::unchanged, o, 0.9999999) > 65s));
}

BOOST_AUTO_TEST_CASE(never_comes_back_before_the_peer_allows_it)
{
    for (double const chance : {0.0, 0.3, 0.99}) {
        cadence c;
        BOOST_TEST((c.failed(1h, plain, chance) >= 1h));
        BOOST_TEST((c.failed(1h, plain, chance) < 1h + 1min));
    }
}

BOOST_AUTO_TEST_CASE(spreads_its_retries_over_the_whole_wait)
{
    for (auto const& [chance, expected] : {std::pair{0.0, 0s}, std::pair{0.25, 5s}, std::pair{0.75, 15s}}) {
        cadence c;
        static_cast<void>(c.failed({}, plain, 0));
        static_cast<void>(c.failed({}, plain, 0));
        BOOST_TEST((c.failed({}, plain, chance) == expected), chance);  // the third: of 20 s
    }
}

BOOST_AUTO_TEST_CASE(does_not_slow_a_fast_source_down_by_one_failure)
{
    auto o = plain;
    o.interval = 2s;
    cadence c;
    BOOST_TEST((c.failed({}, o, 0.5) == 1s));
    BOOST_TEST((c.failed({}, o, 0.5) == 2s));
}

BOOST_AUTO_TEST_CASE(keeps_an_interval_that_is_longer_than_the_longest)
{
    auto o = plain;
    o.interval = 1h;
    cadence c;
    c.webhook_worked();
    BOOST_TEST((c.succeeded(sighting::unchanged, o, 0.5) == 1h));
}

BOOST_AUTO_TEST_SUITE_END()
