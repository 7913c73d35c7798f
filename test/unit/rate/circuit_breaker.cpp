#include <penstock/rate/circuit_breaker.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>

using namespace penstock;
using namespace std::chrono_literals;
using rate::circuit;
using rate::circuit_breaker;

namespace {

constexpr time_point begin{1h};

/// Plays one call a second: '.' succeeds, 'x' fails, '-' is abandoned; '!' must be refused.
circuit_breaker play(circuit_breaker b, std::string const& calls, time_point from = begin)
{
    for (char const c : calls) {
        bool const let = b.admit(from);
        BOOST_REQUIRE_MESSAGE(let == (c != '!'), "call '" << c << "' of " << calls);
        if (c == '.')
            b.succeeded();
        else if (c == 'x')
            b.failed(from, 0.5);
        else if (c == '-')
            b.abandoned();
        from += 1s;
    }
    return b;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rate_circuit_breaker)

// After five in a row, or when half of the last twenty failed. It stays open for 5.5 s here.
BOOST_AUTO_TEST_CASE(opens_when_a_peer_is_down_and_not_for_single_failures)
{
    constexpr std::pair<char const*, circuit> table[] = {
        {"", circuit::closed},
        {"xxxx", circuit::closed},
        {"xxxx.xxxx.", circuit::closed},
        {"xxxxx!", circuit::open},
        {"-xxxx-x!", circuit::open},
        {"x.x.x.x.x.x.x.x.x.", circuit::closed},
        {"x.x.x.x.x.x.x.x.x.x.", circuit::closed},
        {"x.x.x.x.x.x.x.x.x.x.x!", circuit::open},
        {"xx..xx..xx..xx..xx...", circuit::closed},
        {"x..x..x..x..x..x..x..x..x..", circuit::closed},
    };
    for (auto const& [calls, expected] : table)
        BOOST_TEST((play(circuit_breaker(), calls).state() == expected), calls);
}

BOOST_AUTO_TEST_CASE(lets_one_probe_through_when_its_wait_is_over_and_closes_on_success)
{
    auto b = play(circuit_breaker(), "xxxxx");
    auto const at = b.retry_at();
    BOOST_TEST((at == begin + 4s + 5500ms));  // between 1 and 10 s
    BOOST_TEST(!b.admit(at - 1ns));
    BOOST_TEST(b.admit(at));
    BOOST_TEST((b.state() == circuit::half_open));
    BOOST_TEST(!b.admit(at));  // one probe at a time
    b.abandoned();             // it told nothing: the next one is the probe
    BOOST_TEST(b.admit(at));
    b.succeeded();
    BOOST_TEST((b.state() == circuit::closed));
    BOOST_TEST((b.admit(at) && b.admit(at)));
}

BOOST_AUTO_TEST_CASE(waits_twice_as_long_each_time_a_probe_fails_up_to_a_limit)
{
    auto b = play(circuit_breaker(), "xxxxx");
    for (auto const wait : {10500ms, 20500ms, 40500ms, 80500ms, 150500ms, 150500ms}) {
        auto const at = b.retry_at();
        b = play(b, "x!", at);
        BOOST_TEST((b.retry_at() == at + wait));
    }
    b = play(b, "....xxxxx!", b.retry_at());  // a success forgets
    auto const opened = b.retry_at();
    BOOST_TEST(b.admit(opened));
    b.failed(opened, 0.999);
    BOOST_TEST((b.retry_at() > opened + 19s && b.retry_at() < opened + 20s));
}

BOOST_AUTO_TEST_CASE(spreads_its_tries_over_the_whole_wait_but_never_tries_at_once)
{
    for (auto const& [chance, wait] : {std::pair{0.0, 1s}, std::pair{1.0 / 3, 4s}, std::pair{1.0, 10s}}) {
        circuit_breaker b({.failures = 1});
        BOOST_TEST(b.admit(begin));
        b.failed(begin, chance);
        BOOST_TEST((b.retry_at() == begin + wait), chance);
    }
    circuit_breaker quick({.failures = 1, .open = 100ms, .shortest = 1s});  // no longer than the longest wait
    BOOST_TEST(quick.admit(begin));
    quick.failed(begin, 0);
    BOOST_TEST((quick.retry_at() == begin + 100ms));
}

BOOST_AUTO_TEST_CASE(does_not_count_what_was_under_way_when_it_opened)
{
    circuit_breaker b({.failures = 2});
    for (int n = 0; n < 4; ++n)
        BOOST_TEST(b.admit(begin));
    b.failed(begin, 0);
    b.failed(begin, 0);
    auto const at = b.retry_at();
    b.failed(begin + 3s, 0.5);
    b.succeeded();
    BOOST_TEST((b.state() == circuit::open));
    BOOST_TEST((b.retry_at() == at));
}

BOOST_AUTO_TEST_CASE(closes_only_after_as_many_successes_as_asked_for)
{
    auto b = play(circuit_breaker({.failures = 1, .probes = 2, .successes = 3}), "x!");
    auto const at = b.retry_at();
    BOOST_TEST((b.admit(at) && b.admit(at) && !b.admit(at)));
    b.succeeded();
    b.succeeded();
    BOOST_TEST((b.state() == circuit::half_open));
    BOOST_TEST((play(b, ".", at).state() == circuit::closed));
    BOOST_TEST((play(b, "x!", at).state() == circuit::open));
}

BOOST_AUTO_TEST_SUITE_END()
