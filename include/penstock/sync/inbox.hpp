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
#include <new>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::sync {

/** Deliveries that were verified and have not come true yet, kept where they survive this process.

    One record holds all keys of a delivery, so that one write makes it durable. It is erased when the last of its
    keys has been released; where that fails, a later release does it. One thread. */
template <store::item_store Store>
class inbox
{
public:
    static constexpr std::size_t max_records = 10'000;
    static constexpr std::size_t max_condemned = 10'000;

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
        ending unless_written(*this, w.record);
        auto const job = texts_.borrow();
        inbox_record::encode(job->record, w, keys);
        auto written = co_await store_.put(w.record, job->record, store::precondition::any(), std::nullopt);
        if (!written)
            co_return written.error();
        unless_written.call_off();
        co_return result<void>();
    }

    /** Lets go of one key of a record. Unknown records and keys are no error. Both texts live until this ends.

        A record that cannot be erased does not count as open any more. The inbox erases it when it can, and so does
        whoever releases it again; a process that ends before that leaves it for `recover`. */
    awaitable<result<void>> release(std::string_view record, std::string_view key)
    {
        auto const at = open_.find(record);
        if (at == open_.end() && !condemned_.contains(record))
            co_return result<void>();
        if (at != open_.end()) {
            auto& keys = at->second;
            if (std::any_of(keys.begin(), keys.end(), [key](std::string const& one) { return one != key; })) {
                std::erase(keys, key);
                co_return result<void>();
            }
        }
        {
            ending now(*this, record);
            now.condemns();
            auto erased = co_await store_.erase(record, store::precondition::any());
            if (!erased)
                co_return erased.error();
            now.erased();
        }
        for (std::size_t i = 0; i < erased_at_once && !condemned_.empty(); ++i) {
            std::string const name = *condemned_.begin();
            auto erased = co_await store_.erase(name, store::precondition::any());
            if (!erased)
                break;
            pardon(name);
        }
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
                    if (!open_.contains(record->name) && !condemned_.contains(record->name))
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
    /// Records that have ended and are still to be erased.
    std::size_t condemned() const noexcept { return condemned_.size(); }
private:
    /// A record loses its place when this ends, whatever ends it: a failure, an exception or a cancellation.
    class ending
    {
    public:
        /// @param name Lives as long as this.
        ending(inbox& box, std::string_view name) noexcept : box_(box), name_(name) {}
        ending(ending const&) = delete;
        ending& operator=(ending const&) = delete;
        ~ending()
        {
            if (condemns_)
                box_.condemn(name_);
            if (!name_.empty())
                box_.leave(name_);
        }
        void call_off() noexcept { name_ = {}; }
        void condemns() noexcept { condemns_ = true; }
        void erased() noexcept
        {
            condemns_ = false;
            box_.pardon(name_);
        }
    private:
        inbox& box_;
        std::string_view name_;
        bool condemns_ = false;
    };
    static constexpr std::size_t erased_at_once = 8;

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

    void condemn(std::string_view name) noexcept
    {
        try {
            if (condemned_.size() < max_condemned)
                condemned_.emplace(name);
        } catch (std::bad_alloc const&) {
            return;  // as where there are too many of them: it waits for the next process
        }
    }

    void pardon(std::string_view name) noexcept
    {
        if (auto const at = condemned_.find(name); at != condemned_.end())
            condemned_.erase(at);
    }

    Store& store_;
    records open_;
    std::set<std::string, std::less<>> condemned_;
    std::vector<typename records::node_type> spare_;  // of records that have ended, for their memory
    spares<text> texts_;
    std::uint64_t counter_ = 0;
};

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_INBOX_HPP
