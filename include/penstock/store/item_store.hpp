#ifndef PENSTOCK_STORE_ITEM_STORE_HPP
#define PENSTOCK_STORE_ITEM_STORE_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/error/result.hpp>
#include <penstock/time/types.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::store {

/// A value with the version it was written as. Versions of a store only grow, over all of its keys.
struct item
{
    std::string value;
    std::uint64_t version = 0;
    std::optional<wall_time> expires{};
};

struct entry
{
    std::string key;
    store::item item;
};

/// What must be true for a write to happen; else it fails with `errc::conflict` and changes nothing.
class precondition
{
public:
    static precondition any() noexcept { return {}; }
    /// The key is not there, or has expired.
    static precondition absent() noexcept { return precondition(0); }
    /// The key is there, as this version.
    static precondition version(std::uint64_t v) noexcept { return precondition(v); }

    /// @param present The version that is there; none when the key is absent.
    bool met(std::optional<std::uint64_t> present) const noexcept
    {
        return !version_ || *version_ == present.value_or(0);
    }
private:
    precondition() = default;
    explicit precondition(std::uint64_t v) noexcept : version_(v) {}
    std::optional<std::uint64_t> version_;  // 0 stands for absent
};

inline constexpr std::size_t max_key_size = 1024;
inline constexpr std::size_t max_value_size = 4 * 1024 * 1024;
inline constexpr std::size_t max_scan = 1000;

/** Keeps values by key. A write has reached what the store promises (memory, a disk) when it returns. Operations
    of one caller happen in the order of their start.

    `put` gives the new version. `erase` of an absent key succeeds under `any`. `scan` gives what begins with
    `prefix` and comes after `after` in the order of bytes, at most `limit` (and `max_scan`) entries. What has
    expired is not there. Keys are not empty and at most `max_key_size`, values at most `max_value_size`, else
    `errc::invalid_argument` or `errc::too_large`. A broken store gives `errc::store_failed`. Cancelling a write
    leaves it open whether it happens. Texts live until the operation has ended. */
template <class S>
concept item_store =
    requires(S& s, std::string_view text, precondition when, std::optional<wall_time> expires, std::size_t limit) {
        { s.get(text) } -> std::same_as<awaitable<result<std::optional<item>>>>;
        { s.put(text, text, when, expires) } -> std::same_as<awaitable<result<std::uint64_t>>>;
        { s.erase(text, when) } -> std::same_as<awaitable<result<void>>>;
        { s.scan(text, text, limit) } -> std::same_as<awaitable<result<std::vector<entry>>>>;
    };

/// Where a store reads the wall clock, for expiry.
using wall_clock = std::function<wall_time()>;

/// What is wrong with a key and a value, if anything is.
inline result<void> check_item(std::string_view key, std::size_t value_size)
{
    if (key.empty())
        return failure(errc::invalid_argument, "the key of a stored item is empty");
    if (key.size() > max_key_size)
        return failure(errc::too_large, "the key of a stored item is longer than 1 KiB");
    if (value_size > max_value_size)
        return failure(errc::too_large, "the value of \"" + std::string(key) + "\" is larger than 4 MiB");
    return {};
}

}  // namespace penstock::store

#endif  // PENSTOCK_STORE_ITEM_STORE_HPP
