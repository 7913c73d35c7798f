#include <penstock/store/sqlite_store.hpp>

#include <penstock/testing/loop.hpp>

#include "folder.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

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

/// Moves a number from `writer`'s two keys to the next without end; writes each number that was acknowledged to the pipe.
awaitable<void> commit_for_ever(store::sqlite_store& s, int writer, int pipe)
{
    for (std::uint32_t n = static_cast<std::uint32_t>(writer) + 4;; n += 4) {
        auto const place = "t" + std::to_string(writer) + '/';
        store::transaction t(place);
        t.put(place + "left", std::to_string(n)).put(place + "right", std::to_string(n));
        t.erase(place + "n" + std::to_string(n - 4)).put(place + "n" + std::to_string(n), "the only one");
        auto const done = co_await s.commit(std::move(t));
        if (!done || ::write(pipe, &n, sizeof n) != sizeof n)
            _exit(3);
    }
}

using writer_of = awaitable<void> (*)(store::sqlite_store&, int, int);

[[noreturn]] void child(std::string const& path, int pipe, writer_of write)
{
    asio::io_context context{1};
    auto s = store::sqlite_store::open(path);
    if (!s)
        _exit(2);
    for (int writer = 0; writer < 4; ++writer)  // four at once, so that transactions are shared
        asio::co_spawn(context, unwinding(write(**s, writer, pipe)), [](std::exception_ptr) { _exit(4); });
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

/// What is wrong with the keys of one writer, whose commit of `acknowledged` was; empty if nothing is.
awaitable<std::string> torn(store::sqlite_store& s, std::uint32_t acknowledged)
{
    auto const place = "t" + std::to_string(acknowledged % 4) + '/';
    auto const all = co_await s.scan(place, "", 100);
    if (!all || all->size() != 3)
        co_return place + " has not three items";
    auto const left = (*all)[0].item.value;
    if (left != (*all)[2].item.value || (*all)[1].key != place + "n" + left)
        co_return place + " holds parts of two transactions";
    co_return std::stoul(left) < acknowledged ? place + " lost a transaction" : std::string();
}

/// Lets a process write to the file, and kills it after some writes. @return What it said was done.
std::vector<std::uint32_t> write_until_killed(std::string const& path, writer_of write, std::size_t kill_after)
{
    int ends[2];
    BOOST_REQUIRE(::pipe(ends) == 0);
    auto const pid = ::fork();
    BOOST_REQUIRE(pid >= 0);
    if (pid == 0) {
        ::close(ends[0]);
        child(path, ends[1], write);
    }
    ::close(ends[1]);
    std::vector<std::uint32_t> acknowledged;
    std::uint32_t n = 0;
    while (::read(ends[0], &n, sizeof n) == sizeof n) {
        acknowledged.push_back(n);
        if (acknowledged.size() == kill_after)
            ::kill(pid, SIGKILL);  // what it wrote before it died is read on
    }
    ::close(ends[0]);
    int status = 0;
    BOOST_REQUIRE(::waitpid(pid, &status, 0) == pid);
    BOOST_TEST(WIFSIGNALED(status));
    return acknowledged;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_crash)

BOOST_AUTO_TEST_CASE(keeps_every_acknowledged_put_when_it_is_killed)
{
    folder place;
    std::mt19937 random(std::random_device{}());
    std::set<std::uint32_t> acknowledged;
    for (int round = 0; round < 12; ++round) {
        auto const done = write_until_killed(place.file(), put_for_ever, 1 + random() % 400);
        acknowledged.insert(done.begin(), done.end());
        asio::io_context context{1};
        auto s = store::sqlite_store::open(place.file());
        BOOST_REQUIRE_MESSAGE(s.has_value(), "the store did not open after a kill");
        BOOST_TEST(testing::run_for_real(context, missing(**s, acknowledged)) == 0U);
    }
    BOOST_TEST_MESSAGE(acknowledged.size() << " puts were acknowledged over 12 kills");
}

BOOST_AUTO_TEST_CASE(keeps_a_transaction_whole_when_it_is_killed)
{
    folder place;
    std::mt19937 random(std::random_device{}());
    for (int round = 0; round < 12; ++round) {
        auto const done =
            write_until_killed(place.file("t" + std::to_string(round)), commit_for_ever, 4 + random() % 200);
        std::map<std::uint32_t, std::uint32_t> last;  // of each writer
        for (auto const n : done)
            last[n % 4] = n;
        asio::io_context context{1};
        auto s = store::sqlite_store::open(place.file("t" + std::to_string(round)));
        BOOST_REQUIRE_MESSAGE(s.has_value(), "the store did not open after a kill");
        for (auto const& [writer, n] : last)
            BOOST_TEST(testing::run_for_real(context, torn(**s, n)) == "");
    }
}

BOOST_AUTO_TEST_SUITE_END()
