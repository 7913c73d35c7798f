#ifndef PENSTOCK_SIDECAR_LEADERSHIP_HPP
#define PENSTOCK_SIDECAR_LEADERSHIP_HPP
#include "leadership_settings.hpp"
#include "sync_parts.hpp"

#include <penstock/kube/elector.hpp>

#include <functional>
#include <optional>
#include <string>

namespace penstock::sidecar {

/** Work that one of several sidecars on a cluster does, by the Lease `penstock-leader-election`; where no leader is
    elected, each of them does it.

    One thread. The environment and the client outlive it. */
class leadership
{
public:
    using work = std::function<awaitable<void>()>;

    leadership(world& env, api_type& api, executor const& ex, std::string own_namespace, leadership_settings const& s);

    /// Does the work whenever this process leads. Returns when it is cancelled, and with the work that ends by itself.
    awaitable<void> run(work what);

    /// Whether this process does the work now.
    bool leads() const;
    /// For people: one line.
    std::string describe() const;
    /** For a liveness probe, in one clause; empty when all is well. Only a restart ends work that goes on although others may
        have taken the lease long ago; an API server that is away is no reason, for then the work has ended. */
    std::string unhealthy_because() const;
private:
    /// The work, and whether it is under way.
    awaitable<void> perform(work what);

    world& env_;
    duration tolerance_;
    bool working_ = false;
    std::optional<kube::elector<world, api_type>> elector_;  // nothing: off
};

/// `<host>_<random>`, another one in each process.
std::string identity_of_this_process();

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_LEADERSHIP_HPP
