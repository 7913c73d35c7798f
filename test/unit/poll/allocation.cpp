#include <penstock/poll/fleet.hpp>

#include <penstock/testing/loop.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <cstdlib>
#include <malloc.h>
#include <new>
#include <string>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

std::int64_t live_bytes = 0;  // as malloc rounds them

struct idle
{
    awaitable<result<poll::sighting>> operator()(poll::source_id) const { co_return poll::sighting::unchanged; }
};

}  // namespace

void* operator new(std::size_t size)
{
    auto* const p = std::malloc(size == 0 ? 1 : size);
    if (p == nullptr)
        throw std::bad_alloc();
    live_bytes += static_cast<std::int64_t>(::malloc_usable_size(p));
    return p;
}

void operator delete(void* p) noexcept
{
    if (p != nullptr)
        live_bytes -= static_cast<std::int64_t>(::malloc_usable_size(p));
    std::free(p);
}

void operator delete(void* p, std::size_t) noexcept
{
    operator delete(p);
}

BOOST_FIXTURE_TEST_SUITE(poll_allocation, testing::loop)

BOOST_AUTO_TEST_CASE(a_source_among_100_000_takes_64_bytes_at_most_before_and_after_it_was_polled)
{
    constexpr std::int64_t sources = 100'000;
    poll::fleet<decltype(env), idle> fleet(env, context.get_executor(), idle());
    auto const before = live_bytes;
    for (std::int64_t n = 0; n < sources; ++n)
        fleet.add("source " + std::to_string(n), "forge " + std::to_string(n % 20), 1h);
    BOOST_TEST(live_bytes - before <= sources * 64);
    BOOST_TEST(live_bytes - before > sources * 40);  // it is counted
    auto running = start(fleet.run());
    for (int n = 0; n < 20; ++n)
        fleet.poll_now(static_cast<poll::source_id>(n));
    advance(1s);
    fleet.stop();
    BOOST_TEST(running.get().has_value());
    BOOST_TEST(live_bytes - before <= sources * 64);
}

BOOST_AUTO_TEST_SUITE_END()
