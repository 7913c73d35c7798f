#ifndef PENSTOCK_EMBEDDED_KUBE_HISTORY_HPP
#define PENSTOCK_EMBEDDED_KUBE_HISTORY_HPP
#include <penstock/embedded/kube_object.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>

namespace penstock::embedded {

/// One write, as watches see it.
struct kube_change
{
    std::uint64_t version = 0;  ///< The resource version that it made.
    std::string key;            ///< `kube_type::key()`.
    kube_object before;         ///< Null: it was created.
    kube_object after;          ///< Null: it was deleted; then `last` holds its final state.
    kube_object last;           ///< `after`, or the final state with the version of the deletion.
};

/** The latest writes, so that watches can start in the past; what is older is forgotten and makes a 410.

    Watches are cursors: nothing is queued for them, they are only told to look. One thread. */
class kube_history
{
public:
    explicit kube_history(std::size_t limit) : limit_(limit) {}

    void add(kube_change change)
    {
        changes_.push_back(std::move(change));
        if (changes_.size() > limit_) {
            forgotten_ = changes_.front().version;
            changes_.pop_front();
        }
        wake();
    }

    /// Tells every listener to look, though nothing has changed.
    void wake()
    {
        // A copy: a listener may go while others are told.
        auto const listeners = listeners_;
        for (auto const& [id, tell] : listeners)
            if (listeners_.contains(id))
                tell();
    }

    /// Forgets everything, as a compaction of etcd does. Watches that are open have seen it all already.
    void forget()
    {
        if (!changes_.empty())
            forgotten_ = changes_.back().version;
        changes_.clear();
    }

    /// Whether everything after that version is still known.
    bool reaches(std::uint64_t version) const noexcept { return version >= forgotten_; }

    /// Calls `visit(change)` for everything after `version`, in order.
    template <class Visit>
    void after(std::uint64_t version, Visit visit) const
    {
        auto at = std::upper_bound(changes_.begin(), changes_.end(), version,
                                   [](std::uint64_t v, kube_change const& c) { return v < c.version; });
        for (; at != changes_.end(); ++at)
            visit(*at);
    }

    /// Calls `tell` after every write, until `leave`.
    std::uint64_t join(std::function<void()> tell)
    {
        listeners_.emplace(++last_id_, std::move(tell));
        return last_id_;
    }
    void leave(std::uint64_t id) { listeners_.erase(id); }
    std::size_t listeners() const noexcept { return listeners_.size(); }
private:
    std::deque<kube_change> changes_;
    std::size_t limit_;
    std::uint64_t forgotten_ = 0;
    std::map<std::uint64_t, std::function<void()>> listeners_;
    std::uint64_t last_id_ = 0;
};

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_KUBE_HISTORY_HPP
