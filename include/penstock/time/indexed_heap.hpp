#ifndef PENSTOCK_TIME_INDEXED_HEAP_HPP
#define PENSTOCK_TIME_INDEXED_HEAP_HPP
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace penstock {

/** A 4-ary min-heap whose elements are told where they stand, so that any of them can be moved or taken out in
    O(log n).

    @tparam Policy has `static bool less(T const&, T const&)` and `void place(T const&, std::uint32_t)`, which
    keeps the position. Four children to a node: half the levels of a binary heap, and they share a cache line. */
template <class T, class Policy>
class indexed_heap
{
public:
    explicit indexed_heap(Policy policy = {}) : policy_(std::move(policy)) {}

    bool empty() const noexcept { return items_.empty(); }
    std::size_t size() const noexcept { return items_.size(); }
    T const& top() const { return items_.front(); }
    T const& at(std::uint32_t position) const { return items_[position]; }
    Policy& policy() noexcept { return policy_; }
    Policy const& policy() const noexcept { return policy_; }

    void push(T item)
    {
        items_.push_back(std::move(item));
        up(items_.size() - 1);
    }

    /// Puts the element at `position` right after its order has changed; it may be replaced by `item`.
    void update(std::uint32_t position, T item)
    {
        items_[position] = std::move(item);
        fix(position);
    }

    /// Takes out the element at `position`.
    void erase(std::uint32_t position)
    {
        std::size_t const last = items_.size() - 1;
        if (position != last)
            items_[position] = std::move(items_[last]);
        items_.pop_back();
        if (position != last)
            fix(position);
        if (items_.capacity() > 64 && items_.size() < items_.capacity() / 4)
            items_.shrink_to_fit();  // a burst must not hold its memory for ever
    }

    T pop()
    {
        T out = items_.front();
        erase(0);
        return out;
    }

    void clear() { std::vector<T>().swap(items_); }
private:
    void fix(std::size_t at)
    {
        if (at > 0 && Policy::less(items_[at], items_[(at - 1) / 4]))
            up(at);
        else
            down(at);
    }

    void up(std::size_t at)
    {
        T item = std::move(items_[at]);
        while (at > 0 && Policy::less(item, items_[(at - 1) / 4])) {
            items_[at] = std::move(items_[(at - 1) / 4]);
            policy_.place(items_[at], static_cast<std::uint32_t>(at));
            at = (at - 1) / 4;
        }
        items_[at] = std::move(item);
        policy_.place(items_[at], static_cast<std::uint32_t>(at));
    }

    void down(std::size_t at)
    {
        T item = std::move(items_[at]);
        for (;;) {
            std::size_t const first = at * 4 + 1;
            if (first >= items_.size())
                break;
            std::size_t least = first;
            for (std::size_t c = first + 1; c < std::min(first + 4, items_.size()); ++c)
                if (Policy::less(items_[c], items_[least]))
                    least = c;
            if (!Policy::less(items_[least], item))
                break;
            items_[at] = std::move(items_[least]);
            policy_.place(items_[at], static_cast<std::uint32_t>(at));
            at = least;
        }
        items_[at] = std::move(item);
        policy_.place(items_[at], static_cast<std::uint32_t>(at));
    }

    std::vector<T> items_;
    [[no_unique_address]] Policy policy_;
};

}  // namespace penstock

#endif  // PENSTOCK_TIME_INDEXED_HEAP_HPP
