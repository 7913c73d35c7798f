#ifndef PENSTOCK_RECONCILE_CONTROLLER_METRICS_HPP
#define PENSTOCK_RECONCILE_CONTROLLER_METRICS_HPP
#include <penstock/metrics/names.hpp>
#include <penstock/metrics/sink.hpp>
#include <penstock/time/types.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

namespace penstock::reconcile {

constexpr double in_seconds(duration d) noexcept
{
    return std::chrono::duration<double>(d).count();
}

/// The series of one controller and its queue, under the names of controller-runtime. Handles only.
struct controller_metrics
{
    template <metrics::sink Sink>
    controller_metrics(Sink& s, std::string_view name)
        : depth(s.make_gauge(metrics::names::workqueue_depth, {name})),
          adds(s.make_counter(metrics::names::workqueue_adds_total, {name})),
          retries(s.make_counter(metrics::names::workqueue_retries_total, {name})),
          queued(s.make_histogram(metrics::names::workqueue_queue_duration_seconds, {name})),
          worked(s.make_histogram(metrics::names::workqueue_work_duration_seconds, {name})),
          unfinished(s.make_gauge(metrics::names::workqueue_unfinished_work_seconds, {name})),
          longest(s.make_gauge(metrics::names::workqueue_longest_running_processor_seconds, {name})),
          success(s.make_counter(metrics::names::reconcile_total, {name, "success"})),
          error(s.make_counter(metrics::names::reconcile_total, {name, "error"})),
          requeue(s.make_counter(metrics::names::reconcile_total, {name, "requeue"})),
          requeue_after(s.make_counter(metrics::names::reconcile_total, {name, "requeue_after"})),
          errors(s.make_counter(metrics::names::reconcile_errors_total, {name})),
          terminal(s.make_counter(metrics::names::terminal_reconcile_errors_total, {name})),
          panics(s.make_counter(metrics::names::reconcile_panics_total, {name})),
          timeouts(s.make_counter(metrics::names::reconcile_timeouts_total, {name})),
          time(s.make_histogram(metrics::names::reconcile_time_seconds, {name})),
          max_workers(s.make_gauge(metrics::names::max_concurrent_reconciles, {name})),
          active(s.make_gauge(metrics::names::active_workers, {name}))
    {}

    metrics::gauge depth;
    metrics::counter adds, retries;
    metrics::histogram queued, worked;
    metrics::gauge unfinished, longest;
    metrics::counter success, error, requeue, requeue_after;
    metrics::counter errors, terminal, panics, timeouts;
    metrics::histogram time;
    metrics::gauge max_workers, active;

    /// Publishes what the queue counted since the last time.
    template <class Queue>
    void publish(Queue const& q)
    {
        if (q.adds() != adds_seen_)
            adds.increment(static_cast<double>(q.adds() - adds_seen_));
        if (q.retries() != retries_seen_)
            retries.increment(static_cast<double>(q.retries() - retries_seen_));
        adds_seen_ = q.adds();
        retries_seen_ = q.retries();
        depth.set(static_cast<double>(q.depth()));
    }

    void publish(std::vector<time_point> const& started, time_point now) const
    {
        duration sum{};
        duration most{};
        for (auto const t : started) {
            sum += now - t;
            most = std::max(most, now - t);
        }
        unfinished.set(in_seconds(sum));
        longest.set(in_seconds(most));
        active.set(static_cast<double>(started.size()));
    }
private:
    std::uint64_t adds_seen_ = 0;
    std::uint64_t retries_seen_ = 0;
};

}  // namespace penstock::reconcile

#endif  // PENSTOCK_RECONCILE_CONTROLLER_METRICS_HPP
