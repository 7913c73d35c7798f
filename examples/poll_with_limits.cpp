// Polls a source no faster than a token bucket admits: three calls at once, then one every ten seconds.
//
// Time is manual here, so half a minute takes no time; a program uses `clock::steady` in place of it. Prints when
// each poll ran and what it saw:
//   0 s: moved     0 s: none     0 s: none     10 s: moved     20 s: none
#include <penstock/poll/poller.hpp>
#include <penstock/rate/token_bucket.hpp>
#include <penstock/testing/loop.hpp>

#include <iostream>
#include <string>

using namespace penstock;
using namespace std::chrono_literals;

/// Something remote: its head moves before the fourth time that it is asked.
class branch
{
public:
    awaitable<result<std::string>> fetch()
    {
        ++asked_;
        co_return std::string(asked_ < 4 ? "main@1f2d" : "main@9c4e");
    }
private:
    int asked_ = 0;
};

template <class Poller>
awaitable<result<int>> poll_five_times(Poller& poller, testing::manual_clock& clock)
{
    auto const start = clock.now();
    int moved = 0;
    for (int i = 0; i < 5; ++i) {
        auto const seen = co_await poller.poll_once();
        if (!seen)
            co_return seen.error();
        bool const news = *seen == poll::change::moved;
        moved += news ? 1 : 0;
        std::cout << std::chrono::floor<std::chrono::seconds>(clock.now() - start).count()
                  << (news ? " s: moved     " : " s: none     ");
    }
    std::cout << '\n';
    co_return moved;
}

int main()
{
    testing::loop loop;
    branch main_branch;
    rate::token_bucket const limit({.burst = 3, .period = 10s});
    poll::poller poller(loop.env, main_branch, limit);
    auto const polls = loop.start(poll_five_times(poller, loop.clock));
    loop.advance(30s);
    return polls.get().value() == 2 ? 0 : 1;
}
