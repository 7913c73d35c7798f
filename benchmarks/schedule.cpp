// Claim: 100 000 polled sources cost a few bytes each, and one that falls due less than two microseconds.
#include "allocations.hpp"
#include "measure.hpp"
#include "random_wait.hpp"

#include <penstock/poll/schedule.hpp>

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

int main(int argc, char** argv)
{
    bench::effort const effort(argc, argv);
    auto const sources = static_cast<std::uint32_t>(effort.of(100'000, 100));
    bench::race race("a schedule of " + std::to_string(sources) + " sources: one falls due and is set again", effort);
    bench::random_wait<300'000'000'000> wait;

    using due = std::pair<penstock::time_point, std::uint32_t>;
    std::priority_queue<due, std::vector<due>, std::greater<>> bare;
    for (std::uint32_t id = 0; id < sources; ++id)
        bare.emplace(penstock::time_point() + wait(), id);
    race.add("limit: a binary heap that cannot be changed", [&](std::size_t times) {
        while (times-- > 0) {
            auto [when, id] = bare.top();
            bare.pop();
            bare.emplace(when + wait(), id);
        }
    });

    bench::weighing = true;
    auto const before = bench::counted.live_bytes;
    penstock::poll::schedule schedule;
    for (std::uint32_t id = 0; id < sources; ++id)
        schedule.set(id, penstock::time_point() + wait());
    auto const bytes = static_cast<double>(bench::counted.live_bytes - before) / static_cast<double>(sources);
    bench::weighing = false;
    race.add(
        "poll::schedule",
        [&](std::size_t times) {
            while (times-- > 0) {
                auto const now = schedule.next();
                auto const id = schedule.pop_due(now);
                if (!id)
                    std::abort();
                schedule.set(*id, now + wait());
            }
        },
        "<= 2000 ns");
    race.run(100'000);
    std::printf("  bytes of heap a source: %.0f   goal <= 64\n", bytes);
}
