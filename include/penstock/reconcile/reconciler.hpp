#ifndef PENSTOCK_RECONCILE_RECONCILER_HPP
#define PENSTOCK_RECONCILE_RECONCILER_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/error/result.hpp>
#include <penstock/reconcile/outcome.hpp>
#include <penstock/time/types.hpp>

#include <concepts>

namespace penstock::reconcile {

/// A reconciler that passes the deadline on to its own calls.
template <class R>
concept deadline_reconciler = requires(R& r, typename R::key_type key, time_point deadline) {
    { r.reconcile(key, deadline) } -> std::same_as<awaitable<result<outcome>>>;
};

/** Brings what one key names closer to what it should be. It looks at the present state and decides from that,
    never from what woke it. Never runs twice at once for one key; it may for different keys. It is cancelled at
    its deadline and when the controller stops. */
template <class R>
concept reconciler =
    std::copyable<typename R::key_type> && (deadline_reconciler<R> || requires(R& r, typename R::key_type key) {
        { r.reconcile(key) } -> std::same_as<awaitable<result<outcome>>>;
    });

}  // namespace penstock::reconcile

#endif  // PENSTOCK_RECONCILE_RECONCILER_HPP
