// What a key costs in the queue: bytes and allocations, which no other work on the machine changes.
#include <penstock/reconcile/queue.hpp>

#include "../../../benchmarks/allocations.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

constexpr int number = 100'000;

std::string name(int n)
{
    return "GitRepository/team-" + std::to_string(n % 97) + "/application-" + std::to_string(n);
}

/// Bytes of the heap that each key takes when `enter` has entered them all.
template <class Enter>
double bytes_each(Enter const& enter)
{
    bench::weighing = true;
    auto const before = bench::counted.live_bytes;
    auto const queue = enter();
    auto const bytes = bench::counted.live_bytes - before;
    bench::weighing = false;
    return static_cast<double>(bytes) / number;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reconcile_queue_memory)

BOOST_AUTO_TEST_CASE(a_number_takes_little_more_than_64_bytes_even_while_it_waits)
{
    auto const ready = bytes_each([] {
        reconcile::queue<std::uint32_t> q;
        for (std::uint32_t n = 0; n < number; ++n)
            q.add(n, time_point());
        return q;
    });
    auto const waiting = bytes_each([] {
        reconcile::queue<std::uint32_t> q;
        for (std::uint32_t n = 0; n < number; ++n)
            q.add_after(n, std::chrono::seconds(n), time_point());
        return q;
    });
    BOOST_TEST_MESSAGE("ready: " << ready << ", waiting: " << waiting);
    BOOST_TEST(ready < 64);
    BOOST_TEST(waiting < 72);  // the key itself is 4 of them
}

BOOST_AUTO_TEST_CASE(a_name_takes_less_than_64_bytes_beside_itself)
{
    std::vector<std::string> names;
    auto const alone = bytes_each([&] {
        for (int n = 0; n < number; ++n)
            names.push_back(name(n));
        names.shrink_to_fit();
        return std::vector<std::string>(std::move(names));
    });
    auto const queued = bytes_each([] {
        reconcile::queue<std::string> q;
        for (int n = 0; n < number; ++n)
            q.add(name(n), time_point());
        return q;
    });
    BOOST_TEST_MESSAGE("a name: " << alone << ", queued: " << queued);
    BOOST_TEST(queued - alone < 64);
}

BOOST_AUTO_TEST_CASE(a_cycle_copies_the_key_once_and_allocates_nothing_else)
{
    reconcile::queue<std::string> q;
    std::vector<std::string> names;
    for (int n = 0; n < 1000; ++n)
        names.push_back(name(n));
    q.add_after("stays", 1h, time_point());  // so that the queue never gives all of its memory back
    auto const cycle = [&] {
        for (auto const& one : names)
            q.add(one, time_point());
        while (auto const item = q.take_item(time_point())) {
            q.add_after(*item, 1s, time_point());
            q.done(*item);
        }
        while (auto const item = q.take_item(time_point(1s)))
            q.done(*item);
    };
    for (int n = 0; n < 4; ++n)
        cycle();
    auto const before = bench::counted.number;
    cycle();
    auto const each = static_cast<double>(bench::counted.number - before) / (2.0 * static_cast<double>(names.size()));
    BOOST_TEST_MESSAGE("allocations a cycle: " << each);
    BOOST_TEST(each < 1.2);
}

BOOST_AUTO_TEST_CASE(gives_its_memory_back_when_the_last_of_many_keys_has_gone)
{
    bench::weighing = true;
    auto const before = bench::counted.live_bytes;
    reconcile::queue<std::string> q;
    for (int n = 0; n < number; ++n)
        q.add(name(n), time_point());
    while (auto const item = q.take_item(time_point()))
        q.done(*item);
    auto const left = bench::counted.live_bytes - before;
    bench::weighing = false;
    BOOST_TEST(q.known() == 0U);
    BOOST_TEST(left < 64 * 1024);
    q.add("again", time_point());
    BOOST_TEST((q.take(time_point()) == "again"));
}

BOOST_AUTO_TEST_CASE(a_priority_that_rises_again_and_again_leaves_nothing_behind)
{
    reconcile::queue<std::uint32_t> q;
    constexpr std::uint32_t overtaken = 1, risen = 2;
    q.add(overtaken, time_point());
    std::uint64_t wrong = 0;
    auto const cycle = [&](int times, int priority) {
        for (int n = 0; n < times; ++n) {
            q.add(risen, time_point());
            q.add(risen, time_point(), priority + n);
            auto const item = q.take_item(time_point());
            wrong += item && item->key == risen && item->priority == priority + n ? 0U : 1U;
            q.done(*item);
        }
    };
    auto const grown = [](auto const& work) {
        bench::weighing = true;
        auto const before = bench::counted.live_bytes;
        work();
        bench::weighing = false;
        return bench::counted.live_bytes - before;
    };
    cycle(64, 1);
    BOOST_TEST(grown([&] {
                   for (int n = 0; n < number; ++n)
                       cycle(1, 1);
               })
               < 4096);
    BOOST_TEST(grown([&] { cycle(number, 1); }) < 4096);  // each priority once
    BOOST_TEST(grown([&] {
                   for (int n = 0; n < number; ++n)
                       q.add(overtaken, time_point(), n);  // it never gets as far as to be taken
               })
               < 4096);
    BOOST_TEST(wrong == 0U);
    BOOST_TEST(q.size() == 1U);
    BOOST_TEST((q.take(time_point()) == overtaken));
    BOOST_TEST(!q.take(time_point()).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
