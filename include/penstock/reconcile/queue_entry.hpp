#ifndef PENSTOCK_RECONCILE_QUEUE_ENTRY_HPP
#define PENSTOCK_RECONCILE_QUEUE_ENTRY_HPP
#include <penstock/reconcile/queue_keys.hpp>
#include <penstock/time/types.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <map>
#include <vector>

namespace penstock::reconcile {

/// A key that was taken, with what the worker needs to give it back. It ends with `done`.
template <class Key>
struct taken
{
    Key key;
    int priority = 0;   ///< With which it waited; hand it back when the key is queued again.
    duration waited{};  ///< From becoming ready to being taken.
    detail::queue_id id = detail::no_queue_id;  ///< Its number in the queue: so it need not be looked up.
};

namespace detail {

/// The time stands beside the number, so that ordering the heap looks at nothing else.
struct queue_slot
{
    time_point when;
    queue_id id;
};

/// Orders the heap, and knows where in it, or in a line, each number stands: side by side, for many of them change with
/// each change of the heap.
class queue_positions
{
public:
    static bool less(queue_slot const& a, queue_slot const& b) noexcept { return a.when < b.when; }
    void place(queue_slot const& s, std::uint32_t position) noexcept { positions_[s.id] = position; }

    void make_room(queue_id id)
    {
        if (id >= positions_.size())
            positions_.resize(std::size_t{id} + 1);
    }
    void set(queue_id id, std::uint32_t position) noexcept { positions_[id] = position; }
    std::uint32_t of(queue_id id) const noexcept { return positions_[id]; }
    void release() noexcept { std::vector<std::uint32_t>().swap(positions_); }
private:
    std::vector<std::uint32_t> positions_;
};

/// The ready keys by priority, in the order of coming within one. Every operation takes constant time for a
/// bounded number of priorities.
class queue_lines
{
public:
    std::size_t size() const noexcept { return size_; }

    /// @return Where it stands, for `erase`.
    std::uint32_t push(queue_id id, int priority)
    {
        auto& l = lines_[priority];
        l.ids.push_back(id);
        ++size_;
        return l.first + static_cast<std::uint32_t>(l.ids.size() - 1);
    }

    /// Takes out a key before its turn, by the priority it was pushed with.
    void erase(std::uint32_t position, int priority)
    {
        auto& l = lines_[priority];
        l.ids[position - l.first] = no_queue_id;  // skipped when its turn comes
        --size_;
    }

    /// Which one probably comes after the next.
    queue_id second() const noexcept
    {
        auto const& ids = lines_.begin()->second.ids;
        return ids.size() < 2 ? no_queue_id : ids[1];
    }

    /// The longest waiting one of the highest priority; there is one.
    queue_id pop()
    {
        for (auto it = lines_.begin();;) {
            auto& l = it->second;
            while (!l.ids.empty()) {
                auto const id = l.ids.front();
                l.ids.pop_front();
                ++l.first;
                if (id != no_queue_id) {
                    --size_;
                    return id;
                }
            }
            it = lines_.size() > 16 ? lines_.erase(it) : std::next(it);
        }
    }
private:
    struct line
    {
        std::deque<queue_id> ids;
        std::uint32_t first = 0;  // position of the front; may wrap around
    };
    std::map<int, line, std::greater<>> lines_;
    std::size_t size_ = 0;
};

}  // namespace detail

}  // namespace penstock::reconcile

#endif  // PENSTOCK_RECONCILE_QUEUE_ENTRY_HPP
