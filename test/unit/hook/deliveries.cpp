#include <penstock/hook/deliveries.hpp>

#include <boost/test/unit_test.hpp>

#include <list>
#include <random>
#include <string>
#include <utility>

using namespace penstock;
using namespace std::chrono_literals;
using hook::seen;

BOOST_TEST_DONT_PRINT_LOG_VALUE(penstock::hook::seen)

BOOST_AUTO_TEST_SUITE(hook_deliveries)

BOOST_AUTO_TEST_CASE(says_again_until_the_time_has_passed)
{
    hook::deliveries d({.capacity = 4, .remember = 10s});
    time_point const start{};
    BOOST_TEST(d.note("a", start) == seen::first);
    BOOST_TEST(d.note("a", start + 9s) == seen::again);  // does not prolong it
    BOOST_TEST(d.note("b", start + 9s) == seen::first);
    BOOST_TEST(d.note("a", start + 10s) == seen::first);
    BOOST_TEST(d.note("b", start + 18s) == seen::again);
    BOOST_TEST(d.note("b", start + 100s) == seen::first);
    BOOST_TEST(d.size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_oldest_makes_room)
{
    hook::deliveries d({.capacity = 2, .remember = 1h});
    time_point const now{};
    BOOST_TEST(d.note("a", now) == seen::first);
    BOOST_TEST(d.note("b", now) == seen::first);
    BOOST_TEST(d.note("c", now) == seen::first);
    BOOST_TEST(d.note("b", now) == seen::again);
    BOOST_TEST(d.note("a", now) == seen::first);
    BOOST_TEST(d.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_note_can_be_taken_back)
{
    hook::deliveries d({.capacity = 2, .remember = 1h});
    time_point const now{};
    d.note("a", now);
    d.forget("a");
    d.forget("a");
    d.forget("never seen");
    BOOST_TEST(d.note("a", now) == seen::first);
    BOOST_TEST(d.note("a", now) == seen::again);
    BOOST_TEST(d.note("b", now) == seen::first);
    BOOST_TEST(d.note("a", now) == seen::again);
}

BOOST_AUTO_TEST_CASE(memory_does_not_grow_with_deliveries)
{
    hook::deliveries d({.capacity = 1000, .remember = 1h});
    auto const before = d.memory();
    BOOST_TEST(before <= 1000U * 40U);
    for (int i = 0; i < 20000; ++i)
        BOOST_TEST_REQUIRE((d.note(std::string(200, 'x') + std::to_string(i), time_point()) == seen::first));
    BOOST_TEST(d.memory() == before);
    BOOST_TEST(d.size() == 1000U);
    BOOST_TEST(hook::deliveries().memory() <= 320U * 1024U);
}

BOOST_AUTO_TEST_CASE(agrees_with_a_list_that_is_searched)
{
    constexpr std::size_t capacity = 13;
    hook::deliveries d({.capacity = capacity, .remember = 50s});
    std::list<std::pair<std::string, time_point>> model;  // taken back ones keep their place, without a name
    std::mt19937 random(7);
    time_point now{};
    for (int i = 0; i < 50000; ++i) {
        now += std::chrono::seconds(random() % 3);
        auto const id = std::to_string(random() % 40);
        auto const known = [&] {
            return std::find_if(model.begin(), model.end(), [&](auto const& m) { return m.first == id; });
        };
        if (random() % 5 == 0) {
            d.forget(id);
            if (auto const at = known(); at != model.end())
                at->first = "";
            continue;
        }
        while (!model.empty() && now - model.front().second >= 50s)
            model.pop_front();
        auto const expected = known() == model.end() ? seen::first : seen::again;
        if (expected == seen::first) {
            if (model.size() == capacity)
                model.pop_front();
            model.emplace_back(id, now);
        }
        BOOST_TEST_REQUIRE(d.note(id, now) == expected);
        BOOST_TEST_REQUIRE(d.size() == model.size());
    }
}

BOOST_AUTO_TEST_SUITE_END()
