#ifndef PENSTOCK_POLL_HOSTS_HPP
#define PENSTOCK_POLL_HOSTS_HPP
#include <penstock/poll/host_options.hpp>
#include <penstock/poll/schedule.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace penstock::poll {

/** How many polls of each host are under way, which sources stand in line for one, and whether the host is polled
    at all: not while it is down, nor before the time that it named. Pure.

    A host is known for as long as a source names it. */
class hosts
{
public:
    using host_id = std::uint32_t;

    explicit hosts(host_options o) : options_(o) {}

    /// The host of that name; counts one more source of it.
    host_id use(std::string_view name)
    {
        auto const [it, fresh] = ids_.try_emplace(std::string(name), 0);
        if (fresh) {
            if (free_.empty()) {
                it->second = static_cast<host_id>(hosts_.size());
                hosts_.emplace_back(options_);
            } else {
                it->second = free_.back();
                free_.pop_back();
            }
            hosts_[it->second].name = it->first;
        }
        ++hosts_[it->second].sources;
        return it->second;
    }

    /// One source less. Its polls have ended and it does not stand in line.
    void release(host_id id)
    {
        if (--hosts_[id].sources != 0)
            return;
        ids_.erase(hosts_[id].name);
        hosts_[id] = host(options_);
        free_.push_back(id);
    }

    /** Whether the host is not polled at `now`; then when this source should come back: the first that asks at the
        earliest time, the others within `interval` after it, so that they do not come all at once, and sooner than who was polled. */
    std::optional<time_point> closed(host_id id, time_point now, duration interval, double chance)
    {
        auto& h = hosts_[id];
        auto const until = h.closed_until();
        if (now >= until)
            return std::nullopt;
        if (h.awaited == until)
            return until + fraction_of(interval, chance);
        h.awaited = until;
        return until;
    }

    enum class entry : std::uint8_t
    {
        started,
        in_line,  ///< The host has enough polls under way; `next` will give the source back.
    };

    /// Begins a poll of a host that is not closed.
    entry begin(host_id id, source_id source, time_point now)
    {
        auto& h = hosts_[id];
        if (h.line.empty() && h.take_place(now))
            return entry::started;
        h.line.push_back(source);
        return entry::in_line;
    }

    enum class ending : std::uint8_t
    {
        answered,
        failed,     ///< No answer, or one that says that the host is broken.
        refused,    ///< Asked too often.
        abandoned,  ///< It never started, or was stopped.
    };

    /// A poll has ended. Afterwards call `next` until it gives none.
    /// @param wait For `refused`: how long the host is left alone.
    void end(host_id id, ending how, time_point now, duration wait, double chance)
    {
        auto& h = hosts_[id];
        --h.in_flight;
        switch (how) {
        case ending::answered:
            h.breaker.succeeded();
            h.places.succeeded();
            h.pace.succeeded(static_cast<double>(h.sources));
            break;
        case ending::failed:
            h.breaker.failed(now, chance);
            h.places.failed(now);
            break;
        case ending::refused:
            h.breaker.succeeded();
            h.pace.failed(now);
            h.refused_until = std::max(h.refused_until, now + wait);
            break;
        case ending::abandoned: h.breaker.abandoned();
        }
    }

    /// The source that stood in line longest, if it has a place now, or if the host is closed: then see `closed`.
    std::optional<source_id> next(host_id id, time_point now)
    {
        auto& h = hosts_[id];
        if (h.line.empty() || (now >= h.closed_until() && !h.take_place(now)))
            return std::nullopt;
        auto const first = h.line.front();
        h.line.pop_front();
        return first;
    }

    /// Takes a source out of the line.
    void leave(host_id id, source_id source) { std::erase(hosts_[id].line, source); }

    /// A wait between polls, longer while the host refuses.
    duration stretched(host_id id, duration wait) const
    {
        return duration(static_cast<duration::rep>(static_cast<double>(wait.count()) / hosts_[id].pace.value()));
    }

    rate::circuit state(host_id id) const { return hosts_[id].breaker.state(); }
    std::size_t size() const noexcept { return ids_.size(); }
private:
    struct host
    {
        explicit host(host_options const& o)
            : breaker(o.breaker), places({.most = static_cast<double>(std::max<std::size_t>(o.concurrency, 1))}),
              pace({.least = std::clamp(o.slowest, 0.001, 1.0), .most = 1, .step = o.recovery, .factor = o.slowdown})
        {}

        time_point closed_until() const noexcept
        {
            auto const down = breaker.state() == rate::circuit::open ? breaker.retry_at() : time_point::min();
            return std::max(down, refused_until);
        }

        bool take_place(time_point now) noexcept
        {
            if (in_flight >= static_cast<std::size_t>(places.whole()) || !breaker.admit(now))
                return false;
            ++in_flight;
            return true;
        }

        std::string name;
        std::size_t sources = 0;
        std::size_t in_flight = 0;
        std::deque<source_id> line;
        rate::circuit_breaker breaker;
        rate::aimd places;
        rate::aimd pace;
        time_point refused_until = time_point::min();
        time_point awaited = time_point::min();  // the end of being closed that a source waits for
    };
    host_options options_;
    std::unordered_map<std::string, host_id> ids_;
    std::vector<host> hosts_;
    std::vector<host_id> free_;
};

}  // namespace penstock::poll

#endif  // PENSTOCK_POLL_HOSTS_HPP
