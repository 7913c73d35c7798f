// Polls a thousand sources at two hosts. One host goes down for an hour: its sources are left alone but for a probe now
// and then, the others are polled as before, and all are polled again when it is back.
//
// Time is manual here; a program uses `clock::steady`. Prints:
//   a fair hour: 500 polls of good.test, 500 of bad.test
//   bad.test is down: 500 polls of good.test, a few of bad.test
//   two hours later all of them are polled again
#include <penstock/poll/fleet.hpp>
#include <penstock/testing/loop.hpp>

#include <array>
#include <iostream>
#include <string>

using namespace penstock;
using namespace std::chrono_literals;

constexpr poll::source_id sources = 1000;

/// What would ask a remote; here it only counts.
struct remote
{
    std::array<int, 2> polls{};
    bool down = false;

    awaitable<result<poll::sighting>> ask(poll::source_id id)
    {
        ++polls[id % 2];
        if (down && id % 2 == 1)
            co_return failure(errc::connection_failed, "bad.test");
        co_return poll::sighting::unchanged;
    }
    std::array<int, 2> counted() { return std::exchange(polls, {}); }
};

struct ask
{
    remote* to;
    awaitable<result<poll::sighting>> operator()(poll::source_id id) const { return to->ask(id); }
};

int main()
{
    testing::loop loop;
    remote hosts;
    poll::fleet_options options;
    options.concurrency = 32;  // polls at once
    options.host.concurrency = 8;  // of them at one host
    options.host.breaker.failures = 5;  // in a row, until a host counts as down
    options.cadence.jitter_percent = 0;
    poll::fleet fleet(loop.env, loop.context.get_executor(), ask{&hosts}, options);
    for (poll::source_id n = 0; n < sources; ++n)
        fleet.add("source " + std::to_string(n), n % 2 == 0 ? "good.test" : "bad.test", 1h);
    auto const run = loop.start(fleet.run());

    loop.advance(1h);
    auto const fair = hosts.counted();
    std::cout << "a fair hour: " << fair[0] << " polls of good.test, " << fair[1] << " of bad.test\n";
    hosts.down = true;
    loop.advance(1h);
    auto const down = hosts.counted();
    std::cout << "bad.test is down: " << down[0] << " polls of good.test, " << (down[1] < 50 ? "a few" : "many")
              << " of bad.test\n";
    hosts.down = false;
    loop.advance(2h);
    bool const back = hosts.counted()[1] >= 500;
    std::cout << (back ? "two hours later all of them are polled again\n" : "it was given up\n");

    fleet.stop();
    loop.settle();
    return run.get() && back && down[1] < 50 && down[0] == 500 ? 0 : 1;
}
