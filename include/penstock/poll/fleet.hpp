#ifndef PENSTOCK_POLL_FLEET_HPP
#define PENSTOCK_POLL_FLEET_HPP
#include <penstock/clock/task_group.hpp>
#include <penstock/clock/wait_until.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/poll/fleet_metrics.hpp>
#include <penstock/poll/fleet_options.hpp>
#include <penstock/poll/flights.hpp>
#include <penstock/poll/hosts.hpp>
#include <penstock/poll/member.hpp>
#include <penstock/poll/source.hpp>
#include <penstock/rate/limiter.hpp>

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::poll {

/** Polls many sources, each when its `Rhythm` says, with one timer for all; a coroutine exists only while a poll is
    under way. A poll that fails backs off alone; a host that is down, or that refuses, is left alone with all of
    its sources, and they come back spread over their interval. The environment outlives `run`. One thread. */
template <env::environment Env, fetch Fetch, rate::limiter Limiter = rate::unlimited, rhythm Rhythm = cadence>
class fleet
{
public:
    /// Told about each poll when it has ended, on the loop; must not throw. `stop`, `add` and `remove` are allowed.
    using listener = std::function<void(source_id, result<sighting> const&)>;

    fleet(Env& env, executor ex, Fetch what, basic_fleet_options<Rhythm> options = {}, Limiter limiter = {})
        : env_(env), fetch_(std::move(what)), options_(options), limiter_(std::move(limiter)), chance_(options.seed),
          hosts_(options.host), wake_(ex), polls_(std::move(ex)), metrics_(env.metrics())
    {
        options_.concurrency = std::max<std::size_t>(options_.concurrency, 1);
    }

    void on_result(listener l) { listener_ = std::move(l); }

    /** Begins to poll a source; its first poll falls into the first `interval`, at a place that `name` decides.
        @param interval For as long as no webhook covers the source.
        @param host Whose limit of polls at once, circuit breaker and refusals it shares: a host, or a credential at
        one where a forge counts by credential. */
    source_id add(std::string_view name, std::string_view host, duration interval)
    {
        source_id id = 0;
        if (free_.empty()) {
            id = static_cast<source_id>(sources_.size());
            sources_.emplace_back();
        } else {
            id = free_.back();
            free_.pop_back();
        }
        sources_[id] = {};
        sources_[id].interval = interval;
        sources_[id].host = hosts_.use(host);
        sources_[id].used = true;
        due(id, env_.clock().now() + spread(std::hash<std::string_view>{}(name), interval));
        return id;
    }

    /// Ends the polls of a source. One that is under way ends first; its result is not told.
    void remove(source_id id)
    {
        if (id >= sources_.size() || !sources_[id].used)
            return;
        auto& m = sources_[id];
        schedule_.erase(id);
        hosts_.leave(m.host, id);
        if (std::exchange(m.holds, false))
            leave_host(m.host, hosts::ending::abandoned, {});
        m.used = false;
        if (!m.polling)
            free(id);
    }

    /// Polls a source as soon as limits allow; if it is being polled, once more after that.
    void poll_now(source_id id)
    {
        auto& m = sources_[id];
        m.again = m.polling;
        if (!m.polling && !m.in_line)
            advance(id, env_.clock().now());
    }

    /// Changes the interval; from the next poll on, or at once if the new one is shorter.
    void set_interval(source_id id, duration interval)
    {
        auto& m = sources_[id];
        m.interval = interval;
        if (!m.polling && !m.in_line && m.cadence.failures() == 0)
            advance(id, env_.clock().now() + spread(id * 0x9e3779b97f4a7c15U, m.cadence.interval(cadence_of(m))));
    }

    /// Changes the cadence of all sources, from the next poll of each on; `interval` stays each one's own.
    void set_cadence(typename Rhythm::options const& o) { options_.cadence = o; }

    /// A webhook has delivered for this source: poll it less often for as long as that misses nothing.
    void webhook_worked(source_id id) { sources_[id].cadence.webhook_worked(); }
    void webhook_lost(source_id id)
    {
        sources_[id].cadence.webhook_lost();
        set_interval(id, sources_[id].interval);
    }
    bool covered(source_id id) const { return sources_[id].cadence.covered(); }
    /// When the source is polled next; none while it is polled or stands in line at its host.
    std::optional<time_point> next(source_id id) const { return schedule_.due(id); }

    std::size_t size() const noexcept { return sources_.size() - free_.size(); }
    std::size_t in_flight() const noexcept { return under_way_.size(); }

    /** Polls until `stop`, or until cancelled; returns when no poll is under way.
        @return Success after `stop`; `operation_aborted` when cancelled. */
    awaitable<result<void>> run()
    {
        failure ended;
        while (!stopped_) {
            auto const now = env_.clock().now();
            awaited_ = dispatch(now);
            awaited_ = std::min(awaited_, under_way_.cut_off(now));
            if (auto const ec = co_await clock::wait_until(env_.clock(), wake_, awaited_)) {
                ended = ec;
                break;
            }
        }
        polls_.cancel();
        co_await polls_.join();
        if (ended.code)
            co_return ended;
        co_return result<void>();
    }

    /// Cancels what is under way and ends `run`.
    void stop()
    {
        stopped_ = true;
        wake_.notify();
    }
private:
    void due(source_id id, time_point when)
    {
        schedule_.set(id, when);
        if (when < awaited_)
            wake_.notify();
    }

    void advance(source_id id, time_point when)
    {
        if (!sources_[id].admitted && schedule_.due(id).value_or(time_point::max()) > when)
            due(id, when);  // one that is admitted has its place already
    }

    auto cadence_of(member<Rhythm> const& m) const
    {
        auto o = options_.cadence;
        o.interval = m.interval;
        return o;
    }

    /// Gives the place at a host to who stands in line for it; sends them away when the host is closed.
    void leave_host(hosts::host_id host, hosts::ending how, duration wait)
    {
        auto const now = env_.clock().now();
        hosts_.end(host, how, now, wait, chance_());
        while (auto const next = hosts_.next(host, now)) {
            auto& m = sources_[*next];
            m.in_line = false;
            auto const later = hosts_.closed(host, now, m.interval, chance_());
            m.holds = !later;
            m.admitted = m.admitted && !later;
            due(*next, later.value_or(now));
        }
    }

    void free(source_id id)
    {
        hosts_.release(sources_[id].host);
        free_.push_back(id);
    }

    /// Starts what is due and may start. @return When to look again.
    time_point dispatch(time_point now)
    {
        full_ = false;
        while (under_way_.size() < options_.concurrency) {
            auto const when = schedule_.next();
            auto const id = schedule_.pop_due(now);
            if (!id)
                return when;
            auto& m = sources_[*id];
            if (auto const later = m.holds ? std::nullopt : hosts_.closed(m.host, now, m.interval, chance_())) {
                m.admitted = false;
                schedule_.set(*id, *later);
                continue;
            }
            if (!m.admitted) {
                auto const start = limiter_.reserve(now);
                m.admitted = true;
                if (start > now) {
                    schedule_.set(*id, start);
                    continue;
                }
            }
            if (!m.holds && hosts_.begin(m.host, *id, now) == hosts::entry::in_line) {
                m.in_line = true;
                continue;
            }
            m.polling = true;
            m.holds = m.admitted = false;
            under_way_.begin(*id, now + options_.deadline);
            metrics_.started(now - when, under_way_.size());
            under_way_.attach(*id, polls_.spawn(poll(*id)));
        }
        full_ = true;
        return time_point::max();  // the end of a poll wakes
    }

    awaitable<void> poll(source_id id)
    {
        auto found = co_await guarded(fetch_, id);
        bool const late = under_way_.end(id) == flights::ending::late;
        asio::cancellation_state const state = co_await asio::this_coro::cancellation_state;
        if (!found && !late && !!state.cancelled())
            co_return abandon(id);  // stopped; `run` may be called again
        if (!found && late && found.error().code == asio::error::operation_aborted)
            found = failure(errc::deadline_exceeded);
        finish(id, found);
        metrics_.under_way(under_way_.size());
        if (full_)
            wake_.notify();
    }

    /// Nobody knows what it would have found: it is due again.
    void abandon(source_id id)
    {
        auto& m = sources_[id];
        m.polling = m.again = false;
        leave_host(m.host, hosts::ending::abandoned, {});
        metrics_.under_way(under_way_.size());
        if (!m.used)
            return free(id);
        due(id, env_.clock().now());
    }

    void finish(source_id id, result<sighting> const& found)
    {
        auto& m = sources_[id];
        m.polling = false;
        auto const how = ending_of(found);
        leave_host(m.host, how, found ? duration::zero() : found.error().retry_after);
        metrics_.ended(found);
        if (!m.used)
            return free(id);
        auto const now = env_.clock().now();
        due(id, std::exchange(m.again, false) ? now : after(id, how, found, now));
        if (listener_)
            listener_(id, found);
    }

    /// When a source is polled next.
    time_point after(source_id id, hosts::ending how, result<sighting> const& found, time_point now)
    {
        auto& m = sources_[id];
        auto const o = cadence_of(m);
        if (found)
            return now + hosts_.stretched(m.host, m.cadence.succeeded(*found, o, chance_()));
        if (how == hosts::ending::refused)  // which is no fault of this source
            return hosts_.closed(m.host, now, m.interval, chance_()).value_or(now + m.interval);
        return now + m.cadence.failed(found.error().retry_after, o, chance_());
    }

    Env& env_;
    Fetch fetch_;
    basic_fleet_options<Rhythm> options_;
    [[no_unique_address]] Limiter limiter_;
    uniform_source chance_;
    listener listener_;
    schedule schedule_;
    hosts hosts_;
    std::vector<member<Rhythm>> sources_;
    std::vector<source_id> free_;
    flights under_way_;
    clock::gate wake_;
    clock::task_group polls_;
    fleet_metrics metrics_;
    time_point awaited_ = time_point::max();
    bool full_ = false;  // as many polls as may be
    bool stopped_ = false;
};

}  // namespace penstock::poll

#endif  // PENSTOCK_POLL_FLEET_HPP
