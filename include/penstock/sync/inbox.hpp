#ifndef PENSTOCK_SYNC_INBOX_HPP
#define PENSTOCK_SYNC_INBOX_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/error/result.hpp>
#include <penstock/store/item_store.hpp>
#include <penstock/sync/inbox_record.hpp>
#include <penstock/sync/spares.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
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

    /** Writes a delivery down, and its place into `w.record`, for `release`. It survives a crash when this returns.
        Both live until this ends.
        @return `errc::unavailable` when too many are open. */
    awaitable<result<void>> keep(wish& w, std::vector<std::string> const& keys)
    {
        if (open_.size() >= max_records)
            co_return failure(errc::unavailable, "more than 10000 deliveries wait for their sync",
                              std::chrono::seconds(30));
        inbox_record::write_name(w.record, w.received, ++counter_);
        enter(w.record, keys);
        auto const job = texts_.borrow();
        inbox_record::encode(job->record, w, keys);
        auto written = co_await store_.put(w.record, job->record, store::precondition::any(), std::nullopt);
        if (!written) {
            leave(w.record);
            co_return written.error();
        }
        co_return result<void>();
    }

    /// Lets go of one key of a record. Unknown records and keys are no error. Both texts live until this ends.
    awaitable<result<void>> release(std::string_view record, std::string_view key)
    {
        auto const at = open_.find(record);
        if (at == open_.end())
            co_return result<void>();
        auto& keys = at->second;
        if (std::any_of(keys.begin(), keys.end(), [key](std::string const& one) { return one != key; })) {
            std::erase(keys, key);
            co_return result<void>();
        }
        auto erased = co_await store_.erase(record, store::precondition::any());
        if (!erased)
            co_return erased.error();
        leave(record);
        co_return result<void>();
    }

    /// What an earlier process left, oldest first; records that cannot be read are erased and counted in `lost`.
    struct recovered
    {
        std::vector<inbox_record> records;
        std::size_t lost = 0;
    };

    /// May be called again after it has failed: until it succeeds nothing of what it read counts as open.
    awaitable<result<recovered>> recover()
    {
        recovered all;
        std::string after;
        for (;;) {
            auto page = co_await store_.scan(inbox_record::prefix, after, store::max_scan);
            if (!page)
                co_return page.error();
            if (page->empty())
                break;
            after = page->back().key;
            for (auto& entry : *page) {
                auto record = inbox_record::decode(entry.key, entry.item.value);
                if (record) {
                    // What this process has kept meanwhile is scanned too, and has been entered already.
                    if (!open_.contains(record->name))
                        all.records.push_back(*std::move(record));
                    continue;
                }
                ++all.lost;
                auto erased = co_await store_.erase(entry.key, store::precondition::any());
                if (!erased)
                    co_return erased.error();
            }
        }
        for (auto const& record : all.records)
            open_.emplace(record.name, record.keys);
        co_return all;
    }

    std::size_t size() const noexcept { return open_.size(); }
private:
    /// A record on its way into the store; lent for one, and kept for the next.
    struct text
    {
        std::string record;

        void rest() noexcept
        {
            if (record.capacity() > max_spare_text)
                std::string().swap(record);
        }
    };
    static constexpr std::size_t max_spare_text = 4096;

    using records = std::map<std::string, std::vector<std::string>, std::less<>>;
    static constexpr std::size_t max_spare = 64;

    void enter(std::string const& name, std::vector<std::string> const& keys)
    {
        if (spare_.empty()) {
            open_.emplace(name, keys);
            return;
        }
        auto node = std::move(spare_.back());
        spare_.pop_back();
        node.key().assign(name);
        node.mapped().assign(keys.begin(), keys.end());
        open_.insert(std::move(node));
    }

    void leave(std::string_view name)
    {
        auto const at = open_.find(name);
        if (at == open_.end())
            return;
        auto node = open_.extract(at);
        if (spare_.size() < max_spare)
            spare_.push_back(std::move(node));
    }

    Store& store_;
    records open_;
    std::vector<typename records::node_type> spare_;  // of records that have ended, for their memory
    spares<text> texts_;
    std::uint64_t counter_ = 0;
};

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_INBOX_HPP
