#include <penstock/store/sqlite_store.hpp>

#include <penstock/testing/loop.hpp>

#include "folder.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <random>
#include <set>
#include <variant>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

/// Puts without end; writes the number of each put that was acknowledged to the pipe.
awaitable<void> put_for_ever(store::sqlite_store& s, int writer, int pipe)
{
    for (std::uint32_t n = static_cast<std::uint32_t>(writer);; n += 4) {
        auto const done = co_await s.put("k" + std::to_string(n), "value of " + std::to_string(n));
        if (!done || ::write(pipe, &n, sizeof n) != sizeof n)
            _exit(3);
    }
}

[[noreturn]] void child(std::string const& path, int pipe)
{
    asio::io_context context{1};
    auto s = store::sqlite_store::open(path);
    if (!s)
        _exit(2);
    for (int writer = 0; writer < 4; ++writer)  // four at once, so that transactions are shared
        asio::co_spawn(context, unwinding(put_for_ever(**s, writer, pipe)), [](std::exception_ptr) { _exit(4); });
    context.run();
    _exit(5);
}

awaitable<std::size_t> missing(store::sqlite_store& s, std::set<std::uint32_t> const& acknowledged)
{
    std::size_t lost = 0;
    for (auto const n : acknowledged) {
        auto const got = co_await s.get("k" + std::to_string(n));
        if (!got || !*got || (*got)->value != "value of " + std::to_string(n))
            ++lost;
    }
    co_return lost;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_crash)

BOOST_AUTO_TEST_CASE(keeps_every_acknowledged_put_when_it_is_killed)
{
    folder place;
    std::mt19937 random(std::random_device{}());
    std::set<std::uint32_t> acknowledged;
    for (int round = 0; round < 12; ++round) {
        int ends[2];
        BOOST_REQUIRE(::pipe(ends) == 0);
        auto const pid = ::fork();
        BOOST_REQUIRE(pid >= 0);
        if (pid == 0) {
            ::close(ends[0]);
            child(place.file(), ends[1]);
        }
        ::close(ends[1]);
        auto const kill_after = 1 + random() % 400;  // acknowledged puts
        std::uint32_t n = 0;
        std::size_t seen = 0;
        while (::read(ends[0], &n, sizeof n) == sizeof n) {
            acknowledged.insert(n);
            if (++seen == kill_after)
                ::kill(pid, SIGKILL);  // what it wrote before it died is read on
        }
        ::close(ends[0]);
        int status = 0;
        BOOST_REQUIRE(::waitpid(pid, &status, 0) == pid);
        BOOST_TEST(WIFSIGNALED(status));
        asio::io_context context{1};
        auto s = store::sqlite_store::open(place.file());
        BOOST_REQUIRE_MESSAGE(s.has_value(), "the store did not open after a kill");
        BOOST_TEST(testing::run_for_real(context, missing(**s, acknowledged)) == 0U);
    }
    BOOST_TEST_MESSAGE(acknowledged.size() << " puts were acknowledged over 12 kills");
}

BOOST_AUTO_TEST_SUITE_END()
