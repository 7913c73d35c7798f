#ifndef PENSTOCK_RECONCILE_QUEUE_ENTRY_HPP
#define PENSTOCK_RECONCILE_QUEUE_ENTRY_HPP
#include <penstock/time/types.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <map>
#include <utility>

namespace penstock::reconcile {

namespace detail {

enum class queue_place : std::uint8_t
{
    nowhere,
    waiting,  // in the heap by time
    ready,    // in the heap by priority
    held,     // ready, but processed at the moment
};

/// What the queue knows about a key.
struct queue_entry
{
    time_point when{};           // waiting: when it is ready; ready, held: since when
    std::uint32_t position = 0;  // in the heap or the line
    unsigned failures = 0;       // in a row
    int priority = 0;
    queue_place at = queue_place::nowhere;
    bool processing = false;
};
static_assert(sizeof(queue_entry) == 24);

template <class Key>
using queue_node = std::pair<Key const, queue_entry>;

}  // namespace detail

/// A key that was taken, with what the worker needs to give it back. It ends with `done`.
template <class Key>
struct taken
{
    Key key;
    int priority = 0;   ///< With which it waited; hand it back when the key is queued again.
    duration waited{};  ///< From becoming ready to being taken.
    detail::queue_node<Key>* place = nullptr;  ///< Where the queue keeps it: so it need not be looked up.
};

namespace detail {

/// The time stands beside the pointer, so that ordering the heap touches no nodes.
template <class Key>
struct queue_slot
{
    time_point when;
    queue_node<Key>* node;
};

template <class Key>
struct queue_by_time
{
    static bool less(queue_slot<Key> const& a, queue_slot<Key> const& b) noexcept { return a.when < b.when; }
    static void place(queue_slot<Key> const& s, std::uint32_t position) noexcept { s.node->second.position = position; }
};

/// The ready keys by priority, in the order of coming within one. Every operation takes constant time for a
/// bounded number of priorities.
template <class Key>
class queue_lines
{
public:
    using node = queue_node<Key>;

    std::size_t size() const noexcept { return size_; }

    void push(node* n)
    {
        auto& l = lines_[n->second.priority];
        n->second.position = l.first + static_cast<std::uint32_t>(l.nodes.size());
        l.nodes.push_back(n);
        ++size_;
    }

    /// Takes out a key before its turn, by the priority it was pushed with.
    void erase(node* n)
    {
        auto& l = lines_[n->second.priority];
        l.nodes[n->second.position - l.first] = nullptr;  // skipped when its turn comes
        --size_;
    }

    /// The longest waiting one of the highest priority; there is one.
    node* pop()
    {
        for (auto it = lines_.begin();;) {
            auto& l = it->second;
            while (!l.nodes.empty()) {
                node* const n = l.nodes.front();
                l.nodes.pop_front();
                ++l.first;
                if (n != nullptr) {
                    --size_;
                    return n;
                }
            }
            it = lines_.size() > 16 ? lines_.erase(it) : std::next(it);
        }
    }
private:
    struct line
    {
        std::deque<node*> nodes;
        std::uint32_t first = 0;  // position of the front; may wrap around
    };
    std::map<int, line, std::greater<>> lines_;
    std::size_t size_ = 0;
};

}  // namespace detail

}  // namespace penstock::reconcile

#endif  // PENSTOCK_RECONCILE_QUEUE_ENTRY_HPP
