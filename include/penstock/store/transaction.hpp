#ifndef PENSTOCK_STORE_TRANSACTION_HPP
#define PENSTOCK_STORE_TRANSACTION_HPP
#include <penstock/store/item_store.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::store {

/** Writes below one prefix that happen all together or not at all.

    What the caller has read before goes in as a condition: of one key with `check`, of everything below the prefix
    with `only_if`. If somebody has written in between, `commit` fails with `errc::conflict` and changes nothing: read
    again, then decide again. */
class transaction
{
public:
    struct change
    {
        enum class kind : std::uint8_t
        {
            check,
            put,
            erase,
        };
        kind what = kind::check;
        std::string key;
        std::string value;
        precondition when = precondition::any();
        std::optional<wall_time> expires;
    };
    using version_of_key = std::pair<std::string, std::uint64_t>;

    static constexpr std::size_t max_changes = 1000;
    static constexpr std::size_t max_bytes = 4 * max_value_size;

    transaction() = default;
    explicit transaction(std::string prefix) : prefix_(std::move(prefix)) {}

    /// Nothing is written; only the condition must hold.
    transaction& check(std::string key, precondition when)
    {
        changes_.push_back({change::kind::check, std::move(key), {}, when, std::nullopt});
        return *this;
    }
    transaction& put(std::string key, std::string value, precondition when = precondition::any(),
                     std::optional<wall_time> expires = std::nullopt)
    {
        changes_.push_back({change::kind::put, std::move(key), std::move(value), when, expires});
        return *this;
    }
    transaction& erase(std::string key, precondition when = precondition::any())
    {
        changes_.push_back({change::kind::erase, std::move(key), {}, when, std::nullopt});
        return *this;
    }
    /// Exactly these are below the prefix, as a `scan` of it gave them; at most `max_scan - 1`.
    transaction& only_if(std::vector<entry> const& seen)
    {
        seen_.emplace();
        for (auto const& e : seen)
            seen_->emplace_back(e.key, e.item.version);
        return *this;
    }

    std::string const& prefix() const noexcept { return prefix_; }
    std::vector<change> const& changes() const noexcept { return changes_; }
    std::optional<std::vector<version_of_key>> const& seen() const noexcept { return seen_; }
    bool writes() const noexcept
    {
        return std::any_of(changes_.begin(), changes_.end(),
                           [](change const& c) { return c.what != change::kind::check; });
    }

    /// What is wrong with it, whatever a store holds: a key outside of the prefix, one that stands twice, a size.
    result<void> valid() const
    {
        std::size_t bytes = 0;
        std::vector<std::string_view> keys;
        for (auto const& c : changes_) {
            if (auto const ok = check_item(c.key, c.value.size()); !ok)
                return ok.error();
            if (!c.key.starts_with(prefix_))
                return failure(errc::invalid_argument, "item \"" + c.key + "\" is not below \"" + prefix_ + '"');
            bytes += c.key.size() + c.value.size();
            keys.push_back(c.key);
        }
        std::sort(keys.begin(), keys.end());
        if (auto const twice = std::adjacent_find(keys.begin(), keys.end()); twice != keys.end())
            return failure(errc::invalid_argument,
                           "item \"" + std::string(*twice) + "\" stands twice in a transaction");
        if (changes_.size() > max_changes || bytes > max_bytes || (seen_ && seen_->size() >= max_scan))
            return failure(errc::too_large, "a transaction of more than 1000 items or 16 MiB");
        return {};
    }

    /// `errc::conflict` if what is below the prefix is not what was seen. @param present A scan of up to `max_scan`.
    result<void> unchanged(std::vector<entry> const& present) const
    {
        auto const same = [](version_of_key const& a, entry const& b) {
            return a.first == b.key && a.second == b.item.version;
        };
        if (seen_ && !std::equal(seen_->begin(), seen_->end(), present.begin(), present.end(), same))
            return failure(errc::conflict, "items below \"" + prefix_ + '"');
        return {};
    }
private:
    std::string prefix_;
    std::vector<change> changes_;
    std::optional<std::vector<version_of_key>> seen_;
};

/** A store that can write several items at once. `commit` gives the version that all items put have now, and has
    reached what the store promises when it returns; after a crash all of it is there, or nothing. */
template <class S>
concept transactional_store = item_store<S> && requires(S& s, transaction t) {
    { s.commit(t) } -> std::same_as<awaitable<result<std::uint64_t>>>;
};

}  // namespace penstock::store

#endif  // PENSTOCK_STORE_TRANSACTION_HPP
