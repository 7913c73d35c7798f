#ifndef PENSTOCK_KUBE_ELECTION_HPP
#define PENSTOCK_KUBE_ELECTION_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/kube/lease_record.hpp>
#include <penstock/kube/object_ref.hpp>
#include <penstock/time/backoff.hpp>
#include <penstock/time/types.hpp>

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::kube {

struct election_options
{
    std::chrono::seconds lease{15};                      ///< So long after its last renewal nobody takes the lease.
    duration renew_deadline = std::chrono::seconds(10);  ///< So long after its last renewal a leader still leads.
    duration retry_period = std::chrono::seconds(2);  ///< Between two attempts; followers wait up to 2.2 times this.
    std::uint64_t seed = 1;  ///< For jitter; different in each process.
};

/// What Flux's controllers use.
constexpr election_options flux_election_options() noexcept
{
    return {std::chrono::seconds(35), std::chrono::seconds(30), std::chrono::seconds(5), 1};
}

/// `errc::invalid_argument` unless `lease > renew_deadline > 1.2 * retry_period` and all are at least a nanosecond.
PENSTOCK_DECL result<void> check(election_options const& o);

/// The next thing to do in an attempt to get or keep a lease.
enum class election_step : std::uint8_t
{
    read,  ///< GET the Lease, then `read`.
    create,  ///< POST what `proposal` gives, then `written`.
    update,  ///< PUT what `proposal` gives, then `written`.
    won,  ///< The attempt is over, and this process leads.
    lost,  ///< The attempt is over, and it does not, or it could not be renewed.
};

/** Decides who leads, as client-go does it, by a Lease that all candidates read and write. Pure.

    An attempt goes: `begin`, then what the steps say, until `won` or `lost`. A holder counts as alive for the length
    of its lease from when its record was last *seen to change*, by the monotonic clock of this process: clocks that
    differ do no harm, clocks that run at different speeds do.

    An election does not stop a writer that is slow. So `leads_until` says by when it must have written, counted from
    before its last renewal was sent: others may take the lease only after `lease` from when that arrived.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe.
    @see https://github.com/kubernetes/client-go/tree/master/tools/leaderelection */
class election
{
public:
    /// @param identity Of this process among the candidates, such as `<hostname>_<uuid>`; not empty.
    election(std::string identity, object_name lease, election_options options);

    /// Begins an attempt. `update` when this process leads: then it does without reading.
    election_step begin(time_point now);

    /// The answer to `read`; `errc::not_found` lets it be created.
    election_step read(result<boost::json::object> const& lease, time_point now);

    /** The answer to `create` or `update`.
        @param sent When the request was sent: the lease is held from then on. */
    election_step written(result<boost::json::object> const& lease, time_point sent, time_point now);

    /// What to write for `create` or `update`.
    boost::json::object proposal(wall_time now) const;

    /// What to write to let go of a lease that this process holds, of the Lease that was read for it.
    static boost::json::object released(boost::json::object lease, wall_time now);

    /// Nobody leads from here on, by our own doing.
    void resigned() noexcept { leads_until_ = time_point::min(); }

    /// Until when this process may act as the leader; `time_point::min()` when it does not lead.
    time_point leads_until() const noexcept { return leads_until_; }
    bool leads(time_point now) const noexcept { return now < leads_until_; }
    /// Who leads by the record that was seen last; may have died since. Empty when nobody does.
    std::string const& holder() const noexcept { return observed_.holder; }
    /// Whether the record names this process, alive or not.
    bool holds() const noexcept { return observed_.holder == identity_; }
    std::string const& identity() const noexcept { return identity_; }
    object_name const& lease() const noexcept { return lease_; }
    election_options const& options() const noexcept { return options_; }

    /// False when this process should lead and has not renewed for so long that others may: time to restart it.
    bool healthy(time_point now, duration tolerance) const noexcept
    {
        return !holds() || now - observed_at_ <= options_.lease + tolerance;
    }

    /// How long to wait before the next attempt of a follower: once to 2.2 times the retry period.
    duration wait_to_acquire() noexcept
    {
        return options_.retry_period + fraction_of(options_.retry_period * 6 / 5, uniform_());
    }

    /// How many renewals could not do without reading. Grows.
    std::uint64_t slow_paths() const noexcept { return slow_paths_; }
private:
    void observe(boost::json::object const& lease, time_point now);
    /// Whether the record that was seen last keeps others away.
    bool valid(time_point now) const noexcept { return now - observed_at_ < options_.lease; }

    std::string identity_;
    object_name lease_;
    election_options options_;
    uniform_source uniform_;
    boost::json::object seen_;  // the Lease as it was last seen; empty before
    lease_record observed_;
    time_point observed_at_ = time_point::min();
    time_point leads_until_ = time_point::min();
    bool fast_ = false;  // the update under way is of a leader that did not read
    bool create_ = false;
    std::uint64_t slow_paths_ = 0;
};

}  // namespace penstock::kube

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/kube/impl/election.ipp>
#endif
#endif  // PENSTOCK_KUBE_ELECTION_HPP
