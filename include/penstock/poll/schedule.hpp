#ifndef PENSTOCK_POLL_SCHEDULE_HPP
#define PENSTOCK_POLL_SCHEDULE_HPP
#include <penstock/time/backoff.hpp>
#include <penstock/time/indexed_heap.hpp>
#include <penstock/time/types.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace penstock::poll {

/// Stands for a source: small, dense, used again after it was erased.
using source_id = std::uint32_t;

/** When each of many sources is due. A pure heap of times, 20 bytes a source; every change is O(log n).
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class schedule
{
public:
    /// Makes `id` due at `when`, whenever it was due before.
    void set(source_id id, time_point when)
    {
        auto& places = heap_.policy().places;
        if (id >= places.size())
            places.resize(std::size_t{id} + 1, nowhere);
        if (places[id] == nowhere)
            heap_.push({when, id});
        else
            heap_.update(places[id], {when, id});
    }

    /// Makes `id` due at `when` unless it is due earlier.
    void advance(source_id id, time_point when)
    {
        if (auto const present = due(id); !present || when < *present)
            set(id, when);
    }

    void erase(source_id id)
    {
        if (!due(id))
            return;
        auto& places = heap_.policy().places;
        heap_.erase(places[id]);
        places[id] = nowhere;
    }

    /// Takes the source that is due longest; none when nothing is due at `now`.
    std::optional<source_id> pop_due(time_point now)
    {
        if (heap_.empty() || heap_.top().when > now)
            return std::nullopt;
        auto const id = heap_.pop().id;
        heap_.policy().places[id] = nowhere;
        return id;
    }

    /// When `id` is due; none when it is not scheduled.
    std::optional<time_point> due(source_id id) const
    {
        auto const& places = heap_.policy().places;
        if (id >= places.size() || places[id] == nowhere)
            return std::nullopt;
        return heap_.at(places[id]).when;
    }

    /// When the next source is due; `time_point::max()` when there is none.
    time_point next() const { return heap_.empty() ? time_point::max() : heap_.top().when; }
    std::size_t size() const noexcept { return heap_.size(); }
private:
    static constexpr std::uint32_t nowhere = ~0U;

    struct slot
    {
        time_point when;
        source_id id;
    };
    struct policy
    {
        std::vector<std::uint32_t> places;  // of each id in the heap
        static bool less(slot const& a, slot const& b) noexcept { return a.when < b.when; }
        void place(slot const& s, std::uint32_t position) noexcept { places[s.id] = position; }
    };
    indexed_heap<slot, policy> heap_;
};

/** Where in `window` the first poll of a source falls: the same place for the same name after every start, and
    spread evenly over many names, so that a start is no burst. */
inline duration spread(std::uint64_t hash_of_name, duration window) noexcept
{
    return fraction_of(window, uniform_source(hash_of_name)());
}

}  // namespace penstock::poll

#endif  // PENSTOCK_POLL_SCHEDULE_HPP
