#ifndef PENSTOCK_TESTING_CONTRACT_ITEM_STORE_HPP
#define PENSTOCK_TESTING_CONTRACT_ITEM_STORE_HPP
#include <penstock/store/item_store.hpp>

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::testing::contract {

/** What every model of `store::item_store` must do. For a store of your own: make it empty with a wall clock that
    you move, and run every case of `cases` on it; one that fails throws `std::runtime_error` naming what it saw. */
template <store::item_store Store>
class item_store
{
public:
    /// @param now The wall time that the store reads; the suite moves it.
    item_store(Store& s, wall_time& now) : store_(s), now_(now) {}

    using run_case = awaitable<void> (item_store::*)();
    struct named_case
    {
        char const* name;
        run_case run;
    };

    static std::vector<named_case> cases()
    {
        return {{"gives back what was put", &item_store::gives_back},
                {"keeps any bytes", &item_store::any_bytes},
                {"versions only grow", &item_store::versions_grow},
                {"checks preconditions", &item_store::preconditions},
                {"erases", &item_store::erases},
                {"scans a prefix in order", &item_store::scans},
                {"scans page by page", &item_store::pages},
                {"forgets what has expired", &item_store::expires},
                {"refuses keys and values out of bounds", &item_store::bounds}};
    }
protected:
    static void check(bool holds, std::string_view what)
    {
        if (!holds)
            throw std::runtime_error("the store does not hold its contract: " + std::string(what));
    }

    awaitable<std::uint64_t> put(std::string key, std::string value,
                                 store::precondition when = store::precondition::any(),
                                 std::optional<wall_time> expires = std::nullopt)
    {
        auto done = co_await store_.put(key, std::move(value), when, expires);
        check(done.has_value(), "put " + key);
        co_return *done;
    }

    awaitable<std::string> value(std::string key)
    {
        auto got = co_await store_.get(key);
        check(got.has_value(), "get " + key);
        co_return *got ? (*got)->value : "(absent)";
    }

    awaitable<std::string> keys(std::string prefix, std::string after, std::size_t limit)
    {
        auto got = co_await store_.scan(prefix, after, limit);
        check(got.has_value(), "scan " + prefix);
        std::string all;
        for (auto const& e : *got)
            all += e.key + ";";
        co_return all;
    }

    Store& store_;
    wall_time& now_;
private:
    awaitable<void> gives_back()
    {
        auto const none = co_await value("k");
        check(none == "(absent)", "an item that was never put is there");
        auto const version = co_await put("k", "one");
        auto got = co_await store_.get("k");
        check(got && *got && (*got)->value == "one" && (*got)->version == version && !(*got)->expires, "get after put");
        co_await put("k", "two");
        auto const second = co_await value("k");
        check(second == "two", "the second put");
    }

    awaitable<void> any_bytes()
    {
        std::string key("a\0b\xff%_'", 7);
        std::string bytes("\0\x01\xfe'\"", 5);
        co_await put(key, bytes);
        co_await put("empty", "");
        auto const got = co_await value(key);
        auto const empty = co_await value("empty");
        auto const prefix = co_await value("a");
        check(got == bytes && empty.empty() && prefix == "(absent)", "bytes of keys or values were changed");
    }

    awaitable<void> versions_grow()
    {
        auto const a = co_await put("a", "1");
        auto const b = co_await put("b", "1");
        auto const gone = co_await store_.erase("b");
        check(gone.has_value(), "erase");
        auto const again = co_await put("b", "1");
        auto const more = co_await put("a", "1");
        check(0 < a && a < b && b < again && again < more, "a version did not grow");
    }

    awaitable<void> preconditions()
    {
        using store::precondition;
        auto r = co_await store_.put("k", "x", precondition::version(1), std::nullopt);
        check(!r && r.error().code == condition::conflict, "a version of an absent key");
        auto const first = co_await put("k", "1", precondition::absent());
        r = co_await store_.put("k", "x", precondition::absent(), std::nullopt);
        check(!r && r.error().code == condition::conflict, "absent, though present");
        auto const second = co_await put("k", "2", precondition::version(first));
        r = co_await store_.put("k", "x", precondition::version(first), std::nullopt);
        check(!r && r.error().code == condition::conflict, "an old version");
        auto const unchanged = co_await value("k");
        check(unchanged == "2", "a refused put changed the value");
        auto e = co_await store_.erase("k", precondition::version(first));
        check(!e && e.error().code == condition::conflict, "erase of an old version");
        e = co_await store_.erase("k", precondition::version(second));
        check(e.has_value(), "erase of the present version");
        e = co_await store_.erase("k", precondition::version(second));
        check(!e && e.error().code == condition::conflict, "erase of a version that is gone");
    }

    awaitable<void> erases()
    {
        auto absent = co_await store_.erase("k", store::precondition::any());
        check(absent.has_value(), "erase of an absent key");
        co_await put("k", "1");
        auto present = co_await store_.erase("k", store::precondition::any());
        auto const got = co_await value("k");
        check(present.has_value() && got == "(absent)", "erase");
    }

    awaitable<void> scans()
    {
        for (auto const* key : {"b/2", "a", "b/10", "b", "b/1", "c", "b\xff", "b/\xff\xff"})
            co_await put(key, key);
        auto const under = co_await keys("b/", "", 100);
        auto const all = co_await keys("", "", 100);
        auto const after = co_await keys("b/", "b/10", 100);
        auto const before = co_await keys("b/", "a", 100);
        auto const beyond = co_await keys("b/", "c", 100);
        check(under == "b/1;b/10;b/2;b/\xff\xff;", "a prefix: " + under);
        check(all == "a;b;b/1;b/10;b/2;b/\xff\xff;b\xff;c;", "everything: " + all);
        check(after == "b/2;b/\xff\xff;" && before == under && beyond.empty(), "after a key");
    }

    awaitable<void> pages()
    {
        for (int n = 0; n < 25; ++n) {
            auto name = std::to_string(100 + n);
            co_await put(std::move(name), "x");
        }
        std::string after;
        std::size_t seen = 0;
        for (;;) {
            auto page = co_await store_.scan("1", after, 10);
            check(page && page->size() <= 10, "a page");
            if (page->empty())
                break;
            seen += page->size();
            after = page->back().key;
        }
        check(seen == 25, "pages lost or repeated entries");
        auto const none = co_await keys("1", "", 0);
        check(none.empty(), "a limit of zero");
    }

    awaitable<void> expires()
    {
        using std::chrono::seconds;
        co_await put("a", "short", store::precondition::any(), now_ + seconds(10));
        co_await put("b", "long");
        now_ += seconds(9);
        auto const still = co_await value("a");
        check(still == "short", "it expired too early");
        now_ += seconds(1);
        auto const gone = co_await value("a");
        auto const left = co_await keys("", "", 10);
        check(gone == "(absent)" && left == "b;", "it did not expire");
        co_await put("a", "new", store::precondition::absent());
        now_ += seconds(1000);
        auto const kept = co_await value("a");
        check(kept == "new", "an old time to live outlived its item");
    }

    awaitable<void> bounds()
    {
        std::string const long_key(store::max_key_size + 1, 'k');
        auto r = co_await store_.put("", "x", store::precondition::any(), std::nullopt);
        check(!r && r.error().code == errc::invalid_argument, "an empty key");
        r = co_await store_.put(long_key, "x", store::precondition::any(), std::nullopt);
        check(!r && r.error().code == errc::too_large, "a long key");
        std::string large(store::max_value_size + 1, 'v');
        r = co_await store_.put("k", large, store::precondition::any(), std::nullopt);
        check(!r && r.error().code == errc::too_large, "a large value");
        large.pop_back();
        co_await put("k", large);
        auto const got = co_await value("k");
        check(got == large, "the largest value");
    }
};

}  // namespace penstock::testing::contract

#endif  // PENSTOCK_TESTING_CONTRACT_ITEM_STORE_HPP
