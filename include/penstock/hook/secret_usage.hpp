#ifndef PENSTOCK_HOOK_SECRET_USAGE_HPP
#define PENSTOCK_HOOK_SECRET_USAGE_HPP
#include <penstock/metrics/names.hpp>
#include <penstock/metrics/sink.hpp>
#include <penstock/time/types.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace penstock::hook {

/** Shows for each active secret how many deliveries it has matched, and when it last did: once the old secret of a
    rotation is left behind, it can be removed.

    As many series as there are secrets, under the names that the user gave them, never under what they hold.
    @par Thread safety
    One thread. The sink outlives it. */
template <metrics::sink Sink>
class secret_usage
{
public:
    secret_usage(Sink& sink, std::string provider) : sink_(&sink), provider_(std::move(provider)) {}

    /** Takes over a new list, in the order of the verifier's secrets.

        @param names A name that was there before keeps its figures; an empty one is shown as its place, from 0, and
        begins anew, since another secret may stand there now. Series of names that are gone end. */
    void use(std::vector<std::string> names)
    {
        for (auto const& old : series_)
            if (old.by_place || std::find(names.begin(), names.end(), old.name) == names.end())
                remove(old);
        std::vector<series> made;
        for (std::size_t i = 0; i < names.size(); ++i) {
            bool const by_place = names[i].empty();
            auto name = by_place ? std::to_string(i) : std::move(names[i]);
            auto matches = sink_->make_counter(metrics::names::webhook_secret_matches_total, {provider_, name});
            auto last =
                sink_->make_gauge(metrics::names::webhook_secret_last_match_timestamp_seconds, {provider_, name});
            made.push_back({std::move(name), by_place, matches, last});
        }
        series_ = std::move(made);
    }

    /// @param place As `verifier::check::finish` gave it. A place that no list has is passed over.
    void matched(std::size_t place, wall_time now) const
    {
        if (place >= series_.size())
            return;
        series_[place].matches.increment();
        series_[place].last.set(std::chrono::duration<double>(now.time_since_epoch()).count());
    }
private:
    struct series
    {
        std::string name;
        bool by_place;
        metrics::counter matches;
        metrics::gauge last;
    };

    void remove(series const& s)
    {
        sink_->remove(metrics::names::webhook_secret_matches_total, s.matches);
        sink_->remove(metrics::names::webhook_secret_last_match_timestamp_seconds, s.last);
    }

    Sink* sink_;
    std::string provider_;
    std::vector<series> series_;
};

}  // namespace penstock::hook

#endif  // PENSTOCK_HOOK_SECRET_USAGE_HPP
