#include <penstock/store/sqlite_store.hpp>

#include <penstock/testing/loop.hpp>

#include "contract/store/folder.hpp"

#include <boost/test/unit_test.hpp>

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

struct fixture
{
    folder place;
    asio::io_context context{1};

    std::unique_ptr<store::sqlite_store> open()
    {
        auto s = store::sqlite_store::open(place.file());
        BOOST_REQUIRE_MESSAGE(s.has_value(), (s ? "" : s.error().message()));
        return *std::move(s);
    }

    template <class T>
    T run(awaitable<T> work)
    {
        return testing::run_for_real(context, std::move(work));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(store_sqlite_store, fixture)

BOOST_AUTO_TEST_CASE(keeps_items_and_versions_over_a_restart)
{
    std::uint64_t before = 0;
    {
        auto s = open();
        run(s->put("gone", "x")).value();
        before = run(s->put("k", "value")).value();
        before = run(s->put("gone", "y")).value();
        BOOST_TEST(run(s->erase("gone")).has_value());
    }
    auto s = open();
    BOOST_TEST(run(s->get("k")).value()->value == "value");
    BOOST_TEST(!run(s->get("gone")).value().has_value());
    BOOST_TEST(run(s->put("k", "new")).value() > before);
}

BOOST_AUTO_TEST_CASE(shares_one_transaction_among_writes_that_come_together)
{
    auto s = open();
    int done = 0;
    for (int n = 0; n < 500; ++n)
        asio::co_spawn(context, unwinding(s->put("k" + std::to_string(n), "v")),
                       [&](std::exception_ptr e, result<std::uint64_t> const& r) { done += !e && r ? 1 : 0; });
    context.run();
    BOOST_TEST(done == 500);
    BOOST_TEST(s->commits() < 100U);
    BOOST_TEST(run(s->scan("k", "", 1000)).value().size() == 500U);
}

BOOST_AUTO_TEST_CASE(lets_only_the_write_fail_whose_precondition_does)
{
    auto s = open();
    std::vector<bool> done;
    for (int n = 0; n < 10; ++n)
        asio::co_spawn(context, unwinding(s->put("one", std::to_string(n), store::precondition::absent())),
                       [&](std::exception_ptr, result<std::uint64_t> const& r) { done.push_back(r.has_value()); });
    context.run();
    BOOST_TEST(std::count(done.begin(), done.end(), true) == 1);
    BOOST_TEST(run(s->get("one")).value()->value == "0");
}

BOOST_AUTO_TEST_CASE(lets_a_waiter_leave)
{
    auto s = open();
    asio::cancellation_signal signal;
    error_code seen;
    asio::co_spawn(context, unwinding(s->put("k", "v")),
                   asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr, result<std::uint64_t> const& r) {
                       seen = r ? error_code() : r.error().code;
                   }));
    context.poll_one();
    signal.emit(asio::cancellation_type::terminal);
    context.run();
    BOOST_TEST((!seen || seen == asio::error::operation_aborted));
    s.reset();
    auto again = open();  // nothing is broken by it
    BOOST_TEST(run(again->put("k", "w")).has_value());
}

BOOST_AUTO_TEST_CASE(refuses_more_than_may_stand_in_line)
{
    store::sqlite_store_options o;
    o.max_pending = 1;
    auto s = store::sqlite_store::open(place.file(), o).value();
    std::size_t refused = 0;
    for (int n = 0; n < 2000; ++n)
        asio::co_spawn(context, unwinding(s->put("k", "v")), [&](std::exception_ptr, result<std::uint64_t> const& r) {
            refused += !r && r.error().code == errc::unavailable ? 1U : 0U;
        });
    context.run();
    BOOST_TEST(refused > 0U);
}

BOOST_AUTO_TEST_CASE(is_readable_for_its_owner_only)
{
    auto s = open();
    struct stat st{};
    BOOST_REQUIRE(::stat(place.file().c_str(), &st) == 0);
    BOOST_TEST((st.st_mode & 0777U) == 0600U);
}

