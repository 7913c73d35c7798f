#ifndef PENSTOCK_SIDECAR_SYNC_SYSTEM_HPP
#define PENSTOCK_SIDECAR_SYNC_SYSTEM_HPP
#include "configuration.hpp"
#include "leadership_settings.hpp"
#include "world.hpp"

#include <penstock/clock/awaitable.hpp>
#include <penstock/error/result.hpp>
#include <penstock/http/exchange.hpp>
#include <penstock/kube/connection.hpp>
#include <penstock/reconcile/checks.hpp>
#include <penstock/store/sqlite_store.hpp>

#include <boost/json/value.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace penstock::sidecar {

struct sync_settings
{
    sidecar::configuration configuration;
    std::string own_namespace = "flux-system";  ///< Where `{secret: …}` places lie.
    bool no_cross_namespace_refs = false;
    unsigned concurrent = 4;
    leadership_settings leader;  ///< Who polls, of several sidecars.
};

/** The sync system, assembled: hooks, polls, watches and the reconciler, on one cluster.

    One thread. The environment and the store outlive it. */
class sync_system
{
public:
    sync_system(world& env, executor ex, kube::connection to, store::sqlite_store& kept, sync_settings settings);
    ~sync_system();

    /** Works until `stop` or until it is cancelled. Nothing of it is left when it returns.
        @return What ended it, if it was not `stop`. */
    awaitable<result<void>> run();

    /// Finishes what is under way, until `deadline`; then `run` returns.
    void stop(time_point deadline);

    /// Serves `/hook/…`, `/webhook/github`, `/webhook/gitlab` and `/webhook/gitea`; 404 for everything else.
    awaitable<void> serve(http::exchange& e);

    /// Takes over what can change while it runs; what cannot is named in the failure and stays as it was.
    result<void> reload(configuration const& fresh);

    /// Checks by name for a liveness probe.
    reconcile::checks const& health() const;
    /// Why it is not ready yet, in one clause; empty when it is.
    std::string not_ready_because() const;
    /// What is wrong with the cluster now, although deliveries are taken; empty when nothing is.
    std::string trouble() const;

    /** What is known about one object and why, as JSON.
        @param object `Kind/namespace/name`, or `namespace/name` for a GitRepository.
        @return `errc::not_found`, with the objects that are known. */
    result<boost::json::value> explain(std::string_view object) const;

    /// Every source in a line of its own, as JSON, for the status page.
    boost::json::value overview() const;
    /// Whether this process polls, and one line about it for people.
    bool leads() const;
    std::string describe_leader() const;

    /// Brings gauges up to date; called before they are read out.
    void refresh_metrics();
private:
    class impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_SYNC_SYSTEM_HPP
