#ifndef PENSTOCK_RECONCILE_QUEUE_HPP
#define PENSTOCK_RECONCILE_QUEUE_HPP
#include <penstock/reconcile/queue_entry.hpp>
#include <penstock/reconcile/retry.hpp>
#include <penstock/time/indexed_heap.hpp>
#include <penstock/time/types.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

namespace penstock::reconcile {

/** Which keys are to be reconciled, and when. A pure state machine: it takes `now`, sleeps never.

    A key is handed out to one worker at a time. While it waits, adding it again changes nothing (but its priority
    may rise); while it is processed, adding it makes it run once more after `done`. A key stands in one place
    only: where two adds meet, the earlier time and the higher priority win. So a pending `add_after` is swallowed
    by an `add`: whoever reconciles the key decides anew when to come back.

    Ready keys go out by priority, highest first, and in the order of becoming ready within one. A key takes about
    55 bytes beside itself; once it is idle and forgotten, they are those of the next key.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe.
    @see https://pkg.go.dev/k8s.io/client-go/util/workqueue, whose semantics these are but for the merging */
template <class Key, retry_policy Retry = exponential_retry, class Hash = std::hash<Key>>
class queue
{
    using id = detail::queue_id;
    using place = detail::queue_place;
public:
    using key_type = Key;

    explicit queue(Retry retry = {}) : retry_(std::move(retry)) {}

    /// Makes `key` ready now. Ignored after `shut_down`.
    void add(Key const& key, time_point now, int priority = 0)
    {
        if (!stopping_)
            enqueue(find(key), now, priority);
    }

    /// Makes `key` ready at `now + delay`, or earlier if it was to be ready earlier. A delay of zero or less adds now.
    void add_after(Key const& key, duration delay, time_point now, int priority = 0)
    {
        if (!stopping_)
            wait_for(find(key), delay, now, priority);
    }
    void add_after(taken<Key> const& item, duration delay, time_point now, int priority = 0)
    {
        if (!stopping_)
            wait_for(item.id, delay, now, priority);
    }

    /// Counts a failure of `key` and adds it after what the retry policy says, at least `at_least`.
    void add_rate_limited(Key const& key, time_point now, int priority = 0, duration at_least = {})
    {
        if (!stopping_)
            retry(find(key), now, priority, at_least);
    }
    void add_rate_limited(taken<Key> const& item, time_point now, int priority = 0, duration at_least = {})
    {
        if (!stopping_)
            retry(item.id, now, priority, at_least);
    }

    /// Ends the row of failures. Does not take the key out of the queue.
    void forget(Key const& key)
    {
        if (auto const n = keys_.find(key); n != detail::no_queue_id) {
            keys_[n].entry.failures = 0;
            drop_if_idle(n);
        }
    }
    void forget(taken<Key> const& item) noexcept { keys_[item.id].entry.failures = 0; }

    /// Failures of `key` in a row.
    unsigned num_requeues(Key const& key) const
    {
        auto const n = keys_.find(key);
        return n == detail::no_queue_id ? 0 : keys_[n].entry.failures;
    }

    /// The next key to work on; it is processed until `done`. Until then the functions that take the item do what
    /// those that take its key do, and look nothing up. Keys that were queued before `shut_down` still come.
    std::optional<taken<Key>> take_item(time_point now)
    {
        promote(now);
        if (ready_.size() == 0)
            return std::nullopt;
        auto const n = ready_.pop();
        keys_.expect(ready_.second());
        auto& [key, e] = keys_[n];
        e.at = place::nowhere;
        e.processing = true;
        ++processing_;
        return taken<Key>{key, e.priority, std::max(now - e.when, duration::zero()), n};
    }

    std::optional<Key> take(time_point now)
    {
        auto item = take_item(now);
        return item ? std::optional<Key>(std::move(item->key)) : std::nullopt;
    }

    /// Ends the work on a key that was taken; if it was added meanwhile it is ready at once. Other keys are ignored.
    void done(Key const& key)
    {
        if (auto const n = keys_.find(key); n != detail::no_queue_id && keys_[n].entry.processing)
            end(n);
    }

    /// The same, once for each item: then the queue may have forgotten the key.
    void done(taken<Key> const& item) { end(item.id); }

    /** When `take` can next give a key if nothing is added: `time_point::min()` for now, `time_point::max()` when
        nothing waits. */
    time_point next_due() const noexcept { return ready_.size() == 0 ? next_waiting() : time_point::min(); }

    /// When the next key becomes ready by itself.
    time_point next_waiting() const noexcept { return waiting_.empty() ? time_point::max() : waiting_.top().when; }

    /// Moves what is due from waiting to ready. `take` does this too; call it before reading `size` for a gauge.
    void promote(time_point now)
    {
        while (!waiting_.empty() && waiting_.top().when <= now) {
            auto const n = waiting_.pop().id;
            if (!waiting_.empty())
                keys_.expect(waiting_.top().id);
            auto& e = keys_[n].entry;
            e.at = place::nowhere;
            enqueue(n, e.when, e.priority);
        }
    }

