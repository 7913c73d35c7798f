// Claim: a work queue of 100 000 keys costs little more than the containers it is made of.
#include "allocations.hpp"
#include "measure.hpp"
#include "random_wait.hpp"

#include <penstock/reconcile/queue.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <queue>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace {

using penstock::time_point;

/// All keys are ready; each round takes the oldest, ends it and adds it again.
template <class Key>
void ready_keys(bench::effort const& effort, std::string const& what, std::vector<Key> const& keys)
{
    bench::race race(what + ": add, take, done of " + std::to_string(keys.size()) + " ready ones", effort);
    std::unordered_set<Key> present(keys.begin(), keys.end());
    std::deque<Key> line(keys.begin(), keys.end());
    race.add("limit: a set and a deque, no semantics", [&](std::size_t times) {
        while (times-- > 0) {
            Key key = std::move(line.front());
            line.pop_front();
            present.erase(key);
            if (present.insert(key).second)
                line.push_back(std::move(key));
        }
    });
    bench::weighing = true;
    auto const before = bench::counted.live_bytes;
    penstock::reconcile::queue<Key> queue;
    time_point now{};
    for (auto const& key : keys)
        queue.add(key, now);
    auto const bytes = static_cast<double>(bench::counted.live_bytes - before) / static_cast<double>(keys.size());
    bench::weighing = false;
    race.add(
        "reconcile::queue",
        [&](std::size_t times) {
            while (times-- > 0) {
                auto const item = queue.take_item(now);
                queue.done(*item);
                queue.add(item->key, now);
            }
        },
        "<= 150 ns");
    race.run(100'000);
    std::printf("  bytes of heap a key, the key itself included: %.0f   goal <= 64 beside the key\n", bytes);
}

/// All keys wait; each round takes the one that is due next and makes it wait again.
template <class Key>
void waiting_keys(bench::effort const& effort, std::string const& what, std::vector<Key> const& keys)
{
    bench::race race(what + ": take, add_after, done of " + std::to_string(keys.size()) + " waiting ones", effort);
    penstock::reconcile::queue<Key> queue;
    time_point now{};
    bench::random_wait<1'000'000'000> wait;
    using due = std::pair<time_point, std::uint32_t>;
    std::priority_queue<due, std::vector<due>, std::greater<>> bare;
    for (std::uint32_t i = 0; i < keys.size(); ++i)
        bare.emplace(now + wait(), i);
    race.add("limit: a binary heap of times, no keys", [&](std::size_t times) {
        while (times-- > 0) {
            auto const [when, index] = bare.top();
            bare.pop();
            bare.emplace(when + wait(), index);
        }
    });
    for (auto const& key : keys)
        queue.add_after(key, wait(), now);
    race.add(
        "reconcile::queue",
        [&](std::size_t times) {
            while (times-- > 0) {
                now = queue.next_waiting();
                auto const item = queue.take_item(now);
                queue.add_after(*item, wait(), now);  // before it ends, as a controller does
                queue.done(*item);
            }
        },
        "<= 150 ns");
    race.run(100'000);
}

}  // namespace

int main(int argc, char** argv)
{
    bench::effort const effort(argc, argv);
    std::vector<std::uint32_t> numbers(effort.of(100'000, 100));
    std::vector<std::string> names(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        numbers[i] = static_cast<std::uint32_t>(i);
        names[i] = "GitRepository/team-" + std::to_string(i % 97) + "/application-" + std::to_string(i);
    }
    ready_keys(effort, "32-bit keys", numbers);
    ready_keys(effort, "names", names);
    waiting_keys(effort, "32-bit keys", numbers);
    waiting_keys(effort, "names", names);
}
