#ifndef PENSTOCK_RECONCILE_QUEUE_KEYS_HPP
#define PENSTOCK_RECONCILE_QUEUE_KEYS_HPP
#include <penstock/time/types.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <utility>
#include <vector>

namespace penstock::reconcile::detail {

enum class queue_place : std::uint8_t
{
    nowhere,
    waiting,  // in the heap by time
    ready,    // in a line of its priority
    held,     // ready, but processed at the moment
};

/// What the queue knows about a key, but for where it stands in the heap or the line.
struct queue_entry
{
    time_point when{};       // waiting: when it is ready; ready, held: since when
    unsigned failures = 0;   // in a row
    int priority = 0;
    std::uint32_t hash = 0;  // of the key; of a place that is free: the next one that is
    queue_place at = queue_place::nowhere;
    bool processing = false;
};
static_assert(sizeof(queue_entry) == 24);

using queue_id = std::uint32_t;
inline constexpr queue_id no_queue_id = std::numeric_limits<queue_id>::max();

/** Numbers keys, so that the rest of the queue holds 32 bits for each. A number is used again once its key has gone, and
    so is the memory of its key.

    An entry stays where it is until it is erased. Open addressing over pairs of hash and number: only a key whose hash is
    the same is ever looked at. */
template <class Key, class Hash>
class queue_keys
{
public:
    struct row
    {
        Key key;
        queue_entry entry;
    };

    row& operator[](queue_id id) noexcept { return rows_[id]; }
    row const& operator[](queue_id id) const noexcept { return rows_[id]; }
    std::size_t size() const noexcept { return size_; }

    /// Begins to fetch an entry that will be asked for soon: among many it is far away.
#ifdef __GNUC__
    [[gnu::always_inline]] void expect(queue_id id) const noexcept  // GCC drops the call of what seems to do nothing
    {
        if (id < rows_.size())
            __builtin_prefetch(&rows_[id]);
    }
#else
    void expect(queue_id) const noexcept {}
#endif

    queue_id find(Key const& key) const
    {
        return index_.empty() ? no_queue_id : index_[place_of(key, hash_of(key))].id;
    }

    /// The number of a key, which gets one if it has none.
    queue_id enter(Key const& key)
    {
        if ((size_ + 1) * 8 > index_.size() * 7)
            grow();
        auto const hash = hash_of(key);
        auto& place = index_[place_of(key, hash)];
        if (place.id != no_queue_id)
            return place.id;
        auto id = free_;
        if (id == no_queue_id) {
            id = static_cast<queue_id>(rows_.size());
            rows_.push_back({key, queue_entry()});
        } else {
            rows_[id].key = key;
            free_ = std::exchange(rows_[id].entry, queue_entry()).hash;
        }
        rows_[id].entry.hash = hash;
        place = {hash, id};
        ++size_;
        return id;
    }

    /// @return Whether it was the last of many, so that all memory has been given back.
    bool erase(queue_id id) noexcept
    {
        auto const mask = index_.size() - 1;
        auto at = home(rows_[id].entry.hash);
        while (index_[at].id != id)
            at = (at + 1) & mask;
        unlink(at);
        if (--size_ == 0 && rows_.size() > max_idle_rows) {
            release();
            return true;
        }
        clear(rows_[id].key);
        rows_[id].entry.hash = std::exchange(free_, id);
        return false;
    }
private:
    static constexpr std::size_t max_idle_rows = 64;
    static constexpr std::size_t max_spare = 256;

    struct slot
    {
        std::uint32_t hash = 0;
        queue_id id = no_queue_id;
    };

    // The hash of a number may be the number itself: mixed, so that its high bits tell too.
    static std::uint32_t hash_of(Key const& key)
    {
        return static_cast<std::uint32_t>((std::uint64_t{Hash()(key)} * 0x9e3779b97f4a7c15U) >> 32);
    }

    /// A text leaves its memory to the next key; whatever else a key holds, it lets go of.
    static void clear(Key& unused) noexcept
    {
        if constexpr (requires { unused.capacity(), unused.clear(); }) {
            if (unused.capacity() <= max_spare)
                return unused.clear();
        }
        unused = Key();
    }

    std::size_t home(std::uint32_t hash) const noexcept { return hash & (index_.size() - 1); }

    // Where the key is in the index, or the free place where it belongs. At most seven of eight are in use.
    std::size_t place_of(Key const& key, std::uint32_t hash) const
    {
        auto const mask = index_.size() - 1;
        auto at = home(hash);
        while (index_[at].id != no_queue_id && (index_[at].hash != hash || !(rows_[index_[at].id].key == key)))
            at = (at + 1) & mask;
        return at;
    }

    // Frees a place and moves back what would no longer be found behind it.
    void unlink(std::size_t hole) noexcept
    {
        auto const mask = index_.size() - 1;
        for (auto at = (hole + 1) & mask; index_[at].id != no_queue_id; at = (at + 1) & mask) {
            if (((at - home(index_[at].hash)) & mask) < ((at - hole) & mask))
                continue;
            index_[hole] = index_[at];
            hole = at;
        }
        index_[hole] = slot();
    }

    void grow()
    {
        std::vector<slot> larger(index_.empty() ? 16 : 2 * index_.size());
        std::swap(index_, larger);
        auto const mask = index_.size() - 1;
        for (auto const& s : larger) {
            if (s.id == no_queue_id)
                continue;
            auto at = home(s.hash);
            while (index_[at].id != no_queue_id)
                at = (at + 1) & mask;
            index_[at] = s;
        }
    }

    void release() noexcept
    {
        std::deque<row>().swap(rows_);  // to assign an empty one would keep the memory
        std::vector<slot>().swap(index_);
        free_ = no_queue_id;
    }

    std::deque<row> rows_;
    std::vector<slot> index_;
    std::size_t size_ = 0;
    queue_id free_ = no_queue_id;
};

}  // namespace penstock::reconcile::detail

#endif  // PENSTOCK_RECONCILE_QUEUE_KEYS_HPP
