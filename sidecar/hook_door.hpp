#ifndef PENSTOCK_SIDECAR_HOOK_DOOR_HPP
#define PENSTOCK_SIDECAR_HOOK_DOOR_HPP
#include "cluster_watch.hpp"
#include "forge_hooks.hpp"
#include "receiver_hooks.hpp"
#include "secret_keeper.hpp"

#include <string>
#include <string_view>

namespace penstock::sidecar {

/** Lets hooks in, once it can be told what they are about: before the cluster is known nobody is told that a repository is
    unknown.

    One thread. What it is made from outlives it. */
class hook_door
{
public:
    hook_door(world& env, configuration const& settings, cluster_watch const& watches, secret_keeper const& secrets,
              forge_hooks& forges, receiver_hooks& receivers);

    /// Serves a hook. One that cannot be judged yet waits a little, and then is put off with 503.
    awaitable<void> serve(http::exchange& e);

    /// Waits until the cluster is known. It stays so: an API server that goes away must not take the hooks with it.
    awaitable<void> open();

    /// Why deliveries cannot be judged yet; empty when all can.
    std::string closed_because() const;
private:
    bool is_open(std::string_view path) const;
    std::string unknown_because() const;

    world& env_;
    configuration const& settings_;
    cluster_watch const& watches_;
    secret_keeper const& secrets_;
    forge_hooks& forges_;
    receiver_hooks& receivers_;
    bool routable_ = false;  // stays true: what is known then is kept up to date
};

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_HOOK_DOOR_HPP
