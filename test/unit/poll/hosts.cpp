#include <penstock/poll/hosts.hpp>

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace penstock;
using namespace std::chrono_literals;
using poll::hosts;
using entry = poll::hosts::entry;
using ending = poll::hosts::ending;

namespace {

constexpr time_point now{1h};

poll::host_options options(std::size_t places)
{
    poll::host_options o;
    o.concurrency = places;
    o.breaker.failures = 3;
    return o;
}

/// Ends a poll and gives what may start, or must go away.
std::vector<poll::source_id> end(hosts& h, hosts::host_id id, ending how, time_point at = now)
{
    h.end(id, how, at, 10min, 0);
    std::vector<poll::source_id> out;
    while (auto const next = h.next(id, at))
        out.push_back(*next);
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(poll_hosts)

BOOST_AUTO_TEST_CASE(gives_places_in_the_order_of_the_line)
{
    hosts h(options(2));
    auto const id = h.use("forge");
    BOOST_TEST((h.begin(id, 1, now) == entry::started));
    BOOST_TEST((h.begin(id, 2, now) == entry::started));
    for (poll::source_id s : {3U, 4U, 5U})
        BOOST_TEST((h.begin(id, s, now) == entry::in_line));
    h.leave(id, 4);
    BOOST_TEST(end(h, id, ending::answered) == std::vector<poll::source_id>({3}), boost::test_tools::per_element());
    BOOST_TEST(end(h, id, ending::abandoned) == std::vector<poll::source_id>({5}), boost::test_tools::per_element());
    BOOST_TEST(end(h, id, ending::answered).empty());
}

BOOST_AUTO_TEST_CASE(halves_the_places_of_a_host_that_fails_and_gives_them_back)
{
    auto o = options(4);
    o.breaker.failures = 100;
    hosts h(o);
    auto const id = h.use("forge");
    for (poll::source_id s = 0; s < 12; ++s)
        BOOST_TEST((h.begin(id, s, now) == (s < 4 ? entry::started : entry::in_line)));
    BOOST_TEST(end(h, id, ending::failed).empty());  // two places, three under way
    BOOST_TEST(end(h, id, ending::answered).empty());
    BOOST_TEST(end(h, id, ending::answered).size() == 1U);
    BOOST_TEST(end(h, id, ending::answered).size() == 2U);  // three places after a full round
    std::size_t started = 3;
    for (int n = 0; n < 8; ++n)
        started += end(h, id, ending::answered).size();
    BOOST_TEST(started == 8U);
    for (poll::source_id s = 0; s < 5; ++s)
        BOOST_TEST((h.begin(id, s, now) == (s < 4 ? entry::started : entry::in_line)));
}

BOOST_AUTO_TEST_CASE(closes_a_host_that_is_down_sends_the_line_away_and_tries_one)
{
    hosts h(options(3));
    auto const id = h.use("forge");
    for (poll::source_id s = 0; s < 5; ++s)
        h.begin(id, s, now);
    BOOST_TEST(!h.closed(id, now, 1min, 0.5).has_value());
    BOOST_TEST(end(h, id, ending::failed).empty());
    BOOST_TEST(end(h, id, ending::failed).empty());  // one place is left, and it is taken
    BOOST_TEST(end(h, id, ending::failed).size() == 2U);
    BOOST_TEST((h.state(id) == rate::circuit::open));
    auto const first = h.closed(id, now, 1min, 0.5);
    auto const second = h.closed(id, now, 1min, 0.5);
    BOOST_TEST((first == now + 1s));
    BOOST_TEST((second == now + 1s + 30s));
    BOOST_TEST(!h.closed(id, *first, 1min, 0).has_value());
    BOOST_TEST((h.begin(id, 3, *first) == entry::started));
    BOOST_TEST((h.begin(id, 4, *first) == entry::in_line));  // one probe
    BOOST_TEST(end(h, id, ending::answered, *first).size() == 1U);
    BOOST_TEST((h.state(id) == rate::circuit::closed));
}

BOOST_AUTO_TEST_CASE(leaves_a_host_alone_that_refuses_and_slows_down)
{
    hosts h(options(1));
    auto const id = h.use("forge");
    BOOST_TEST((h.stretched(id, 1min) == 1min));
    h.begin(id, 1, now);
    h.begin(id, 2, now);
    BOOST_TEST(end(h, id, ending::refused).size() == 1U);  // sent away
    BOOST_TEST((h.closed(id, now, 1h, 0.5) == now + 10min));
    BOOST_TEST((h.closed(id, now, 1h, 0.5) == now + 10min + 30min));
    BOOST_TEST((h.state(id) == rate::circuit::closed));
    BOOST_TEST((h.stretched(id, 70s) > 99s && h.stretched(id, 70s) < 101s));
    for (int n = 0; n < 4; ++n) {
        BOOST_TEST((h.begin(id, 1, now + 10min) == entry::started));
        end(h, id, ending::answered, now + 10min);
    }
    BOOST_TEST((h.stretched(id, 1min) == 1min));
}

BOOST_AUTO_TEST_CASE(forgets_a_host_when_its_last_source_goes)
{
    hosts h(options(1));
    auto const id = h.use("forge");
    BOOST_TEST(h.use("forge") == id);
    h.begin(id, 1, now);
    end(h, id, ending::refused);
    h.release(id);
    BOOST_TEST(h.size() == 1U);
    h.release(id);
    BOOST_TEST(h.size() == 0U);
    BOOST_TEST(h.use("another") == id);
    BOOST_TEST(!h.closed(id, now, 1min, 0).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
