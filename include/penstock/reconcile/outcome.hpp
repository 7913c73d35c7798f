#ifndef PENSTOCK_RECONCILE_OUTCOME_HPP
#define PENSTOCK_RECONCILE_OUTCOME_HPP
#include <penstock/error/result.hpp>
#include <penstock/time/types.hpp>

#include <cstdint>
#include <optional>
#include <utility>

namespace penstock::reconcile {

/** How a reconcile ended, when it did not fail. To fail, return a `failure`: the key comes back after its retry
    delay, and not before `failure::retry_after`. */
class outcome
{
public:
    enum class kind : std::uint8_t
    {
        done,         ///< Nothing to do until an event wakes the key.
        again,        ///< Come back after the retry delay; counts like a failure, but is none.
        again_after,  ///< Come back after `after`; ends the row of failures.
        terminal,     ///< It failed, and trying again cannot help: an event must wake the key.
        not_yet,      ///< It did not begin: come back after `after`. Neither a success nor a failure.
    };

    outcome() = default;  ///< `done`.

    static outcome done() { return {}; }
    static outcome again() { return outcome(kind::again, {}); }
    /// @param wait A wait of zero or less is the same as `done`.
    static outcome again_after(duration wait)
    {
        return wait > duration::zero() ? outcome(kind::again_after, wait) : outcome();
    }
    /// What a reconciler needs is not there yet; the row of failures stays as it is.
    static outcome not_yet(duration wait) { return outcome(kind::not_yet, wait); }
    static outcome terminal(failure why)
    {
        outcome o(kind::terminal, {});
        o.why_ = std::move(why);
        return o;
    }

    /// Queue the key again with this priority instead of the one it had.
    outcome with_priority(int priority) &&
    {
        priority_ = priority;
        return std::move(*this);
    }

    kind what() const noexcept { return kind_; }
    duration after() const noexcept { return after_; }
    failure const& why() const noexcept { return why_; }  ///< For `terminal`.
    std::optional<int> priority() const noexcept { return priority_; }
private:
    outcome(kind k, duration after) : kind_(k), after_(after) {}

    kind kind_ = kind::done;
    duration after_{};
    std::optional<int> priority_;
    failure why_;
};

}  // namespace penstock::reconcile

#endif  // PENSTOCK_RECONCILE_OUTCOME_HPP
