#include "configuration.hpp"

namespace penstock::sidecar {

std::string_view default_configuration_text()
{
    static constexpr std::string_view text =
        R"(# Everything here is the default: an empty copy of this file changes nothing.
apiVersion: penstock.dev/v1
kind: Sidecar
kubernetes: {context: ""}        # in a cluster: its service account; else KUBECONFIG, as kubectl does
watch:
  namespaces: []                 # empty: every namespace that may be read
  labelSelector: ""
forges: []                       # - {host: git.example.com, type: github, credential: bot, budget: {reserve: 20%}}
credentials: {}                  # bot: {token: {env: GITHUB_TOKEN}}
# webhooks:                      # absent: only Flux Receivers are served
#   github: {secrets: [{secret: github-webhook, key: token, name: 2026-11}]}   # several while rotating, newest first
#   gitlab: {secrets: [{file: /etc/penstock/gitlab-token}]}       # a secret token, or a signing token (whsec_…)
#   gitea: {secrets: [{env: GITEA_WEBHOOK_SECRET}]}               # Forgejo and Gogs too
#   minSecretBytes: 16             # shorter secrets are refused
# store: {sqlite: /data/penstock.db}
sync:
  poll: {interval: 5m, max: 30m, jitter: 10%}
  reconcile: {interval: 10m, heal: auto, grace: 0s}
)";
    return text;
}

}  // namespace penstock::sidecar
