#ifndef PENSTOCK_SIDECAR_FORGE_HOOKS_HPP
#define PENSTOCK_SIDECAR_FORGE_HOOKS_HPP
#include "configuration.hpp"
#include "secret_keeper.hpp"
#include "sync_parts.hpp"

#include <string_view>

namespace penstock::sidecar {

/// Serves `/webhook/github`, `/webhook/gitlab` and `/webhook/gitea`. One thread; outlives its exchanges.
class forge_hooks
{
public:
    forge_hooks(world& env, intake_type& in);

    /// Has the secrets of the configuration kept for its webhooks.
    void keep(secret_keeper& secrets, configuration const& c);

    /// Whether the path is one for which the configuration names secrets.
    static bool serves(std::string_view path, configuration const& c);

    /// Serves a hook on a path that it `serves`.
    awaitable<void> handle(http::exchange& e);
private:
    github_webhook github_;
    gitlab_webhook gitlab_;
    gitea_webhook gitea_;
};

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_FORGE_HOOKS_HPP