    /// Keys that are ready. Those that wait, and those that are processed, do not count.
    std::size_t size() const noexcept { return ready_.size(); }
    std::size_t waiting() const noexcept { return waiting_.size(); }
    std::size_t processing() const noexcept { return processing_; }
    /// Keys to be worked on that are not yet: those that are ready, and those that are processed and were added again.
    std::size_t depth() const noexcept { return ready_.size() + held_; }
    /// Keys of which anything is known, failures included.
    std::size_t known() const noexcept { return keys_.size(); }

    /// Takes nothing in any more and drops what waits. What is ready is still handed out. Ends a drain.
    void shut_down()
    {
        stopping_ = true;
        draining_ = false;
        drop_waiting();
    }

    /// As `shut_down`, but `finished` only when everything that is ready or processed has been done.
    void shut_down_with_drain()
    {
        shut_down();
        draining_ = true;
    }

    bool shutting_down() const noexcept { return stopping_; }
    /// Nobody need wait for this queue any longer.
    bool finished() const noexcept
    {
        return stopping_ && (!draining_ || (ready_.size() == 0 && held_ == 0 && processing_ == 0));
    }

    /// Counters for metrics: keys that became ready, and delayed adds.
    std::uint64_t adds() const noexcept { return adds_; }
    std::uint64_t retries() const noexcept { return retries_; }
private:
    id find(Key const& key)
    {
        auto const n = keys_.enter(key);
        waiting_.policy().make_room(n);
        return n;
    }

    void wait_for(id n, duration delay, time_point now, int priority)
    {
        ++retries_;
        if (delay <= duration::zero())
            return enqueue(n, now, priority);
        wait(n, delay < time_point::max() - now ? now + delay : time_point::max(), priority);
    }

    void retry(id n, time_point now, int priority, duration at_least)
    {
        auto& failures = keys_[n].entry.failures;
        auto const delay = std::max(retry_.delay(failures, now), at_least);
        if (failures < ~0U)
            ++failures;
        wait_for(n, delay, now, priority);
    }

    void end(id n)
    {
        auto& e = keys_[n].entry;
        e.processing = false;
        --processing_;
        if (e.at != place::held)
            return drop_if_idle(n);
        --held_;
        to_ready(n);
    }

    void enqueue(id n, time_point now, int priority)
    {
        auto& e = keys_[n].entry;
        auto& positions = waiting_.policy();
        switch (e.at) {
        case place::ready:
            if (priority > e.priority) {
                ready_.erase(positions, n, e.priority);
                e.priority = priority;
                ready_.push(positions, n, priority);  // behind its new peers
            }
            return;
        case place::held: e.priority = std::max(e.priority, priority); return;
        case place::waiting:
            waiting_.erase(positions.of(n));
            priority = std::max(e.priority, priority);
            break;
        case place::nowhere: break;
        }
        ++adds_;
        e.priority = priority;
        e.when = now;
        if (e.processing) {
            e.at = place::held;
            ++held_;
        } else {
            to_ready(n);
        }
    }

    void to_ready(id n)
    {
        auto& e = keys_[n].entry;
        e.at = place::ready;
        ready_.push(waiting_.policy(), n, e.priority);
    }

    void wait(id n, time_point when, int priority)
    {
        auto& e = keys_[n].entry;
        switch (e.at) {
        case place::ready:
        case place::held: return enqueue(n, e.when, priority);  // it comes sooner than that
        case place::waiting:
            e.priority = std::max(e.priority, priority);
            if (when < e.when) {
                e.when = when;
                waiting_.update(waiting_.policy().of(n), {when, n});
            }
            return;
        case place::nowhere:
            e.at = place::waiting;
            e.when = when;
            e.priority = priority;
            waiting_.push({when, n});
        }
    }

    void drop_waiting()
    {
        while (!waiting_.empty()) {
            auto const n = waiting_.pop().id;
            auto& e = keys_[n].entry;
            e.at = place::nowhere;
            e.failures = 0;
            drop_if_idle(n);
        }
    }

    void drop_if_idle(id n)
    {
        auto const& e = keys_[n].entry;
        bool const idle = e.at == place::nowhere && !e.processing && e.failures == 0;
        if (idle && keys_.erase(n))
            ready_.release(waiting_.policy());
    }

    detail::queue_keys<Key, Hash> keys_;
    indexed_heap<detail::queue_slot, detail::queue_positions> waiting_;
    detail::queue_lines ready_;
    [[no_unique_address]] Retry retry_;
    std::uint64_t adds_ = 0;
    std::uint64_t retries_ = 0;
    std::size_t processing_ = 0;
    std::size_t held_ = 0;
    bool stopping_ = false;
    bool draining_ = false;
};

}  // namespace penstock::reconcile

#endif  // PENSTOCK_RECONCILE_QUEUE_HPP
