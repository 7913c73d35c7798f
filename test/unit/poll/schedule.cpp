#include <penstock/poll/schedule.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(poll_schedule)

BOOST_AUTO_TEST_CASE(gives_what_is_due_in_the_order_of_time)
{
    poll::schedule s;
    time_point const now{1h};
    s.set(3, now + 3s);
    s.set(1, now + 1s);
    s.set(2, now + 2s);
    BOOST_TEST((s.next() == now + 1s));
    BOOST_TEST(!s.pop_due(now));
    BOOST_TEST(s.pop_due(now + 2s).value() == 1U);
    BOOST_TEST(s.pop_due(now + 2s).value() == 2U);
    BOOST_TEST(!s.pop_due(now + 2s));
    s.set(3, now + 9s);  // later
    BOOST_TEST((s.due(3).value() == now + 9s));
    s.advance(3, now + 20s);  // not later
    BOOST_TEST((s.due(3).value() == now + 9s));
    s.advance(3, now + 4s);
    BOOST_TEST((s.next() == now + 4s));
    s.erase(3);
    s.erase(3);
    s.erase(99);
    BOOST_TEST((s.next() == time_point::max()));
    BOOST_TEST(s.size() == 0U);
}

BOOST_AUTO_TEST_CASE(agrees_with_a_sorted_map_over_many_steps)
{
    std::mt19937 random(3);  // NOLINT: the same steps each time
    poll::schedule s;
    std::map<poll::source_id, time_point> model;
    time_point now{1h};
    for (int step = 0; step < 100'000; ++step) {
        auto const id = static_cast<poll::source_id>(random() % 300);
        auto const when = now + std::chrono::microseconds(random() % 100'000);
        switch (random() % 4) {
        case 0:
            s.set(id, when);
            model[id] = when;
            break;
        case 1:
            s.erase(id);
            model.erase(id);
            break;
        case 2:
            now += 1ms;
            while (auto const got = s.pop_due(now)) {
                auto const it = model.find(*got);
                BOOST_REQUIRE(it != model.end());
                for (auto const& [other, t] : model)
                    BOOST_REQUIRE(it->second <= t);
                model.erase(it);
            }
            break;
        default: BOOST_REQUIRE(s.due(id).has_value() == model.contains(id));
        }
        BOOST_REQUIRE(s.size() == model.size());
    }
}

BOOST_AUTO_TEST_CASE(spreads_names_evenly_and_always_alike)
{
    std::vector<int> quarter(4);
    for (int n = 0; n < 4000; ++n) {
        auto const at = poll::spread(std::hash<std::string_view>{}(std::to_string(n)), 60s);
        BOOST_REQUIRE(at >= 0s);
        BOOST_REQUIRE(at < 60s);
        ++quarter[static_cast<std::size_t>(at / 15s)];
    }
    BOOST_TEST(*std::min_element(quarter.begin(), quarter.end()) > 900);
    BOOST_TEST((poll::spread(7, 60s) == poll::spread(7, 60s)));
    BOOST_TEST((poll::spread(7, 0s) == 0s));
}

BOOST_AUTO_TEST_SUITE_END()
