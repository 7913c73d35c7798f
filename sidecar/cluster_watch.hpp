#ifndef PENSTOCK_SIDECAR_CLUSTER_WATCH_HPP
#define PENSTOCK_SIDECAR_CLUSTER_WATCH_HPP
#include "configuration.hpp"
#include "sync_parts.hpp"

#include <penstock/clock/task_group.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace penstock::sidecar {

/// Watches the GitRepositories and the Receivers of all namespaces that the configuration names. One thread.
class cluster_watch
{
public:
    /// @param back Called when the API server answers again, after it did not.
    cluster_watch(world& env, api_type& api, executor ex, configuration const& c, informer_type::handler repository,
                  informer_type::handler receiver, std::function<void()> back);

    /// Runs until it is cancelled. @return What ended it, if it was not that.
    awaitable<result<void>> run();

    bool repositories_listed() const;
    /// Which objects are not known yet, in one clause; empty when none. Receivers that may not be read, or that are
    /// not installed, do not count.
    std::string unknown_because() const;
    /// Why nothing has been heard from the API server for some seconds, whatever is known from before; empty when it
    /// is there.
    std::string const& trouble() const noexcept { return trouble_; }
private:
    std::string not_watched() const;
    awaitable<void> notice_return();
    awaitable<void> watch(informer_type& informer);

    world& env_;
    std::function<void()> back_;
    std::vector<std::unique_ptr<informer_type>> repositories_;
    std::vector<std::unique_ptr<informer_type>> receivers_;
    clock::task_group tasks_;
    failure failed_;
    std::string trouble_;
};

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_CLUSTER_WATCH_HPP
