#ifndef PENSTOCK_METRICS_NAMES_HPP
#define PENSTOCK_METRICS_NAMES_HPP
#include <penstock/metrics/family.hpp>

#include <array>

/** Every metric of penstock. `docs/metrics.md` is made from `table`; a test compares the two.
    Names follow Prometheus' rules; where controller-runtime or Flux has a name for the thing, it is that one. */
namespace penstock::metrics::names {

namespace buckets {
inline constexpr std::array latency{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0};
inline constexpr std::array sync{0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0};
inline constexpr std::array token_age{60.0, 300.0, 600.0, 1200.0, 1800.0, 2400.0, 3000.0, 3300.0, 3600.0, 7200.0};
inline constexpr std::array workqueue{1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0, 1000.0};
inline constexpr std::array rest_client{0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0};
}  // namespace buckets

// hooks
inline constexpr family webhook_deliveries_total{
    "penstock_webhook_deliveries_total", "Deliveries by provider and outcome.", kind::counter, {"provider", "outcome"}};
inline constexpr family webhook_answer_seconds{"penstock_webhook_answer_seconds",
                                               "Time from the header of a delivery to its answer.",
                                               kind::histogram,
                                               {"provider"},
                                               buckets::latency};
inline constexpr family webhook_secret_matches_total{
    "penstock_webhook_secret_matches_total",
    "Verified deliveries by the secret that matched: its name, else its place; 0 is the newest.",
    kind::counter,
    {"provider", "secret"}};
inline constexpr family webhook_secret_last_match_timestamp_seconds{
    "penstock_webhook_secret_last_match_timestamp_seconds",
    "When a secret last matched, in seconds since 1970; 0 for never. Tells when the old one can be removed.",
    kind::gauge,
    {"provider", "secret"}};
inline constexpr family receiver_requests_total{"penstock_receiver_requests_total",
                                                "Requests to Flux Receivers by type and outcome.",
                                                kind::counter,
                                                {"type", "outcome"}};
// sync
inline constexpr family sync_total{
    "penstock_sync_total", "Syncs by what caused them and how they ended.", kind::counter, {"trigger", "result"}};
inline constexpr family webhook_to_synced_seconds{"penstock_webhook_to_synced_seconds",
                                                  "Time from a verified delivery to the artifact in the cluster.",
                                                  kind::histogram,
                                                  {},
                                                  buckets::sync};
inline constexpr family poll_total{"penstock_poll_total", "Polls of remotes by result.", kind::counter, {"result"}};
inline constexpr family sync_sources{
    "penstock_sync_sources", "Sources that are watched, by how they are covered.", kind::gauge, {"coverage"}};
inline constexpr family sync_pending{"penstock_sync_pending",
                                     "Syncs that were asked for and have not been seen to end.", kind::gauge};
// forges
inline constexpr family forge_requests_total{"penstock_forge_requests_total",
                                             "Requests to forges; counted says whether they cost quota.",
                                             kind::counter,
                                             {"host", "counted"}};
inline constexpr family forge_quota_remaining{
    "penstock_forge_quota_remaining",
    "What is left of a window of the forge (core, graphql, search, code_search), to that credential that has least.",
    kind::gauge,
    {"host", "resource"}};
inline constexpr family http_validations_total{
    "penstock_http_validations_total",
    "Requests through the conditional transport: unchanged was a 304, changed a new answer, first had nothing to ask with.",
    kind::counter,
    {"outcome"}};
// credentials
inline constexpr family token_mints_total{"penstock_token_mints_total",
                                          "New tokens by their source and whether one came.",
                                          kind::counter,
                                          {"source", "result"}};
inline constexpr family token_age_seconds{"penstock_token_age_seconds",
                                          "Age of tokens when they are handed out, by their source.",
                                          kind::histogram,
                                          {"source"},
                                          buckets::token_age};
inline constexpr family token_refusals_total{
    "penstock_token_refusals_total",
    "Tokens that a peer did not take, by their source: young ones are tried again, dropped ones are minted anew.",
    kind::counter,
    {"source", "verdict"}};
inline constexpr family token_cache_evictions_total{"gotk_token_cache_evictions_total",
                                                    "Total number of cache evictions.", kind::counter};
// reconciling, with controller-runtime's names
inline constexpr family workqueue_depth{"workqueue_depth", "Current depth of the work queue.", kind::gauge, {"name"}};
inline constexpr family workqueue_adds_total{
    "workqueue_adds_total", "Total number of adds handled by the work queue.", kind::counter, {"name"}};
inline constexpr family workqueue_retries_total{
    "workqueue_retries_total", "Total number of retries handled by the work queue.", kind::counter, {"name"}};
inline constexpr family workqueue_queue_duration_seconds{"workqueue_queue_duration_seconds",
                                                         "Time an item stays in the work queue before it is requested.",
                                                         kind::histogram,
                                                         {"name"},
                                                         buckets::workqueue};
inline constexpr family workqueue_work_duration_seconds{"workqueue_work_duration_seconds",
                                                        "Time it takes to process an item from the work queue.",
                                                        kind::histogram,
                                                        {"name"},
                                                        buckets::workqueue};
inline constexpr family workqueue_unfinished_work_seconds{
    "workqueue_unfinished_work_seconds",
    "Seconds of work that is in progress and has not been observed by work_duration.",
    kind::gauge,
    {"name"}};
inline constexpr family workqueue_longest_running_processor_seconds{
    "workqueue_longest_running_processor_seconds",
    "Seconds that the longest running processor has been running.",
    kind::gauge,
    {"name"}};
inline constexpr family reconcile_total{"controller_runtime_reconcile_total",
                                        "Total number of reconciliations per controller.",
                                        kind::counter,
                                        {"controller", "result"}};
inline constexpr family reconcile_errors_total{"controller_runtime_reconcile_errors_total",
                                               "Total number of reconciliation errors per controller.",
                                               kind::counter,
                                               {"controller"}};
inline constexpr family reconcile_time_seconds{"controller_runtime_reconcile_time_seconds",
                                               "Length of time per reconciliation per controller.",
                                               kind::histogram,
                                               {"controller"},
                                               buckets::latency};
inline constexpr family terminal_reconcile_errors_total{
    "controller_runtime_terminal_reconcile_errors_total",
    "Total number of terminal reconciliation errors per controller.",
    kind::counter,
    {"controller"}};
inline constexpr family reconcile_panics_total{"controller_runtime_reconcile_panics_total",
                                               "Total number of reconciliations that threw, per controller.",
                                               kind::counter,
                                               {"controller"}};
inline constexpr family reconcile_timeouts_total{
    "controller_runtime_reconcile_timeouts_total",
    "Total number of reconciliations cut off at their deadline, per controller.",
    kind::counter,
    {"controller"}};
inline constexpr family max_concurrent_reconciles{"controller_runtime_max_concurrent_reconciles",
                                                  "Most reconciliations at once, per controller.",
                                                  kind::gauge,
                                                  {"controller"}};
inline constexpr family active_workers{
    "controller_runtime_active_workers", "Reconciliations that run now, per controller.", kind::gauge, {"controller"}};
inline constexpr family poll_lateness_seconds{"penstock_poll_lateness_seconds",
                                              "Time from a poll being due to its start.",
                                              kind::histogram,
                                              {},
                                              buckets::latency};
inline constexpr family poll_in_flight{"penstock_poll_in_flight", "Polls that run now.", kind::gauge};
inline constexpr family rest_client_requests_total{"rest_client_requests_total",
                                                   "Requests to the Kubernetes API by status code, method and host.",
                                                   kind::counter,
                                                   {"code", "method", "host"}};
inline constexpr family rest_client_request_duration_seconds{
    "rest_client_request_duration_seconds",
    "Time from a request to the Kubernetes API being sent to its answer, or to the header of a watch.",
    kind::histogram,
    {"verb", "host"},
    buckets::rest_client};
inline constexpr family rest_client_rate_limiter_duration_seconds{
    "rest_client_rate_limiter_duration_seconds",
    "Time that requests to the Kubernetes API waited for the client's own limit.",
    kind::histogram,
    {"verb", "host"},
    buckets::rest_client};
inline constexpr family rest_client_request_retries_total{"rest_client_request_retries_total",
                                                          "Requests to the Kubernetes API that were sent again.",
                                                          kind::counter,
                                                          {"code", "verb", "host"}};
inline constexpr family watch_restarts_total{"penstock_watch_restarts_total",
                                             "Watches that were started again, by resource and reason.",
                                             kind::counter,
                                             {"resource", "reason"}};
inline constexpr family leader_election_master_status{
    "leader_election_master_status", "Whether this process leads, by the name of the election.", kind::gauge, {"name"}};
inline constexpr family leader_election_slowpath_total{
    "leader_election_slowpath_total",
    "Renewals of a lease that had to read it first, by the name of the election.",
    kind::counter,
    {"name"}};
inline constexpr family events_total{
    "penstock_events_total",
    "Notes for Events by what became of them: created, counted on an earlier one, or left out.",
    kind::counter,
    {"result"}};
inline constexpr family flux_events_total{
    "penstock_flux_events_total",
    "Events for Flux's notification-controller by what became of them: posted, a duplicate to it, or left out.",
    kind::counter,
    {"result"}};
// the process and its configuration
inline constexpr family config_last_reload_successful{
    "penstock_config_last_reload_successful", "Whether the last reload of the configuration succeeded.", kind::gauge};
inline constexpr family config_last_reload_success_timestamp_seconds{
    "penstock_config_last_reload_success_timestamp_seconds",
    "When the configuration was last loaded, in seconds since 1970.", kind::gauge};
inline constexpr family process_cpu_seconds_total{"process_cpu_seconds_total",
                                                  "Total user and system CPU time spent in seconds.", kind::counter};
inline constexpr family process_open_fds{"process_open_fds", "Number of open file descriptors.", kind::gauge};
inline constexpr family process_max_fds{"process_max_fds", "Maximum number of open file descriptors.", kind::gauge};
inline constexpr family process_virtual_memory_bytes{"process_virtual_memory_bytes", "Virtual memory size in bytes.",
                                                     kind::gauge};
inline constexpr family process_resident_memory_bytes{"process_resident_memory_bytes", "Resident memory size in bytes.",
                                                      kind::gauge};
inline constexpr family process_start_time_seconds{
    "process_start_time_seconds", "Start time of the process since unix epoch in seconds.", kind::gauge};
inline constexpr family log_lines_dropped_total{"penstock_log_lines_dropped_total",
                                                "Log lines that could not be written.", kind::counter};
inline constexpr family dropped_series_total{"penstock_metrics_dropped_series_total",
                                             "Series that were refused because their family was full.",
                                             kind::counter,
                                             {"family"}};
inline constexpr family build_info{
    "penstock_build_info", "Always 1; the version is the label.", kind::gauge, {"version"}};

inline constexpr std::array table{
    &webhook_deliveries_total,
    &webhook_answer_seconds,
    &webhook_secret_matches_total,
    &webhook_secret_last_match_timestamp_seconds,
    &receiver_requests_total,
    &sync_total,
    &webhook_to_synced_seconds,
    &poll_total,
    &sync_sources,
    &sync_pending,
    &forge_requests_total,
    &forge_quota_remaining,
    &http_validations_total,
    &token_mints_total,
    &token_age_seconds,
    &token_refusals_total,
    &token_cache_evictions_total,
    &workqueue_depth,
    &workqueue_adds_total,
    &workqueue_retries_total,
    &workqueue_queue_duration_seconds,
    &workqueue_work_duration_seconds,
    &workqueue_unfinished_work_seconds,
    &workqueue_longest_running_processor_seconds,
    &reconcile_total,
    &reconcile_errors_total,
    &reconcile_time_seconds,
    &terminal_reconcile_errors_total,
    &reconcile_panics_total,
    &reconcile_timeouts_total,
    &max_concurrent_reconciles,
    &active_workers,
    &poll_lateness_seconds,
    &poll_in_flight,
    &rest_client_requests_total,
    &rest_client_request_duration_seconds,
    &rest_client_rate_limiter_duration_seconds,
    &rest_client_request_retries_total,
    &watch_restarts_total,
    &leader_election_master_status,
    &leader_election_slowpath_total,
    &events_total,
    &flux_events_total,
    &config_last_reload_successful,
    &config_last_reload_success_timestamp_seconds,
    &process_cpu_seconds_total,
    &process_open_fds,
    &process_max_fds,
    &process_virtual_memory_bytes,
    &process_resident_memory_bytes,
    &process_start_time_seconds,
    &log_lines_dropped_total,
    &dropped_series_total,
    &build_info,
};

}  // namespace penstock::metrics::names

#endif  // PENSTOCK_METRICS_NAMES_HPP
