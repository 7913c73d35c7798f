#include <penstock/poll/rhythm.hpp>

#include <penstock/poll/cadence.hpp>
#include <penstock/poll/fleet.hpp>
#include <penstock/testing/loop.hpp>

#include <boost/test/unit_test.hpp>

#include <map>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;
using poll::sighting;

namespace {

/// Polls fast what moved just now, and every quiet poll makes the next one later.
class lively
{
public:
    struct options
    {
        duration interval = 1min;
        duration after_movement = 1s;
    };

    duration succeeded(sighting s, options const& o, double) noexcept
    {
        wait_ = s == sighting::unchanged ? std::min(o.interval, wait_ * 2) : o.after_movement;
        failures_ = 0;
        return wait_;
    }
    duration failed(duration retry_after, options const& o, double) noexcept
    {
        ++failures_;
        return std::max(retry_after, o.after_movement);
    }
    void webhook_worked() noexcept {}
    void webhook_lost() noexcept {}
    duration interval(options const&) const noexcept { return wait_; }
    static bool covered() noexcept { return false; }
    unsigned failures() const noexcept { return failures_; }
private:
    duration wait_ = 1min;
    unsigned failures_ = 0;
};

/// Gives what it likes for an interval.
struct without_options
{
    static duration succeeded(sighting, int, double) { return 1s; }
};

struct remote
{
    testing::manual_clock clock;
    std::vector<duration> polled;
    std::vector<result<sighting>> answers;

    awaitable<result<sighting>> poll()
    {
        polled.push_back(clock.now().time_since_epoch());
        if (answers.empty())
            co_return sighting::unchanged;
        auto answer = answers.front();
        answers.erase(answers.begin());
        co_return answer;
    }
};

struct ask
{
    remote* to;
    awaitable<result<sighting>> operator()(poll::source_id) const { return to->poll(); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(poll_rhythm, testing::loop)

BOOST_AUTO_TEST_CASE(is_a_role_that_the_cadence_and_others_play)
{
    static_assert(poll::rhythm<poll::cadence>);
    static_assert(poll::rhythm<lively>);
    static_assert(!poll::rhythm<without_options>);
    static_assert(!poll::rhythm<int>);
    BOOST_TEST(sizeof(poll::member<poll::cadence>) == 24U);  // what the default costs a source, as before
}

BOOST_AUTO_TEST_CASE(decides_when_a_source_of_a_fleet_is_due_next)
{
    remote peer{clock, {}, {}};
    peer.answers = {sighting::missed, sighting::unchanged, sighting::unchanged, failure(errc::malformed),
                    sighting::unchanged};
    poll::basic_fleet_options<lively> o;
    o.cadence.after_movement = 2s;
    poll::fleet fleet(env, context.get_executor(), ask{&peer}, o);
    auto const id = fleet.add("a", "forge", 10s);
    auto running = start(fleet.run());
    fleet.poll_now(id);
    settle();
    BOOST_REQUIRE(peer.polled.size() == 1U);
    for (auto const wait : {2s, 4s, 8s, 2s, 10s, 10s}) {  // moved, quiet, quiet, failed, quiet (at most 10 s), quiet
        auto const before = peer.polled.size();
        advance(wait - 1ms);
        BOOST_TEST(peer.polled.size() == before);
        advance(1ms);
        BOOST_REQUIRE(peer.polled.size() == before + 1);
    }
    auto faster = o.cadence;
    faster.interval = 10s;
    peer.answers = {sighting::announced};
    faster.after_movement = 1s;
    fleet.set_cadence(faster);
    advance(10s);
    auto const before = peer.polled.size();
    advance(1s);
    BOOST_TEST(peer.polled.size() == before + 1);
    fleet.stop();
    BOOST_TEST(running.get().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
