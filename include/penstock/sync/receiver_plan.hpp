#ifndef PENSTOCK_SYNC_RECEIVER_PLAN_HPP
#define PENSTOCK_SYNC_RECEIVER_PLAN_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/kube/object_ref.hpp>
#include <penstock/sync/receiver.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace penstock::sync {

/// What one entry of `spec.resources` asks for: one object, or all that carry some labels.
struct receiver_target
{
    std::size_t entry = 0;  ///< Place in `receiver::resources`.
    kube::resource what;
    std::string ns;
    std::string name;                     ///< Empty when `selector` is set.
    std::optional<std::string> selector;  ///< As the API server takes it; an empty one selects everything.
};

struct receiver_plan_options
{
    bool no_cross_namespace_refs = false;  ///< Refuse entries in another namespace than the Receiver's.
};

/** The targets of a Receiver, in order.

    An entry that cannot be used is a failure in its place, so that the rest still runs: a kind without a default that
    does not give its apiVersion, another namespace where that is forbidden, `*` without labels, labels that are none.
    Labels are ignored where a name is given. */
PENSTOCK_DECL std::vector<result<receiver_target>> plan_receiver(receiver const& r,
                                                                 receiver_plan_options const& o = {});

}  // namespace penstock::sync

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/sync/impl/receiver_plan.ipp>
#endif

#endif  // PENSTOCK_SYNC_RECEIVER_PLAN_HPP
