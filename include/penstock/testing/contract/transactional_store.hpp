#ifndef PENSTOCK_TESTING_CONTRACT_TRANSACTIONAL_STORE_HPP
#define PENSTOCK_TESTING_CONTRACT_TRANSACTIONAL_STORE_HPP
#include <penstock/store/transaction.hpp>
#include <penstock/testing/contract/item_store.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace penstock::testing::contract {

/// What every model of `store::transactional_store` must do: all of `item_store`, and what follows. Used like that.
template <store::transactional_store Store>
class transactional_store : public item_store<Store>
{
    using base = item_store<Store>;
    using base::check;
    using base::keys;
    using base::now_;
    using base::put;
    using base::store_;
    using base::value;
public:
    using base::base;
    using run_case = awaitable<void> (transactional_store::*)();
    struct named_case
    {
        char const* name;
        run_case run;
    };

    static std::vector<named_case> cases()
    {
        std::vector<named_case> all;
        for (auto const& c : base::cases())
            all.push_back({c.name, c.run});
        all.push_back({"writes several at once", &transactional_store::commits});
        all.push_back({"writes nothing of what conflicts", &transactional_store::commit_conflicts});
        all.push_back({"sees what changed below a prefix", &transactional_store::commit_of_a_prefix});
        all.push_back({"refuses transactions out of bounds", &transactional_store::commit_bounds});
        return all;
    }
private:
    awaitable<void> commits()
    {
        auto const first = co_await put("t/a", "1");
        auto const other = co_await put("u", "1");
        store::transaction t("t/");
        t.put("t/a", "2", store::precondition::version(first)).put("t/b", "2", store::precondition::absent());
        t.erase("t/c").put("t/d", "short", store::precondition::any(), now_ + std::chrono::seconds(10));
        auto const done = co_await store_.commit(t);
        auto const all = co_await keys("", "", 10);
        check(done && *done > other && all == "t/a;t/b;t/d;u;", "a transaction: " + all);
        auto const a = co_await store_.get("t/a");
        auto const b = co_await store_.get("t/b");
        check(a && *a && (*a)->value == "2" && (*a)->version == *done, "a put of a transaction");
        check(b && *b && (*b)->version == *done, "puts of one transaction have different versions");
        auto const later = co_await put("u", "2");
        check(later > *done, "a version did not grow after a transaction");
        store::transaction clear("t/");
        clear.erase("t/a").erase("t/b", store::precondition::version(*done));
        auto const cleared = co_await store_.commit(clear);
        now_ += std::chrono::seconds(10);
        auto const left = co_await keys("t/", "", 10);
        check(cleared && left.empty(), "erased or expired: " + left);
    }

    awaitable<void> commit_conflicts()
    {
        auto const first = co_await put("t/a", "1");
        co_await put("t/c", "1");
        auto const conflicts = [](result<std::uint64_t> const& r) {
            return !r && r.error().code == condition::conflict;
        };
        store::transaction late("t/");
        late.put("t/b", "x").erase("t/c").put("t/a", "x", store::precondition::version(first + 100));
        auto const put_late = co_await store_.commit(late);
        store::transaction there("t/");
        there.put("t/b", "x").check("t/c", store::precondition::absent());
        auto const check_there = co_await store_.commit(there);
        store::transaction gone("t/");
        gone.put("t/b", "x").erase("t/d", store::precondition::version(first));
        auto const erase_gone = co_await store_.commit(gone);
        check(conflicts(put_late) && conflicts(check_there) && conflicts(erase_gone), "a condition that does not hold");
        auto const all = co_await keys("", "", 10);
        auto const a = co_await value("t/a");
        check(all == "t/a;t/c;" && a == "1", "a refused transaction wrote something: " + all);
        store::transaction sound("t/");
        sound.check("t/a", store::precondition::version(first)).put("t/b", "y");
        auto const done = co_await store_.commit(sound);
        check(done.has_value(), "a condition that holds");
    }

    awaitable<void> commit_of_a_prefix()
    {
        co_await put("t/a", "1");
        co_await put("t/b", "1");
        for (auto const* disturbance : {"", "t/a", "t/c", "-t/b", "u"}) {
            std::string key(disturbance);
            auto const seen = co_await store_.scan("t/", "", store::max_scan);
            check(seen.has_value(), "scan");
            if (key.starts_with('-')) {
                auto const erased = co_await store_.erase(key.substr(1), store::precondition::any());
                check(erased.has_value(), "erase");
            } else if (!key.empty()) {
                co_await put(key, "2");
            }
            store::transaction t("t/");
            t.only_if(*seen).put("t/sum", "x");
            auto const done = co_await store_.commit(t);
            bool const below = key.find("t/") != std::string::npos;
            check(below ? !done && done.error().code == condition::conflict : done.has_value(),
                  "a change of \"" + key + "\" below a prefix that was read");
        }
    }

    awaitable<void> commit_bounds()
    {
        store::transaction outside("t/");
        outside.put("t/a", "x").put("u", "x");
        auto r = co_await store_.commit(outside);
        check(!r && r.error().code == errc::invalid_argument, "a key outside of the prefix");
        store::transaction twice("t/");
        twice.put("t/a", "x").erase("t/a");
        r = co_await store_.commit(twice);
        check(!r && r.error().code == errc::invalid_argument, "a key that stands twice");
        store::transaction many("t/");
        for (std::size_t n = 0; n <= store::transaction::max_changes; ++n)
            many.put("t/" + std::to_string(n), "x");
        r = co_await store_.commit(many);
        check(!r && r.error().code == errc::too_large, "too many changes");
        auto const all = co_await keys("", "", 10);
        check(all.empty(), "a refused transaction wrote something: " + all);
        store::transaction none("t/");
        none.check("t/a", store::precondition::absent());
        r = co_await store_.commit(none);
        check(r.has_value(), "a transaction that only checks");
    }
};

}  // namespace penstock::testing::contract

#endif  // PENSTOCK_TESTING_CONTRACT_TRANSACTIONAL_STORE_HPP
