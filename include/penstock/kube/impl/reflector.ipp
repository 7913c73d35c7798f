#ifndef PENSTOCK_KUBE_IMPL_REFLECTOR_IPP
#define PENSTOCK_KUBE_IMPL_REFLECTOR_IPP
#include <penstock/kube/reflector.hpp>

#include <penstock/kube/api_answer.hpp>
#include <penstock/kube/api_status.hpp>

#include <algorithm>
#include <utility>

namespace penstock::kube {

PENSTOCK_DECL std::string_view text_of(watch_end how) noexcept
{
    switch (how) {
    case watch_end::closed: return "closed";
    case watch_end::dropped: return "dropped";
    case watch_end::silent: return "silent";
    case watch_end::throttled: return "throttled";
    case watch_end::gone: return "gone";
    case watch_end::short_: return "short";
    case watch_end::unlisted: return "unlisted";
    case watch_end::failed: break;
    }
    return "failed";
}

PENSTOCK_DECL reflector_step reflector::next(time_point now)
{
    reflector_step step;
    step.what = streams() ? reflector_step::kind::stream : next_;
    step.start = std::max(now, not_before_);
    if (step.what != reflector_step::kind::list) {
        if (!newest_)
            step.resource_version = version_;
        auto const length = options_.shortest_watch + fraction_of(options_.shortest_watch, uniform_());
        step.timeout = std::chrono::ceil<std::chrono::seconds>(length);
    } else {
        // "0" is served from the cache of the server, whatever it has; later, nothing older than what we know.
        if (!newest_)
            step.resource_version = version_.empty() ? "0" : version_;
        // With pages and a version the server would have to go past its cache, to an exact and perhaps old one; unless
        // it has none, and a list in one piece would be the dearer way.
        step.paged = newest_ || version_.empty() || pages_;
    }
    return step;
}

PENSTOCK_DECL bool reflector::streams() const noexcept
{
    return next_ == reflector_step::kind::list && options_.stream_lists && !unlisted_;
}

PENSTOCK_DECL void reflector::listed(std::string version, bool in_pages)
{
    pages_ = pages_ || (in_pages && version_.empty() && !newest_);
    version_ = began_at_ = std::move(version);
    newest_ = false;
    unlisted_ = false;
    next_ = reflector_step::kind::watch;
}

PENSTOCK_DECL void reflector::list_failed(failure const& f, time_point now)
{
    bool const stale = f.code == errc::gone || f.code == errc::too_large || is_version_too_large(f);
    if (stale && !newest_) {
        newest_ = true;  // at once: another version is another question
        return;
    }
    back_off(f.retry_after, now);
}

PENSTOCK_DECL void reflector::watch_started(std::chrono::seconds timeout, time_point now)
{
    watch_started_ = now;
    last_heard_ = now;
    watch_deadline_ = now + timeout + options_.watch_margin;
    events_ = 0;
    began_at_ = version_;
}

PENSTOCK_DECL watch_end reflector::watch_refused(failure const& f, time_point now)
{
    if (streams())
        return stream_ended(f, now);
    bool const wait_only = f.code == errc::quota_exhausted || f.code == errc::connection_failed
                           || f.code == errc::truncated || f.code == errc::deadline_exceeded;
    auto const how = wait_only ? watch_end::throttled : f.code == errc::gone ? watch_end::gone : watch_end::failed;
    return watch_ended(how, f, now);
}

PENSTOCK_DECL void reflector::advanced(std::string_view version, watch_event_kind kind)
{
    ++events_;
    bookmarks_ = bookmarks_ || kind == watch_event_kind::bookmark;
    // Objects of a list come in no order, nor do those that a watch without a version begins with.
    bool const synthetic = kind == watch_event_kind::added && begins_anywhere();
    if (kind != watch_event_kind::added)
        began_at_ = version;
    if (!version.empty() && !streams() && !synthetic)
        version_ = version;
}

PENSTOCK_DECL watch_end reflector::watch_closed(time_point now)
{
    if (streams())
        return stream_ended(errc::truncated, now);
    return watch_ended(is_useless(now) ? watch_end::short_ : watch_end::closed, failure(), now);
}

PENSTOCK_DECL bool reflector::is_brief(time_point now) const noexcept
{
    return now - watch_started_ < std::chrono::seconds(1);
}

PENSTOCK_DECL bool reflector::is_useless(time_point now) const noexcept
{
    return is_brief(now) && events_ == 0;
}

PENSTOCK_DECL watch_end reflector::watch_failed(failure const& f, time_point now)
{
    if (streams())
        return stream_ended(f, now);
    if (f.code == errc::quota_exhausted)
        return watch_ended(watch_end::throttled, f, now);
    if (f.code == errc::gone)
        return watch_ended(watch_end::gone, f, now);
    if (f.code == errc::deadline_exceeded)
        return watch_ended(watch_end::silent, f, now);
    if (f.code != errc::truncated && f.code != errc::connection_failed)
        return watch_ended(outlasts(f, now) ? watch_end::throttled : watch_end::failed, f, now);
    return watch_ended(is_useless(now) ? watch_end::short_ : watch_end::dropped, f, now);
}

/// Whether the trouble is the server's own and may pass: what is known needs no new list for it, for a while.
PENSTOCK_DECL bool reflector::outlasts(failure const& f, time_point now)
{
    if (options_.internal_error_window <= duration::zero() || !has_reason(f, "InternalError"))
        return false;
    bool const anew =
        internal_error_last_ == time_point::min() || now - internal_error_last_ > options_.internal_error_quiet;
    if (anew)
        internal_error_first_ = now;
    internal_error_last_ = now;
    return now - internal_error_first_ < options_.internal_error_window;
}

PENSTOCK_DECL watch_end reflector::watch_ended(watch_end how, failure const& f, time_point now)
{
    switch (how) {
    case watch_end::closed:
    case watch_end::dropped:
    case watch_end::silent:
        // Once may be chance; a server that ends every stream at once must not be asked in a circle.
        brief_ = is_brief(now) ? brief_ + 1 : 0;
        if (brief_ > 1)
            back_off(duration::zero(), now);
        break;
    case watch_end::throttled: back_off(f.retry_after, now); break;
    case watch_end::gone:
    case watch_end::short_:
    case watch_end::failed:
    case watch_end::unlisted:
        next_ = reflector_step::kind::list;
        back_off(f.retry_after, now);
        break;
    }
    return how;
}

PENSTOCK_DECL watch_end reflector::stream_ended(failure const& f, time_point now)
{
    bool const stale = f.code == errc::gone || is_version_too_large(f);
    if (stale && !newest_ && !version_.empty()) {
        newest_ = true;  // at once: another version is another question
        return watch_end::gone;
    }
    if (f.code == errc::quota_exhausted || f.code == errc::connection_failed)
        return watch_ended(watch_end::throttled, f, now);
    unlisted_ = true;  // at once: another way is another question
    return watch_end::unlisted;
}

PENSTOCK_DECL time_point reflector::read_deadline() const noexcept
{
    if (streams())
        return std::min(watch_deadline_, last_heard_ + options_.longest_pause);
    return bookmarks_ ? std::min(watch_deadline_, last_heard_ + options_.longest_silence) : watch_deadline_;
}

PENSTOCK_DECL void reflector::back_off(duration at_least, time_point now)
{
    bool const quiet = not_before_ == time_point::min() || now - not_before_ > options_.backoff_reset;
    backoff_ = quiet ? options_.first_backoff : std::min(backoff_ * 2, options_.longest_backoff / 2);
    auto const wait = backoff_ + fraction_of(backoff_, uniform_());
    not_before_ = now + std::max(wait, std::min(at_least, options_.longest_retry_after));
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_IMPL_REFLECTOR_IPP
