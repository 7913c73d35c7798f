// Polls a source in a rhythm of one's own: fast just after it moved, for people often push again at once, and slower with
// every quiet poll. A `rhythm` is a class of some functions; the fleet keeps one for each source.
// Time is manual here; a program uses `clock::steady`. Prints:
//   quiet: 12 polls in an hour
//   the source moves
//   the hour after it: 37 polls, 12 of them in the first five minutes
#include <penstock/poll/fleet.hpp>
#include <penstock/testing/loop.hpp>

#include <algorithm>
#include <iostream>

using namespace penstock;
using namespace std::chrono_literals;

class lively
{
public:
    struct options
    {
        duration interval = 5min;  // the longest wait; `fleet::add` gives it for each source
        duration after_movement = 5s;
    };

    duration succeeded(poll::sighting s, options const& o, double)
    {
        quiet_ = s == poll::sighting::unchanged ? quiet_ + 1 : 0;
        return interval(o);
    }
    duration failed(duration retry_after, options const& o, double chance)
    {
        return std::max(retry_after, spread_delay(o.interval, chance));
    }
    duration interval(options const& o) const { return exponential_delay(o.after_movement, o.interval, quiet_ / 5); }

    void webhook_worked() {}
    void webhook_lost() {}
    bool covered() const { return false; }
    unsigned failures() const { return 0; }
private:
    unsigned quiet_ = 1000;
};
static_assert(poll::rhythm<lively>);

struct remote
{
    int polls = 0;
    bool moved = false;
};

struct ask
{
    remote* of;
    awaitable<result<poll::sighting>> operator()(poll::source_id) const
    {
        ++of->polls;
        co_return std::exchange(of->moved, false) ? poll::sighting::missed : poll::sighting::unchanged;
    }
};

int main()
{
    testing::loop loop;
    remote source;
    poll::fleet fleet(loop.env, loop.context.get_executor(), ask{&source}, poll::basic_fleet_options<lively>());
    fleet.add("apps/fleet", "forge.test", 5min);
    auto const run = loop.start(fleet.run());
    loop.advance(1h);
    std::cout << "quiet: " << std::exchange(source.polls, 0) << " polls in an hour\nthe source moves\n";
    source.moved = true;
    loop.advance(5min);
    int const at_first = source.polls;
    loop.advance(55min);
    std::cout << "the hour after it: " << source.polls << " polls, " << at_first
              << " of them in the first five minutes\n";
    fleet.stop();
    loop.settle();
    return run.get() && at_first >= 10 && source.polls < 60 ? 0 : 1;
}
