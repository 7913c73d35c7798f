#ifndef PENSTOCK_KUBE_IMPL_SHARD_MEMBERS_IPP
#define PENSTOCK_KUBE_IMPL_SHARD_MEMBERS_IPP
#include <penstock/kube/shard_members.hpp>

#include <penstock/kube/known.hpp>
#include <penstock/kube/shard.hpp>
#include <penstock/text/hex.hpp>
#include <penstock/time/rfc3339.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace penstock::kube {

namespace detail {

inline constexpr std::size_t max_shard_leases = 1000;  // more than that are not members but a mistake
inline constexpr std::size_t max_shard_claims = 16;

inline shard_members::view view_of(boost::json::object const& lease)
{
    shard_members::view out;
    auto text = annotation_of(lease, shard_view_annotation);
    while (!text.empty()) {
        auto const end = std::min(text.find(','), text.size());
        out.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

inline std::string text_of(shard_members::view const& members)
{
    std::string out;
    for (auto const& each : members)
        (out += out.empty() ? "" : ",") += each;
    return out;
}

inline std::string shard_lease_name(std::string const& group, std::string const& me)
{
    std::string bytes;
    auto const hash = rendezvous_weight(group, me);
    for (int shift = 56; shift >= 0; shift -= 8)
        bytes += static_cast<char>((hash >> static_cast<unsigned>(shift)) & 0xffU);
    return group + '-' + to_hex(bytes);
}

}  // namespace detail

PENSTOCK_DECL result<void> check(sharding_options const& o)
{
    if (o.period <= duration::zero())
        return failure(errc::invalid_argument, "the period of a group of shards must be positive");
    if (o.renew_deadline <= o.period * 6 / 5)
        return failure(errc::invalid_argument,
                       "the renew deadline of a group of shards must be more than 1.2 times its period");
    if (o.lease <= o.renew_deadline)
        return failure(errc::invalid_argument, "the lease of a shard must be longer than its renew deadline");
    return {};
}

PENSTOCK_DECL shard_members::shard_members(std::string group, std::string me, std::string ns,
                                           sharding_options const& options)
    : group_(std::move(group)), me_(std::move(me)), lease_(std::move(ns), detail::shard_lease_name(group_, me_)),
      options_(options), wanted_{me_}, claims_{view()}
{}

PENSTOCK_DECL void shard_members::forget_own()
{
    claims_ = {view()};  // gives nothing to anybody, until what comes next has been published and seen
    published_ = false;
    in_force_ = false;
    acts_until_ = time_point::min();
}

PENSTOCK_DECL void shard_members::listed(std::vector<boost::json::object> const& leases, time_point sent,
                                         time_point now)
{
    left_behind_.clear();
    if (leases.size() > detail::max_shard_leases)
        return forget_own();
    if (in_force_ && sent >= acts_until_)
        forget_own();  // others may have taken its keys: it joins anew, when nothing of its work is left
    bool news = false;
    std::map<std::string, member> others;
    boost::json::object own;
    for (auto const& lease : leases) {
        auto const record = record_of(lease);
        if (name_of(lease) == lease_)
            own = lease;
        auto goes_by = detail::view_of(lease);
        if (record.holder.empty() || record.holder == me_ || goes_by.empty())
            continue;
        member seen;
        if (auto const at = others_.find(record.holder); at != others_.end())
            seen = at->second;
        if (seen.version != resource_version_of(lease)) {
            seen.version = resource_version_of(lease);
            seen.changed_at = now;
        }
        bool const alive = now - seen.changed_at < record.length;
        news = news || alive != seen.alive || goes_by != seen.goes_by;
        seen.alive = alive;
        seen.goes_by = std::move(goes_by);
        if (now - seen.changed_at >= 10 * record.length)
            left_behind_.push_back(lease);
        others[record.holder] = std::move(seen);
    }
    news = news || others.size() != others_.size();
    others_ = std::move(others);
    wanted_ = {me_};
    for (auto const& [identity, each] : others_) {
        if (each.alive)
            wanted_.push_back(identity);
    }
    std::sort(wanted_.begin(), wanted_.end());
    bool const mine = record_of(own).holder == me_
                      && std::find(claims_.begin(), claims_.end(), detail::view_of(own)) != claims_.end();
    own_ = std::move(own);
    if (!mine) {
        forget_own();
    } else if (published_ && sent >= published_at_ && claims_.size() > 1) {
        claims_.erase(claims_.begin(), claims_.end() - 1);
        news = true;
    }
    if (news)
        ++changes_;
}

PENSTOCK_DECL bool shard_members::keeps(std::string_view key) const
{
    return in_force_ && rendezvous_owner(wanted_, key) == me_;
}

PENSTOCK_DECL boost::json::object shard_members::proposal(bool drained, wall_time now)
{
    if (drained && claims_.back() != wanted_) {
        std::erase(claims_, wanted_);
        claims_.push_back(wanted_);
        published_ = false;
        if (claims_.size() > detail::max_shard_claims) {
            forget_own();
            claims_.push_back(wanted_);
        }
    }
    boost::json::object lease = own_;
    if (lease.empty()) {
        lease["apiVersion"] = known::leases.api_version();
        lease["kind"] = known::leases.kind;
        lease["metadata"] = {{"namespace", lease_.ns}, {"name", lease_.name}};
    }
    auto& metadata = lease["metadata"].get_object();
    for (auto const* map : {"labels", "annotations"}) {
        if (!metadata[map].is_object())
            metadata[map].emplace_object();
    }
    metadata["labels"].get_object()[shard_group_label] = group_;
    metadata["annotations"].get_object()[shard_view_annotation] = detail::text_of(claims_.back());
    auto record = record_of(lease);
    record.holder = me_;
    record.length = options_.lease;
    record.renewed = format_rfc3339(now, 6);
    if (record.acquired.empty())
        record.acquired = record.renewed;
    set_record(lease, record);
    return lease;
}

PENSTOCK_DECL void shard_members::written(result<boost::json::object> const& lease, time_point sent, time_point now)
{
    if (!lease)
        return;  // it may have been done all the same: what was claimed before stays claimed
    own_ = *lease;
    if (record_of(*lease).holder != me_ || detail::view_of(*lease) != claims_.back())
        return;
    if (claims_.back().empty())
        return;
    in_force_ = true;
    acts_until_ = sent + options_.renew_deadline;
    if (!std::exchange(published_, true))
        published_at_ = now;
}

PENSTOCK_DECL bool shard_members::owns(std::string_view key, time_point now) const
{
    auto const gives_it = [&](view const& members) { return rendezvous_owner(members, key) == me_; };
    return now < acts_until_ && gives_it(wanted_) && std::all_of(claims_.begin(), claims_.end(), gives_it)
           && std::all_of(
               others_.begin(), others_.end(),
               [&](auto const& each) { return !each.second.alive || gives_it(each.second.goes_by); });
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_IMPL_SHARD_MEMBERS_IPP
