#ifndef PENSTOCK_RECONCILE_QUEUE_ENTRY_HPP
#define PENSTOCK_RECONCILE_QUEUE_ENTRY_HPP
#include <penstock/reconcile/queue_keys.hpp>
#include <penstock/time/types.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
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

/// The ready keys by priority, in the order of coming within one: lists that are linked through the numbers, so that
/// what is taken out before its turn leaves nothing behind. Every operation takes constant time for a bounded number
/// of priorities. The one before each number stands where a waiting one has its place in the heap.
class queue_lines
{
public:
    std::size_t size() const noexcept { return size_; }

    void push(queue_positions& before, queue_id id, int priority)
    {
        if (id >= next_.size())
            next_.resize(std::size_t{id} + 1);
        auto& l = lines_[priority];
        next_[id] = no_queue_id;
        before.set(id, l.last);
        (l.first == no_queue_id ? l.first : next_[l.last]) = id;
        l.last = id;
        ++size_;
    }

    /// Takes out a key before its turn, by the priority it was pushed with.
    void erase(queue_positions& before, queue_id id, int priority) noexcept
    {
        auto const at = lines_.find(priority);
        auto& l = at->second;
        auto const next = next_[id];
        auto const previous = before.of(id);  // means nothing for the first one
        if (l.last == id)
            l.last = l.first == id ? no_queue_id : previous;
        else
            before.set(next, previous);
        (l.first == id ? l.first : next_[previous]) = next;
        --size_;
        drop_if_empty(at);
    }

    /// Which one probably comes after the next.
    queue_id second() const noexcept { return lines_.empty() ? no_queue_id : lines_.begin()->second.first; }

    /// The longest waiting one of the highest priority; there is one.
    queue_id pop() noexcept
    {
        auto at = lines_.begin();
        while (at->second.first == no_queue_id)
            ++at;
        auto& l = at->second;
        auto const id = l.first;
        l.first = next_[id];
        if (l.first == no_queue_id)
            l.last = no_queue_id;
        --size_;
        drop_if_empty(at);
        return id;
    }

    /// Gives all memory back, once nothing is in a line.
    void release(queue_positions& before) noexcept
    {
        std::vector<queue_id>().swap(next_);
        before.release();
    }
private:
    static constexpr std::size_t max_idle_lines = 16;

    struct line
    {
        queue_id first = no_queue_id;
        queue_id last = no_queue_id;
    };
    using all_lines = std::map<int, line, std::greater<>>;

    void drop_if_empty(all_lines::iterator at) noexcept
    {
        if (at->second.first == no_queue_id && lines_.size() > max_idle_lines)
            lines_.erase(at);
    }

    all_lines lines_;
    std::vector<queue_id> next_;  // behind each number in its line
    std::size_t size_ = 0;
};

}  // namespace detail

}  // namespace penstock::reconcile

#endif  // PENSTOCK_RECONCILE_QUEUE_ENTRY_HPP
