#ifndef PENSTOCK_KUBE_SHARD_MEMBERS_HPP
#define PENSTOCK_KUBE_SHARD_MEMBERS_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/kube/lease_record.hpp>
#include <penstock/kube/object_ref.hpp>
#include <penstock/time/types.hpp>

#include <boost/json/object.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::kube {

struct sharding_options
{
    std::chrono::seconds lease{15};  ///< So long after its last renewal a replica counts as alive.
    duration renew_deadline = std::chrono::seconds(10);  ///< So long after its last renewal it still owns its keys.
    duration period = std::chrono::seconds(2);  ///< Between two renewals.
};

/// `errc::invalid_argument` unless `lease > renew_deadline > 1.2 * period`, and all are positive.
PENSTOCK_DECL result<void> check(sharding_options const& o);

/// The label of the Leases of a group, and the annotation with the members that their writer goes by.
inline constexpr std::string_view shard_group_label = "penstock.dev/shard-group";
inline constexpr std::string_view shard_view_annotation = "penstock.dev/shard-view";

/** Decides which keys this replica owns, of several that share them by rendezvous hash. Pure.

    Every replica has a Lease of its own. It renews it, writes into it which members it goes by (its view), and lists the
    Leases of all. A round is: list, `listed`, write `proposal`, `written`.

    A key is owned by a replica when it is its own in every view: in the one that it has published, and in those that all
    other live replicas have published, read after that. Before a replica publishes a view that takes keys away from it,
    it has stopped working on them. So two replicas never own a key at once, provided that

    - the lists are consistent (no `resourceVersion` is given), and nobody else changes or removes these Leases,
    - no clock runs so much faster than another that `lease` there passes before `renew_deadline` here,
    - a reconcile that is under way when the lease runs out writes nothing any more (`fenced_transport` with this).

    Nobody owns a key for up to two periods when a replica comes or goes, and for up to a lease and a period when one died;
    nobody owns any for as long as the API server is away, from `renew_deadline` on.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class shard_members
{
public:
    using view = std::vector<std::string>;  ///< Identities in order.

    /// @param me Identity of this process: different in each, not empty, without commas.
    shard_members(std::string group, std::string me, std::string ns, sharding_options const& options = {});

    /// The Leases of the group. @param sent When they were asked for.
    void listed(std::vector<boost::json::object> const& leases, time_point sent, time_point now);

    /// Who is alive, this process included: what the next view is to be.
    view const& wanted() const noexcept { return wanted_; }
    /// Whether a key is to stay this replica's; if not, no work on it may begin, and what runs must end. After a lease that
    /// ran out that is so of all keys.
    bool keeps(std::string_view key) const;

    /** The Lease to write now.
        @param drained No work is under way on a key that `keeps` denies; until then the old view is renewed. */
    boost::json::object proposal(bool drained, wall_time now);
    /// Whether the Lease is to be created; else it is to be replaced.
    bool is_new() const noexcept { return own_.empty(); }
    /// What the server answered; after a failure the next round reads it anew.
    void written(result<boost::json::object> const& lease, time_point sent, time_point now);

    /// This process leaves the group, and owns nothing from here on.
    void left() { forget_own(); }

    /// Whether this replica may work on a key now.
    bool owns(std::string_view key, time_point now) const;

    /// Until when what it owns is its own; a `fence`.
    time_point leads_until() const noexcept { return acts_until_; }
    /// Whether the next list can change what is owned, so that it is worth asking at once.
    bool unsettled() const noexcept { return claims_.size() > 1; }
    /// Grows whenever keys may have been gained.
    std::size_t changes() const noexcept { return changes_; }
    /// Leases of members that died long ago; to be removed in the version that was seen.
    std::vector<boost::json::object> const& left_behind() const noexcept { return left_behind_; }

    std::string const& me() const noexcept { return me_; }
    object_name const& lease() const noexcept { return lease_; }
    std::string const& group() const noexcept { return group_; }
    sharding_options const& options() const noexcept { return options_; }
private:
    struct member
    {
        std::string version;  // of its Lease, as it was last seen to change
        time_point changed_at{};
        view goes_by;
        bool alive = false;
    };

    void forget_own();

    std::string group_;
    std::string me_;
    object_name lease_;
    sharding_options options_;
    std::map<std::string, member> others_;
    boost::json::object own_;  // the Lease of this process as it was last seen; empty: there is none
    view wanted_;
    std::vector<view> claims_;  // what this process may be known to go by: a key must be its own in all of them
    bool in_force_ = false;  // it is a member, and its lease has not run out since
    bool published_ = false;  // the newest of the claims, for sure
    time_point acts_until_ = time_point::min();
    time_point published_at_{};
    std::size_t changes_ = 0;
    std::vector<boost::json::object> left_behind_;
};

}  // namespace penstock::kube

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/kube/impl/shard_members.ipp>
#endif
#endif  // PENSTOCK_KUBE_SHARD_MEMBERS_HPP