BOOST_AUTO_TEST_CASE(says_which_folder_is_missing_and_what_to_do)
{
    auto const s = store::sqlite_store::open(place.file("none/store.db"));
    BOOST_REQUIRE(!s.has_value());
    BOOST_TEST((s.error().code == errc::store_failed));
    BOOST_TEST(s.error().detail.find(place.file("none/store.db")) != std::string::npos);
    BOOST_TEST(s.error().detail.find("its folder must exist") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(refuses_a_file_that_another_process_uses)
{
    int ready[2], end[2];
    BOOST_REQUIRE(::pipe(ready) == 0 && ::pipe(end) == 0);
    auto const pid = ::fork();
    if (pid == 0) {
        auto s = store::sqlite_store::open(place.file());
        char c = s ? 'y' : 'n';
        if (::write(ready[1], &c, 1) != 1 || ::read(end[0], &c, 1) != 1)
            _exit(1);
        _exit(0);
    }
    char c = 'n';
    BOOST_REQUIRE(::read(ready[0], &c, 1) == 1);
    BOOST_TEST(c == 'y');
    store::sqlite_store_options o;
    o.busy_timeout = 10ms;
    auto const s = store::sqlite_store::open(place.file(), o);
    BOOST_REQUIRE(!s.has_value());
    BOOST_TEST((s.error().code == errc::unavailable));
    BOOST_TEST(s.error().detail.find("another process uses this file") != std::string::npos);
    BOOST_TEST(::write(end[1], &c, 1) == 1);
    ::waitpid(pid, nullptr, 0);
    for (int const fd : {ready[0], ready[1], end[0], end[1]})
        ::close(fd);
    BOOST_TEST((store::sqlite_store::open(place.file()).has_value()));
}

BOOST_AUTO_TEST_CASE(refuses_to_be_opened_twice_in_one_process)
{
    auto first = open();
    store::sqlite_store_options o;
    o.busy_timeout = 10ms;
    BOOST_TEST((store::sqlite_store::open(place.file(), o).error().code == errc::unavailable));
}

BOOST_AUTO_TEST_CASE(says_that_a_file_is_damaged)
{
    {
        auto s = open();
        for (int n = 0; n < 50; ++n)
            run(s->put("k" + std::to_string(n), std::string(1000, 'v'))).value();
    }
    {
        std::fstream f(place.file(), std::ios::in | std::ios::out | std::ios::binary);
        f.seekp(4096);
        std::string const garbage(12'000, '\x5a');
        f.write(garbage.data(), static_cast<std::streamsize>(garbage.size()));
    }
    auto const s = store::sqlite_store::open(place.file());
    BOOST_REQUIRE(!s.has_value());
    BOOST_TEST((s.error().code == errc::store_failed));
    BOOST_TEST(s.error().detail.find("move it away") != std::string::npos);
    std::ofstream(place.file("text")) << std::string(5000, 'x');
    BOOST_TEST((store::sqlite_store::open(place.file("text")).error().code == errc::store_failed));
}

BOOST_AUTO_TEST_CASE(gives_a_failure_when_damage_shows_later)
{
    {
        auto s = open();
        for (int n = 0; n < 200; ++n)
            run(s->put("k" + std::to_string(n), std::string(1000, 'v'))).value();
    }
    auto const size = std::filesystem::file_size(place.file());
    {
        std::fstream f(place.file(), std::ios::in | std::ios::out | std::ios::binary);
        for (std::uintmax_t page = 8; page * 4096 < size; ++page) {
            f.seekp(static_cast<std::streamoff>(page * 4096));
            f.write("\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f", 8);
        }
    }
    store::sqlite_store_options o;
    o.check = false;
    auto s = store::sqlite_store::open(place.file(), o).value();
    auto const all = run(s->scan("", "", 1000));
    BOOST_REQUIRE(!all.has_value());
    BOOST_TEST((all.error().code == errc::store_failed));
}

BOOST_AUTO_TEST_CASE(removes_what_has_expired)
{
    wall_time now{1000s};
    store::sqlite_store_options o;
    o.now = [&] { return now; };
    {
        auto s = store::sqlite_store::open(place.file(), o).value();
        for (int n = 0; n < 64; ++n)
            run(s->put("k" + std::to_string(n), std::string(10'000, 'v'), store::precondition::any(), now + 1s))
                .value();
        now += 1h;
        run(s->put("other", "v")).value();
    }
    o.now = [] { return wall_time(0s); };  // before everything expired
    auto s = store::sqlite_store::open(place.file(), o).value();
    BOOST_TEST(run(s->scan("", "", 1000)).value().size() == 1U);
}

BOOST_AUTO_TEST_CASE(refuses_a_file_of_a_newer_version)
{
    open();
    {
        std::fstream f(place.file(), std::ios::in | std::ios::out | std::ios::binary);
        f.seekp(60);  // user_version in the header of the file, big-endian
        f.write("\0\0\0\x63", 4);
    }
    auto const s = store::sqlite_store::open(place.file());
    BOOST_REQUIRE(!s.has_value());
    BOOST_TEST((s.error().code == errc::unsupported));
    BOOST_TEST(s.error().detail.find("form 99, this one knows 1") != std::string::npos);
    BOOST_TEST(s.error().detail.find(place.file()) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_transaction_that_conflicts_does_not_take_others_of_its_flush_along)
{
    auto s = open();
    run(s->put("t/a", "0")).value();
    int done = 0;
    int refused = 0;
    auto const count = [&](std::exception_ptr e, result<std::uint64_t> const& r) {
        done += !e && r ? 1 : 0;
        refused += !r && r.error().code == errc::conflict ? 1 : 0;
    };
    for (int n = 0; n < 50; ++n) {
        store::transaction t("t/");
        t.put("t/" + std::to_string(n), "x").put("t/once", "x", store::precondition::absent());
        asio::co_spawn(context, unwinding(s->commit(std::move(t))), count);
        asio::co_spawn(context, unwinding(s->put("p" + std::to_string(n), "x")), count);
    }
    context.restart();
    context.run();
    BOOST_TEST(done == 51);
    BOOST_TEST(refused == 49);
    BOOST_TEST(s->commits() < 50U);  // they shared flushes
    BOOST_TEST(run(s->scan("t/", "", 100)).value().size() == 3U);
    BOOST_TEST(run(s->scan("p", "", 100)).value().size() == 50U);
}

BOOST_AUTO_TEST_CASE(undoes_a_transaction_whose_write_fails_half_way)
{
    {
        auto s = open();
        for (int n = 0; n < 20; ++n)
            run(s->put("k" + std::to_string(n), "old")).value();
    }
    {
        // SQLite refuses one write of the transaction, after others of it have been done.
        auto raw = std::unique_ptr<sqlite3, int (*)(sqlite3*)>(nullptr, sqlite3_close);
        sqlite3* db = nullptr;
        BOOST_REQUIRE(sqlite3_open(place.file().c_str(), &db) == SQLITE_OK);
        raw.reset(db);
        BOOST_REQUIRE(sqlite3_exec(db,
                                   "CREATE TRIGGER refuse BEFORE INSERT ON items WHEN new.key = CAST('k7' AS BLOB) "
                                   "BEGIN SELECT RAISE(FAIL, 'refused'); END",
                                   nullptr, nullptr, nullptr)
                      == SQLITE_OK);
    }
    auto s = open();
    store::transaction t("k");
    for (int n = 0; n < 20; ++n)
        t.put("k" + std::to_string(n), "new");
    BOOST_TEST((run(s->commit(std::move(t))).error().code == errc::store_failed));
    for (auto const& e : run(s->scan("k", "", 100)).value())
        BOOST_TEST(e.item.value == "old");
    BOOST_TEST(run(s->put("k1", "after")).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
