#ifndef PENSTOCK_OBSERVE_PROCESS_COLLECTOR_HPP
#define PENSTOCK_OBSERVE_PROCESS_COLLECTOR_HPP
#include <penstock/config.hpp>
#include <penstock/metrics/names.hpp>
#include <penstock/metrics/sink.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock::observe {

/// What the kernel says about this process.
struct process_state
{
    double cpu_seconds = 0;
    double start_time_seconds = 0;  ///< Since 1970.
    std::uint64_t virtual_bytes = 0;
    std::uint64_t resident_bytes = 0;
    std::uint64_t open_fds = 0;
    std::uint64_t max_fds = 0;  ///< UINT64_MAX when there is no limit.
};

struct process_units
{
    double ticks_per_second = 100;
    std::uint64_t page_size = 4096;
    double boot_time = 0;  ///< Seconds since 1970.
};

/// Reads the line of /proc/self/stat; none when it is not in that form. Sets CPU, start and memory.
/// @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
PENSTOCK_DECL std::optional<process_state> parse_process_stat(std::string_view line, process_units const& units);

/// Reads /proc. What cannot be read stays 0; blocks for some microseconds only, as /proc is memory.
PENSTOCK_DECL process_state read_process_state();

/** The `process_*` metrics that every Prometheus client shows. One thread. */
template <metrics::sink Sink>
class process_collector
{
public:
    explicit process_collector(Sink& s)
        : cpu_(s.make_counter(metrics::names::process_cpu_seconds_total, {})),
          open_(s.make_gauge(metrics::names::process_open_fds, {})),
          max_(s.make_gauge(metrics::names::process_max_fds, {})),
          virtual_(s.make_gauge(metrics::names::process_virtual_memory_bytes, {})),
          resident_(s.make_gauge(metrics::names::process_resident_memory_bytes, {})),
          start_(s.make_gauge(metrics::names::process_start_time_seconds, {}))
    {}

    /// Call before each page.
    void refresh() { refresh(read_process_state()); }

    void refresh(process_state const& now)
    {
        if (now.cpu_seconds > seen_cpu_) {
            cpu_.increment(now.cpu_seconds - seen_cpu_);
            seen_cpu_ = now.cpu_seconds;
        }
        open_.set(static_cast<double>(now.open_fds));
        max_.set(static_cast<double>(now.max_fds));
        virtual_.set(static_cast<double>(now.virtual_bytes));
        resident_.set(static_cast<double>(now.resident_bytes));
        start_.set(now.start_time_seconds);
    }
private:
    metrics::counter cpu_;
    metrics::gauge open_, max_, virtual_, resident_, start_;
    double seen_cpu_ = 0;
};

}  // namespace penstock::observe

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/observe/impl/process_collector.ipp>
#endif

#endif  // PENSTOCK_OBSERVE_PROCESS_COLLECTOR_HPP
