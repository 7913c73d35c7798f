#ifndef PENSTOCK_KUBE_IMPL_ELECTION_IPP
#define PENSTOCK_KUBE_IMPL_ELECTION_IPP
#include <penstock/kube/election.hpp>

#include <penstock/kube/known.hpp>
#include <penstock/time/rfc3339.hpp>

#include <utility>

namespace penstock::kube {

PENSTOCK_DECL result<void> check(election_options const& o)
{
    if (o.retry_period <= duration::zero())
        return failure(errc::invalid_argument, "the retry period of a leader election must be positive");
    if (o.renew_deadline <= o.retry_period * 6 / 5)
        return failure(errc::invalid_argument,
                       "the renew deadline of a leader election must be more than 1.2 times its retry period");
    if (o.lease <= o.renew_deadline)
        return failure(errc::invalid_argument, "the lease of a leader must be longer than its renew deadline");
    return {};
}

PENSTOCK_DECL election::election(std::string identity, object_name lease, election_options options)
    : identity_(std::move(identity)), lease_(std::move(lease)), options_(options), uniform_(options.seed)
{}

PENSTOCK_DECL election_step election::begin(time_point now)
{
    fast_ = !seen_.empty() && holds() && valid(now);
    create_ = false;
    return fast_ ? election_step::update : election_step::read;
}

PENSTOCK_DECL election_step election::read(result<boost::json::object> const& lease, time_point now)
{
    create_ = !lease && lease.error().code == errc::not_found;
    if (create_) {
        observe({}, now);
        return election_step::create;
    }
    if (!lease)
        return election_step::lost;
    observe(*lease, now);
    bool const taken = !observed_.holder.empty() && !holds() && valid(now);
    return taken ? election_step::lost : election_step::update;
}

PENSTOCK_DECL election_step election::written(result<boost::json::object> const& lease, time_point sent, time_point now)
{
    if (lease) {
        observe(*lease, now);
        if (!holds())
            return election_step::lost;  // something on the way put another name into it
        leads_until_ = sent + options_.renew_deadline;
        return election_step::won;
    }
    if (!std::exchange(fast_, false))
        return election_step::lost;
    ++slow_paths_;
    return election_step::read;
}

PENSTOCK_DECL boost::json::object election::proposal(wall_time now) const
{
    boost::json::object lease;
    if (create_) {
        lease["apiVersion"] = known::leases.api_version();
        lease["kind"] = known::leases.kind;
        lease["metadata"] = {{"namespace", lease_.ns}, {"name", lease_.name}};
    } else {
        lease = seen_;
    }
    lease_record record;
    record.holder = identity_;
    record.length = options_.lease;
    record.renewed = format_rfc3339(now, 6);
    bool const kept = holds() && !create_ && !observed_.acquired.empty();
    record.acquired = kept ? observed_.acquired : record.renewed;
    record.transitions = create_ ? 0 : observed_.transitions + (holds() ? 0 : 1);
    set_record(lease, record);
    return lease;
}

PENSTOCK_DECL boost::json::object election::released(boost::json::object lease, wall_time now)
{
    auto record = record_of(lease);
    record.holder.clear();
    record.length = std::chrono::seconds(1);
    record.acquired = record.renewed = format_rfc3339(now, 6);
    set_record(lease, record);
    return lease;
}

PENSTOCK_DECL void election::observe(boost::json::object const& lease, time_point now)
{
    auto record = record_of(lease);
    if (seen_.empty() || record != observed_) {
        observed_ = std::move(record);
        observed_at_ = now;
    }
    seen_ = lease;
    if (!holds())
        leads_until_ = time_point::min();
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_IMPL_ELECTION_IPP
