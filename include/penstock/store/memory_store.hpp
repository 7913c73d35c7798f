#ifndef PENSTOCK_STORE_MEMORY_STORE_HPP
#define PENSTOCK_STORE_MEMORY_STORE_HPP
#include <penstock/store/memory_items.hpp>
#include <penstock/store/transaction.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::store {

struct memory_store_options
{
    std::size_t max_items = 1'000'000;  ///< `put` of one more fails with `errc::too_large`.
    wall_clock now = [] { return wall_time(std::chrono::system_clock::now()); };
};

/** Keeps items in memory until the program ends. For tests, and where losing them is harmless. A `put` of a new item
    is one allocation, an `erase` none.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class memory_store
{
public:
    explicit memory_store(memory_store_options o = {}) : options_(std::move(o)) {}

    awaitable<result<std::optional<item>>> get(std::string_view key)
    {
        if (auto const ok = check_item(key, 0); !ok)
            co_return ok.error();
        auto const* found = find(key);
        co_return found == nullptr ? std::optional<item>() : std::optional<item>(found->item());
    }

    awaitable<result<std::uint64_t>> put(std::string_view key, std::string_view value,
                                         precondition when = precondition::any(),
                                         std::optional<wall_time> expires = std::nullopt)
    {
        if (auto const ok = check_item(key, value.size()); !ok)
            co_return ok.error();
        auto const* found = find(key);
        if (!when.met(found == nullptr ? std::nullopt : std::optional(found->version)))
            co_return conflict(key);
        sweep();
        if (items_.size() >= options_.max_items && !items_.contains(key))
            co_return failure(errc::too_large, "the store in memory is full");
        auto& place = items_.put(key, value);
        place.version = ++version_;
        place.expires = expires;
        co_return place.version;
    }

    awaitable<result<void>> erase(std::string_view key, precondition when = precondition::any())
    {
        if (auto const ok = check_item(key, 0); !ok)
            co_return ok.error();
        auto const* found = find(key);
        if (!when.met(found == nullptr ? std::nullopt : std::optional(found->version)))
            co_return conflict(key);
        items_.erase(key);
        co_return result<void>();
    }

    awaitable<result<std::uint64_t>> commit(transaction t)
    {
        using kind = transaction::change::kind;
        if (auto const ok = t.valid(); !ok)
            co_return ok.error();
        if (auto const ok = t.seen() ? t.unchanged(scan_now(t.prefix(), "", max_scan)) : result<void>(); !ok)
            co_return ok.error();
        sweep();
        auto room = options_.max_items - std::min(options_.max_items, items_.size());
        for (auto const& c : t.changes()) {
            auto const* found = find(c.key);
            if (!c.when.met(found == nullptr ? std::nullopt : std::optional(found->version)))
                co_return conflict(c.key);
            if (c.what == kind::put && !items_.contains(c.key) && room-- == 0)
                co_return failure(errc::too_large, "the store in memory is full");
        }
        version_ += t.writes() ? 1U : 0U;
        for (auto const& c : t.changes()) {
            if (c.what == kind::erase)
                items_.erase(c.key);
            if (c.what == kind::put)
                write(c);
        }
        co_return version_;
    }

    awaitable<result<std::vector<entry>>> scan(std::string_view prefix, std::string_view after, std::size_t limit)
    {
        co_return scan_now(prefix, after, limit);
    }

    std::size_t size() const noexcept { return items_.size(); }
private:
    static failure conflict(std::string_view key)
    {
        return failure(errc::conflict, "item \"" + std::string(key) + '"');
    }

    void write(transaction::change const& c)
    {
        auto& place = items_.put(c.key, c.value);
        place.version = version_;
        place.expires = c.expires;
    }

    std::vector<entry> scan_now(std::string_view prefix, std::string_view after, std::size_t limit) const
    {
        std::vector<entry> out;
        auto const now = options_.now();
        auto it = after < prefix ? items_.lower_bound(prefix) : items_.upper_bound(after);
        for (; it != items_.end() && it->key().starts_with(prefix) && out.size() < std::min(limit, max_scan); ++it)
            if (!it->expired(now))
                out.push_back({std::string(it->key()), it->item()});
        return out;
    }

    memory_item const* find(std::string_view key) const
    {
        auto const it = items_.find(key);
        return it == items_.end() || (it->expires && it->expired(options_.now())) ? nullptr : &*it;
    }

    /// Looks at a few items with each write, so that what has expired goes without a pass over all.
    void sweep()
    {
        auto const now = options_.now();
        auto it = items_.upper_bound(swept_);
        for (int n = 0; n < 8 && !items_.empty(); ++n) {
            if (it == items_.end())
                it = items_.begin();
            auto const at = it++;
            if (n == 7 || it == items_.end())
                swept_ = at->key();
            if (at->expired(now))
                items_.erase(at);
        }
    }

    memory_store_options options_;
    memory_items items_;
    std::string swept_;
    std::uint64_t version_ = 0;
};
static_assert(transactional_store<memory_store>);

}  // namespace penstock::store

#endif  // PENSTOCK_STORE_MEMORY_STORE_HPP
