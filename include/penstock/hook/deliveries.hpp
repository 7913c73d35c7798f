#ifndef PENSTOCK_HOOK_DELIVERIES_HPP
#define PENSTOCK_HOOK_DELIVERIES_HPP
#include <penstock/crypto/digest.hpp>
#include <penstock/time/types.hpp>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <vector>

namespace penstock::hook {

enum class seen
{
    first,  ///< Not seen, or forgotten: handle it.
    again,  ///< Seen within the time it is remembered.
};

struct deliveries_options
{
    std::size_t capacity = 8192;                 ///< Ids remembered, 1 to 2^24. The oldest makes room.
    duration remember = std::chrono::hours(24);  ///< How long an id counts as seen, from its first time.
};

/** Remembers which deliveries have been seen, in a memory that is fixed when it is made: 24 bytes and an index of 8
    to 16 bytes for each id, whatever its length. An id is kept as half of its SHA-256.

    An id is not signed by GitHub or GitLab tokens: this stops repetition, not an attacker, against whom every effect
    must be idempotent. Note an id only after its signature has been verified.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class deliveries
{
public:
    explicit deliveries(deliveries_options const& o = {})
        : remember_(o.remember), ring_(std::clamp<std::size_t>(o.capacity, 1, std::size_t{1} << 24)),
          index_(std::bit_ceil(2 * ring_.size()), no_slot)
    {}

    /** @param id Best as `envelope::key()` gives it: the provider, the hook and its delivery id.
        @param now Never earlier than in the call before. */
    seen note(std::string_view id, time_point now)
    {
        expire(now);
        auto const id_print = fingerprint(id);
        if (index_[place_of(id_print)] != no_slot)
            return seen::again;
        if (size_ == ring_.size())
            drop_oldest();
        auto const slot = (oldest_ + size_) % ring_.size();
        ring_[slot] = {id_print, now};
        ++size_;
        index_[place_of(id_print)] = static_cast<std::uint32_t>(slot);
        return seen::first;
    }

    /// Takes a note back, so that the delivery may come again: what it asked for could not be kept.
    void forget(std::string_view id)
    {
        auto const place = place_of(fingerprint(id));
        if (index_[place] == no_slot)
            return;
        ring_[index_[place]].print = {};
        unlink(place);
    }

    /// Ids held, with those taken back that have not run out.
    std::size_t size() const noexcept { return size_; }
    std::size_t capacity() const noexcept { return ring_.size(); }

    /// Bytes held on the heap; they do not change.
    std::size_t memory() const noexcept
    {
        return ring_.capacity() * sizeof(entry) + index_.capacity() * sizeof(std::uint32_t);
    }
private:
    struct print
    {
        std::uint64_t high = 0;
        std::uint64_t low = 0;
        bool operator==(print const&) const = default;
    };

    struct entry
    {
        deliveries::print print;  // zero once it has been taken back
        time_point at;
    };

    static constexpr std::uint32_t no_slot = std::numeric_limits<std::uint32_t>::max();

    print fingerprint(std::string_view id)
    {
        hasher_.update(id);
        auto const bytes = hasher_.finish();
        print made;
        std::memcpy(&made.high, bytes.view().data(), sizeof made.high);
        std::memcpy(&made.low, bytes.view().data() + sizeof made.high, sizeof made.low);
        return made;
    }

    // Where the print is in the index, or the free place where it belongs. At most half of the index is in use.
    std::size_t place_of(print const& p) const noexcept
    {
        auto const mask = index_.size() - 1;
        auto at = static_cast<std::size_t>(p.high) & mask;
        while (index_[at] != no_slot && ring_[index_[at]].print != p)
            at = (at + 1) & mask;
        return at;
    }

    // Frees a place and moves back what would no longer be found behind it.
    void unlink(std::size_t hole) noexcept
    {
        auto const mask = index_.size() - 1;
        index_[hole] = no_slot;
        for (auto at = (hole + 1) & mask; index_[at] != no_slot; at = (at + 1) & mask) {
            auto const home = static_cast<std::size_t>(ring_[index_[at]].print.high) & mask;
            if (((at - home) & mask) < ((at - hole) & mask))
                continue;
            index_[hole] = index_[at];
            index_[at] = no_slot;
            hole = at;
        }
    }

    void drop_oldest() noexcept
    {
        auto& oldest = ring_[oldest_];
        if (oldest.print != print())
            unlink(place_of(oldest.print));
        oldest_ = (oldest_ + 1) % ring_.size();
        --size_;
    }

    void expire(time_point now) noexcept
    {
        while (size_ != 0 && now - ring_[oldest_].at >= remember_)
            drop_oldest();
    }

    duration remember_;
    crypto::hasher hasher_{crypto::algorithm::sha256};
    std::vector<entry> ring_;  // in the order in which they were noted, so in the order in which they run out
    std::vector<std::uint32_t> index_;  // open addressing; slots of the ring
    std::size_t oldest_ = 0;
    std::size_t size_ = 0;
};

}  // namespace penstock::hook

#endif  // PENSTOCK_HOOK_DELIVERIES_HPP
