#ifndef PENSTOCK_POLL_FLEET_METRICS_HPP
#define PENSTOCK_POLL_FLEET_METRICS_HPP
#include <penstock/metrics/names.hpp>
#include <penstock/metrics/sink.hpp>
#include <penstock/poll/source.hpp>
#include <penstock/time/types.hpp>

#include <chrono>
#include <cstddef>

namespace penstock::poll {

/// The series of a fleet. Handles only.
class fleet_metrics
{
public:
    template <metrics::sink Sink>
    explicit fleet_metrics(Sink& s)
        : unchanged_(s.make_counter(metrics::names::poll_total, {"unchanged"})),
          changed_(s.make_counter(metrics::names::poll_total, {"changed"})),
          errors_(s.make_counter(metrics::names::poll_total, {"error"})),
          lateness_(s.make_histogram(metrics::names::poll_lateness_seconds, {})),
          in_flight_(s.make_gauge(metrics::names::poll_in_flight, {}))
    {}

    void started(duration late, std::size_t in_flight) const
    {
        lateness_.observe(std::chrono::duration<double>(late).count());
        under_way(in_flight);
    }

    void ended(result<sighting> const& found) const
    {
        (!found ? errors_ : *found == sighting::unchanged ? unchanged_ : changed_).increment();
    }

    void under_way(std::size_t polls) const { in_flight_.set(static_cast<double>(polls)); }
private:
    metrics::counter unchanged_, changed_, errors_;
    metrics::histogram lateness_;
    metrics::gauge in_flight_;
};

}  // namespace penstock::poll

#endif  // PENSTOCK_POLL_FLEET_METRICS_HPP
