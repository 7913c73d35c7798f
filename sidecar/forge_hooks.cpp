#include "forge_hooks.hpp"

namespace penstock::sidecar {

forge_hooks::forge_hooks(world& env, intake_type& in)
    : github_(env, in, {"github"}), gitlab_(env, in, {"gitlab"}), gitea_(env, in, {"gitea"})
{}

void forge_hooks::keep(secret_keeper& secrets, configuration const& c)
{
    hook::verifier_options const verifying{.min_secret = c.min_secret};
    auto const used_by = [verifying](auto& webhook) {
        return [&webhook, verifying](auto const& all, auto names) { return webhook.use(all, names, verifying); };
    };
    secrets.keep("github", c.github_secrets, used_by(github_));
    secrets.keep("gitlab", c.gitlab_secrets, used_by(gitlab_));
    secrets.keep("gitea", c.gitea_secrets, used_by(gitea_));
}

bool forge_hooks::serves(std::string_view path, configuration const& c)
{
    return (path == "/webhook/github" && !c.github_secrets.empty())
           || (path == "/webhook/gitlab" && !c.gitlab_secrets.empty())
           || (path == "/webhook/gitea" && !c.gitea_secrets.empty());
}

awaitable<void> forge_hooks::handle(http::exchange& e)
{
    auto const path = e.head().path();
    if (path == "/webhook/github")
        co_await github_.handle(e);
    else if (path == "/webhook/gitlab")
        co_await gitlab_.handle(e);
    else
        co_await gitea_.handle(e);
}

}  // namespace penstock::sidecar
