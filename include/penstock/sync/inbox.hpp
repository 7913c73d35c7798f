#ifndef PENSTOCK_SYNC_INBOX_HPP
#define PENSTOCK_SYNC_INBOX_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/error/result.hpp>
#include <penstock/store/item_store.hpp>
#include <penstock/sync/inbox_record.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace penstock::sync {

/** Deliveries that were verified and have not come true yet, kept where they survive this process.

    One record holds all keys of a delivery, so that one write makes it durable. It is erased when the last of its
    keys has been released. One thread. */
template <store::item_store Store>
class inbox
{
public:
    static constexpr std::size_t max_records = 10'000;

    explicit inbox(Store& store) : store_(store) {}

    /** Writes a delivery down. It survives a crash when this returns.
        @return The name of the record, for `release`; `errc::unavailable` when too many are open. */
    awaitable<result<std::string>> keep(wish w, std::vector<std::string> keys)
    {
        if (open_.size() >= max_records)
            co_return failure(errc::unavailable, "more than 10000 deliveries wait for their sync",
                              std::chrono::seconds(30));
        auto const name = inbox_record::name_for(w.received, ++counter_);
        auto text = inbox_record::encode(w, keys);
        open_.emplace(name, std::move(keys));
        auto written = co_await store_.put(name, std::move(text), store::precondition::any(), std::nullopt);
        if (!written) {
            open_.erase(name);
            co_return written.error();
        }
        co_return name;
    }

    /// Lets go of one key of a record. Unknown records and keys are no error.
    awaitable<result<void>> release(std::string record, std::string key)
    {
        auto const at = open_.find(record);
        if (at == open_.end())
            co_return result<void>();
        std::erase(at->second, key);
        if (!at->second.empty())
            co_return result<void>();
        auto erased = co_await store_.erase(record, store::precondition::any());
        if (!erased)
            co_return erased.error();
        open_.erase(record);
        co_return result<void>();
    }

    /// What an earlier process left, oldest first; records that cannot be read are erased and counted in `lost`.
    struct recovered
    {
        std::vector<inbox_record> records;
        std::size_t lost = 0;
    };

    awaitable<result<recovered>> recover()
    {
        recovered all;
        std::string after;
        for (;;) {
            auto page = co_await store_.scan(std::string(inbox_record::prefix), after, store::max_scan);
            if (!page)
                co_return page.error();
            if (page->empty())
                co_return all;
            after = page->back().key;
            for (auto& entry : *page) {
                auto record = inbox_record::decode(entry.key, entry.item.value);
                if (record) {
                    // What this process has kept meanwhile is scanned too, and has been entered already.
                    if (open_.emplace(record->name, record->keys).second)
                        all.records.push_back(*std::move(record));
                    continue;
                }
                ++all.lost;
                auto erased = co_await store_.erase(entry.key, store::precondition::any());
                if (!erased)
                    co_return erased.error();
            }
        }
    }

    std::size_t size() const noexcept { return open_.size(); }
private:
    Store& store_;
    std::map<std::string, std::vector<std::string>, std::less<>> open_;
    std::uint64_t counter_ = 0;
};

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_INBOX_HPP
