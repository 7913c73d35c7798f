#ifndef PENSTOCK_SIDECAR_DEMO_STAGE_HPP
#define PENSTOCK_SIDECAR_DEMO_STAGE_HPP
#include "application.hpp"

#include <penstock/clock/task_group.hpp>
#include <penstock/embedded/forge_server.hpp>
#include <penstock/embedded/kube_server.hpp>
#include <penstock/embedded/source_controller.hpp>
#include <penstock/http/client.hpp>
#include <penstock/kube/api_client.hpp>

#include <memory>
#include <string>

namespace penstock::sidecar {

struct demo_stage_options
{
    std::string directory;       ///< Absolute; repositories, the store and the webhook's secret go there.
    duration poll = std::chrono::seconds(5);
    std::string hooks_addr = "127.0.0.1:0";
    std::string metrics_addr = "127.0.0.1:0";
    std::string health_addr = "127.0.0.1:0";
};

/** Everything that the demo runs on, around a sidecar: the source `flux-system/app` follows the branch `main` of the
    repository `demo/app`, whose pushes are announced by a webhook; a Receiver serves the same source. One thread. */
class demo_stage
{
public:
    static constexpr char const* repository = "demo/app";
    static constexpr char const* source = "GitRepository/flux-system/app";

    demo_stage(world& env, executor ex, demo_stage_options o);

    /// Starts the servers, fills them, and opens the sidecar.
    awaitable<result<void>> open();
    /// Runs until `stop` or until it is cancelled.
    awaitable<result<void>> run();
    void stop() { sidecar_->stop(); }

    application& sidecar() { return *sidecar_; }
    embedded::forge_server& forge() { return forge_; }
    embedded::kube_server& cluster() { return cluster_; }
    secret const& webhook_secret() const { return webhook_secret_; }
    std::string const& directory() const { return options_.directory; }
    std::string hooks_url() const;
    std::string metrics_url() const;
    std::string git_url() const { return forge_.url_of(repository); }

    /// An object as the cluster has it now.
    awaitable<result<boost::json::value>> get(kube::resource what, std::string name);
    http::client& browser() { return client_; }
private:
    using silent_world = env::basic_environment<clock::steady>;
    using client_type = kube::api_client<silent_world, http::client>;

    awaitable<void> run_forge() { return forge_.run(); }
    awaitable<void> run_flux() { return flux_->run(); }
    result<void> write_secret();

    world& env_;
    executor loop_;
    demo_stage_options options_;
    silent_world silent_;
    http::client client_;
    embedded::kube_server cluster_;
    embedded::forge_server forge_;
    secret webhook_secret_;
    std::unique_ptr<client_type> api_;
    std::unique_ptr<embedded::source_controller<silent_world, client_type, http::client>> flux_;
    std::unique_ptr<application> sidecar_;
    clock::task_group tasks_;
};

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_DEMO_STAGE_HPP
