#include "demo_stage.hpp"

#include <penstock/crypto/base64.hpp>
#include <penstock/embedded/kube_flux_types.hpp>
#include <penstock/text/hex.hpp>

#include <filesystem>
#include <fstream>
#include <random>
#include <utility>

namespace penstock::sidecar {

namespace {

std::string random_hex()
{
    std::random_device random;
    std::string bytes;
    for (int i = 0; i < 32; ++i)
        bytes.push_back(static_cast<char>(random() & 0xffU));
    return to_hex(bytes);
}

embedded::forge_options forge_options_for(std::string const& directory)
{
    embedded::forge_options o;
    o.directory = directory + "/repositories";
    return o;
}

/// What a platform engineer would have in the cluster: a source, a Secret and a Receiver.
std::string objects(std::string const& git_url, std::string const& token)
{
    return R"(---
apiVersion: v1
kind: Namespace
metadata: {name: flux-system}
---
apiVersion: v1
kind: Secret
metadata: {name: receiver-token, namespace: flux-system}
data: {token: )"
           + crypto::base64_encode(token) + R"(}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: app, namespace: flux-system}
spec:
  interval: 10m
  url: )" + git_url
           + R"(
  ref: {branch: main}
---
apiVersion: notification.toolkit.fluxcd.io/v1
kind: Receiver
metadata: {name: app, namespace: flux-system}
spec:
  type: generic
  secretRef: {name: receiver-token}
  resources:
  - {kind: GitRepository, name: app}
)";
}

}  // namespace

demo_stage::demo_stage(world& env, executor ex, demo_stage_options o)
    : env_(env), loop_(ex), options_(std::move(o)), client_(ex), cluster_(ex),
      forge_(ex, forge_options_for(options_.directory)), webhook_secret_(random_hex()), tasks_(ex)
{}

std::string demo_stage::hooks_url() const
{
    return "http://127.0.0.1:" + std::to_string(sidecar_->hooks_port());
}

std::string demo_stage::metrics_url() const
{
    return "http://127.0.0.1:" + std::to_string(sidecar_->metrics_port());
}

result<void> demo_stage::write_secret()
{
    auto const path = options_.directory + "/webhook-secret";
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    std::error_code ec;
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, ec);
    out << webhook_secret_.reveal() << "\n";
    out.close();
    if (!out || ec)
        return failure(errc::invalid_configuration, path + " cannot be written");
    return {};
}

awaitable<result<void>> demo_stage::open()
{
    std::error_code ec;
    std::filesystem::create_directories(options_.directory, ec);
    if (auto const written = write_secret(); !written)
        co_return written;
    auto const kube_port = cluster_.start();
    if (!kube_port)
        co_return kube_port.error();
    auto const forge_port = forge_.listen();
    if (!forge_port)
        co_return forge_port.error();
    auto const created = co_await forge_.repositories().create(repository);
    if (!created && created.error().code != condition::conflict)
        co_return created.error();
    if (!created)
        if (auto const adopted = forge_.repositories().adopt(repository); !adopted)
            co_return adopted;
    for (auto const type : embedded::kube_flux_types::all)
        if (auto const seeded = cluster_.seed(type); !seeded)
            co_return seeded.error();
    if (auto const seeded = cluster_.seed(objects(git_url(), random_hex())); !seeded)
        co_return seeded.error();
    api_ = std::make_unique<client_type>(silent_, client_, cluster_.url());
    flux_ = std::make_unique<embedded::source_controller<silent_world, client_type, http::client>>(silent_, *api_,
                                                                                                   client_, loop_);
    application_settings s;
    s.hooks_addr = options_.hooks_addr;
    s.metrics_addr = options_.metrics_addr;
    s.health_addr = options_.health_addr;
    s.store_path = options_.directory + "/penstock.db";
    s.cluster.server = cluster_.url();
    s.cluster.origin = "embedded";
    s.sync.configuration.poll.interval = options_.poll;
    s.sync.configuration.poll.max = options_.poll;  // nobody watches a demo for half an hour
    secret_place place;
    place.where = from_file{options_.directory + "/webhook-secret"};
    s.sync.configuration.github_secrets.push_back(std::move(place));
    sidecar_ = std::make_unique<application>(env_, loop_, std::move(s));
    if (auto const opened = sidecar_->open(); !opened)
        co_return opened;
    forge_.hooks().add(embedded::forge_hook(hooks_url() + "/webhook/github", webhook_secret_, repository));
    co_return result<void>();
}

awaitable<result<void>> demo_stage::run()
{
    tasks_.spawn(run_forge());
    tasks_.spawn(run_flux());
    auto ended = co_await sidecar_->run();
    tasks_.cancel();
    co_await tasks_.join();
    auto const soon = env_.clock().now() + std::chrono::seconds(1);
    co_await cluster_.stop(soon);
    co_return ended;
}

awaitable<result<boost::json::value>> demo_stage::get(kube::resource what, std::string name)
{
    return api_->get(std::move(what), kube::object_name("flux-system", std::move(name)),
                     env_.clock().now() + std::chrono::seconds(5));
}

}  // namespace penstock::sidecar
