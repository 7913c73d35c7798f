#include <penstock/sync/inbox.hpp>

#include <penstock/store/memory_store.hpp>
#include <penstock/testing/loop.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

/// A store whose reads of many, or erasures, fail when it is told so.
struct failing_store
{
    awaitable<result<std::optional<store::item>>> get(std::string_view key) { return inner.get(key); }
    awaitable<result<std::uint64_t>> put(std::string_view key, std::string_view value, store::precondition when,
                                         std::optional<wall_time> expires)
    {
        return inner.put(key, value, when, expires);
    }
    awaitable<result<void>> erase(std::string_view key, store::precondition when)
    {
        if (erase_throws)
            throw std::runtime_error("a bug");
        if (erase_fails)
            co_return failure(errc::unavailable, "busy");
        co_return co_await inner.erase(key, when);
    }
    awaitable<result<std::vector<store::entry>>> scan(std::string_view prefix, std::string_view after,
                                                      std::size_t limit)
    {
        if (++scans == fails_at)
            co_return failure(errc::store_failed, "no room");
        co_return co_await inner.scan(prefix, after, limit);
    }

    store::memory_store inner;
    int scans = 0;
    int fails_at = 0;
    bool erase_fails = false;
    bool erase_throws = false;
};
static_assert(store::item_store<failing_store>);

struct fixture : testing::loop
{
    result<void> keep(sync::inbox<failing_store>& box, sync::wish& w) { return run(box.keep(w, keys)); }

    failing_store disk;
    std::vector<std::string> const keys{"GitRepository/a/b", "GitRepository/a/c"};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sync_inbox, fixture)

BOOST_AUTO_TEST_CASE(a_recovery_that_failed_halfway_finds_everything_the_next_time)
{
    sync::inbox<failing_store> before(disk);
    sync::wish first;
    sync::wish second;
    BOOST_REQUIRE(keep(before, first));
    BOOST_REQUIRE(keep(before, second));

    sync::inbox<failing_store> after(disk);
    disk.fails_at = disk.scans + 2;  // the scan behind the page that held both
    BOOST_TEST(!run(after.recover()));
    BOOST_TEST(after.size() == 0U);
    auto const found = run(after.recover());
    BOOST_REQUIRE(found.has_value());
    BOOST_TEST(found->records.size() == 2U);
    BOOST_TEST(after.size() == 2U);
    for (auto const& record : found->records)
        for (auto const& key : keys)
            BOOST_TEST(run(after.release(record.name, key)).has_value());
    BOOST_TEST(run(disk.inner.scan("", "", 10))->empty());
}

BOOST_AUTO_TEST_CASE(what_was_kept_by_this_process_is_not_recovered)
{
    sync::inbox<failing_store> before(disk);
    sync::wish old;
    BOOST_REQUIRE(keep(before, old));
    sync::inbox<failing_store> after(disk);
    sync::wish fresh;
    fresh.received = wall_time(1h);
    BOOST_REQUIRE(keep(after, fresh));
    auto const found = run(after.recover());
    BOOST_REQUIRE(found.has_value());
    BOOST_REQUIRE(found->records.size() == 1U);
    BOOST_TEST(found->records.front().name == old.record);
    BOOST_TEST(after.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_delivery_whose_id_is_no_utf8_is_recovered)
{
    sync::inbox<failing_store> before(disk);
    sync::wish odd;
    odd.delivery = "d-\xff\xc3";  // what a header may hold
    odd.id = std::string(40, 'a');
    BOOST_REQUIRE(keep(before, odd));
    sync::inbox<failing_store> after(disk);
    auto const found = run(after.recover());
    BOOST_REQUIRE(found.has_value());
    BOOST_TEST(found->lost == 0U);
    BOOST_REQUIRE(found->records.size() == 1U);
    BOOST_TEST(found->records.front().wish.id == odd.id);
    BOOST_TEST(found->records.front().wish.delivery == "d-\xef\xbf\xbd\xef\xbf\xbd");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_erased_takes_no_place_and_is_erased_later)
{
    sync::inbox<failing_store> box(disk);
    auto const ended = [&] {
        sync::wish w;
        BOOST_REQUIRE(keep(box, w));
        BOOST_REQUIRE(run(box.release(w.record, keys[0])).has_value());
        return run(box.release(w.record, keys[1]));
    };
    disk.erase_fails = true;
    for (int i = 0; i < 5; ++i)
        BOOST_TEST((ended().error().code == errc::unavailable));
    BOOST_TEST(box.size() == 0U);
    BOOST_TEST(box.condemned() == 5U);
    BOOST_TEST(disk.inner.size() == 5U);
    auto const found = run(box.recover());
    BOOST_REQUIRE(found.has_value());
    BOOST_TEST(found->records.empty());  // they have come true
    disk.erase_fails = false;
    BOOST_TEST(ended().has_value());
    BOOST_TEST(box.condemned() == 0U);
    BOOST_TEST(disk.inner.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_release_that_failed_may_be_asked_for_again)
{
    sync::inbox<failing_store> box(disk);
    sync::wish w;
    BOOST_REQUIRE(run(box.keep(w, keys)).has_value());
    BOOST_REQUIRE(run(box.release(w.record, keys[0])).has_value());
    disk.erase_fails = true;
    BOOST_TEST(!run(box.release(w.record, keys[1])).has_value());
    BOOST_TEST(!run(box.release(w.record, keys[1])).has_value());
    BOOST_TEST(box.condemned() == 1U);
    disk.erase_fails = false;
    BOOST_TEST(run(box.release(w.record, keys[1])).has_value());
    BOOST_TEST(box.condemned() == 0U);
    BOOST_TEST(disk.inner.size() == 0U);
}

BOOST_AUTO_TEST_CASE(an_erasure_that_throws_takes_no_place_either)
{
    sync::inbox<failing_store> box(disk);
    sync::wish w;
    std::vector<std::string> const one{keys[0]};
    BOOST_REQUIRE(run(box.keep(w, one)).has_value());
    disk.erase_throws = true;
    BOOST_CHECK_THROW(run(box.release(w.record, one[0])), std::runtime_error);
    BOOST_TEST(box.size() == 0U);
    BOOST_TEST(box.condemned() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
