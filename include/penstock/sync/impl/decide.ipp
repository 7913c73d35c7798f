#ifndef PENSTOCK_SYNC_IMPL_DECIDE_IPP
#define PENSTOCK_SYNC_IMPL_DECIDE_IPP
#include <penstock/sync/decide.hpp>

#include <algorithm>
#include <utility>

namespace penstock::sync {

namespace detail {

inline decision finish(outcome how, std::string reason)
{
    decision d;
    d.what = step::finish;
    d.how = how;
    d.reason = std::move(reason);
    return d;
}

inline decision take(step what, std::string reason)
{
    decision d;
    d.what = what;
    d.reason = std::move(reason);
    return d;
}

inline decision wait_until(time_point when, std::string reason)
{
    decision d;
    d.what = step::wait;
    d.again = when;
    d.reason = std::move(reason);
    return d;
}

/// The wait before the next look at something that has been looked at since `since`: half as long again as all
/// the time that has passed, between `first` and 8 s.
inline duration next_look(time_point since, time_point now, duration first)
{
    return std::clamp<duration>(now - since, first, std::chrono::seconds(8));
}

/// Flux answered the request that we wrote, or a later one that somebody else wrote over it.
inline bool handled(source const& s, request_made const& r)
{
    if (s.last_handled.empty())
        return false;
    return s.last_handled == r.token || (s.requested_at != r.token && s.last_handled == s.requested_at);
}

/// No request has been written yet for this wish.
inline decision decide_unrequested(situation const& s, time_point now, decide_options const& o)
{
    auto const& w = *s.wanted;
    if (w.id.empty())
        return take(step::request, "asked for without a commit");
    if (!s.pollable)
        return take(step::request, "the remote cannot be asked whether it shows the commit");
    bool const fresh = s.head && s.head->asked >= w.since;
    if (!fresh)
        return take(step::ask_remote, "is the commit visible yet?");
    if (!s.head->failed.empty()) {
        if (s.head->hopeless || s.head->failures >= 3)
            return take(step::request, "the remote could not be asked (" + s.head->failed + ")");
        auto const due = s.head->asked + next_look(w.since, s.head->asked, o.first_look_again);
        return now >= due ? take(step::ask_remote, "the remote did not answer")
                          : wait_until(due, "the remote did not answer (" + s.head->failed + ")");
    }
    if (s.head->id == w.id)
        return take(step::request, "the remote shows the commit");
    bool const behind = s.head->id.empty() || s.head->id == w.before || s.head->id == revision_id(s.observed->revision);
    if (!behind)
        return take(step::request, "the remote shows a later commit");
    if (now - w.since >= o.push_visible_within) {
        if (s.head->id == revision_id(s.observed->revision))
            return finish(outcome::current, "the remote went back to what is in the cluster");
        return take(step::request, "the remote never showed the commit");
    }
    auto const due = s.head->asked + next_look(w.since, s.head->asked, o.first_look_again);
    return now >= due ? take(step::ask_remote, "is the commit visible yet?")
                      : wait_until(due, "the remote does not show the commit yet");
}

/// A request has been written: has Flux done it?
inline decision decide_requested(situation const& s, time_point now, decide_options const& o)
{
    auto const& w = *s.wanted;
    auto const& r = *s.requested;
    auto const id = revision_id(s.observed->revision);
    if (!handled(*s.observed, r)) {
        auto const end = r.at + o.handled_within;
        return now >= end ? finish(outcome::unanswered, "Flux did not handle the request in time")
                          : wait_until(end, "waiting for Flux to handle the request");
    }
    if (w.id.empty() || (!r.id.empty() && id == r.id))
        return s.observed->not_ready.empty() ? finish(outcome::synced, "Flux handled the request")
                                             : finish(outcome::failed, "Flux: " + s.observed->not_ready);
    if (r.count >= o.requests)
        return finish(outcome::failed, s.observed->not_ready.empty() ? "the artifact never showed the commit"
                                                                     : "Flux: " + s.observed->not_ready);
    // Handled, but another commit: the remote may have lagged behind, or the fetch failed. Once more.
    auto const due = r.at
                     + std::clamp<duration>(std::chrono::seconds(1) * (1 << std::min(r.count, 6)),
                                            std::chrono::seconds(2), std::chrono::seconds(60));
    return now >= due ? take(step::request, "the artifact does not show the commit yet")
                      : wait_until(due, "handled, and the artifact does not show the commit yet");
}

}  // namespace detail

PENSTOCK_DECL std::string_view revision_id(std::string_view revision) noexcept
{
    auto const at = revision.rfind(':');
    return at == std::string_view::npos ? std::string_view() : revision.substr(at + 1);
}

PENSTOCK_DECL decision decide(situation const& s, time_point now, decide_options const& o)
{
    if (!s.wanted)
        return detail::take(step::rest, "nothing is wanted");
    if (!s.observed)
        return detail::finish(outcome::gone, "the object is not in the cluster");
    if (s.observed->suspended)
        return detail::finish(outcome::suspended, "spec.suspend is true");
    auto const id = revision_id(s.observed->revision);
    if (!s.wanted->id.empty() && id == s.wanted->id)
        return s.requested ? detail::finish(outcome::synced, "the artifact shows the commit")
                           : detail::finish(outcome::current, "the artifact shows the commit already");
    return s.requested ? detail::decide_requested(s, now, o) : detail::decide_unrequested(s, now, o);
}

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_IMPL_DECIDE_IPP
