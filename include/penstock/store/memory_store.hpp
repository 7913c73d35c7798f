#ifndef PENSTOCK_STORE_MEMORY_STORE_HPP
#define PENSTOCK_STORE_MEMORY_STORE_HPP
#include <penstock/store/transaction.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace penstock::store {

struct memory_store_options
{
    std::size_t max_items = 1'000'000;  ///< `put` of one more fails with `errc::too_large`.
    wall_clock now = [] { return wall_time(std::chrono::system_clock::now()); };
};

/** Keeps items in memory until the program ends. For tests, and where losing them is harmless.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class memory_store
{
public:
    explicit memory_store(memory_store_options o = {}) : options_(std::move(o)) {}

    awaitable<result<std::optional<item>>> get(std::string key)
    {
        if (auto const ok = check_item(key, 0); !ok)
            co_return ok.error();
        auto const* found = find(key);
        co_return found == nullptr ? std::optional<item>() : std::optional<item>(*found);
    }

    awaitable<result<std::uint64_t>> put(std::string key, std::string value, precondition when = precondition::any(),
                                         std::optional<wall_time> expires = std::nullopt)
    {
        if (auto const ok = check_item(key, value.size()); !ok)
            co_return ok.error();
        auto const* found = find(key);
        if (!when.met(found == nullptr ? std::nullopt : std::optional(found->version)))
            co_return failure(errc::conflict, "item \"" + key + "\"");
        sweep();
        if (items_.size() >= options_.max_items && !items_.contains(key))
            co_return failure(errc::too_large, "the store in memory is full");
        auto& place = items_.try_emplace(std::move(key)).first->second;
        place.value = std::move(value);
        place.version = ++version_;
        place.expires = expires;
        co_return place.version;
    }

    awaitable<result<void>> erase(std::string key, precondition when = precondition::any())
    {
        if (auto const ok = check_item(key, 0); !ok)
            co_return ok.error();
        auto const* found = find(key);
        if (!when.met(found == nullptr ? std::nullopt : std::optional(found->version)))
            co_return failure(errc::conflict, "item \"" + key + "\"");
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
                co_return failure(errc::conflict, "item \"" + c.key + "\"");
            if (c.what == kind::put && !items_.contains(c.key) && room-- == 0)
                co_return failure(errc::too_large, "the store in memory is full");
        }
        version_ += t.writes() ? 1U : 0U;
        for (auto const& c : t.changes()) {
            if (c.what == kind::erase)
                items_.erase(c.key);
            if (c.what == kind::put)
                items_[c.key] = item{c.value, version_, c.expires};
        }
        co_return version_;
    }

    awaitable<result<std::vector<entry>>> scan(std::string prefix, std::string after, std::size_t limit)
    {
        co_return scan_now(prefix, after, limit);
    }

    std::size_t size() const noexcept { return items_.size(); }
private:
    std::vector<entry> scan_now(std::string const& prefix, std::string const& after, std::size_t limit) const
    {
        std::vector<entry> out;
        auto const now = options_.now();
        auto it = after < prefix ? items_.lower_bound(prefix) : items_.upper_bound(after);
        for (; it != items_.end() && it->first.starts_with(prefix) && out.size() < std::min(limit, max_scan); ++it)
            if (!expired(it->second, now))
                out.push_back({it->first, it->second});
        return out;
    }

    static bool expired(item const& i, wall_time now) noexcept { return i.expires && *i.expires <= now; }

    item const* find(std::string const& key) const
    {
        auto const it = items_.find(key);
        return it == items_.end() || expired(it->second, options_.now()) ? nullptr : &it->second;
    }

    /// Looks at a few items with each write, so that what has expired goes without a pass over all.
    void sweep()
    {
        auto const now = options_.now();
        for (int n = 0; n < 8 && !items_.empty(); ++n) {
            auto it = items_.upper_bound(swept_);
            if (it == items_.end())
                it = items_.begin();
            swept_ = it->first;
            if (expired(it->second, now))
                items_.erase(it);
        }
    }

    memory_store_options options_;
    std::map<std::string, item> items_;
    std::string swept_;
    std::uint64_t version_ = 0;
};
static_assert(transactional_store<memory_store>);

}  // namespace penstock::store

#endif  // PENSTOCK_STORE_MEMORY_STORE_HPP
