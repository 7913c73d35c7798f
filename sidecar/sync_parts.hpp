#ifndef PENSTOCK_SIDECAR_SYNC_PARTS_HPP
#define PENSTOCK_SIDECAR_SYNC_PARTS_HPP
#include "world.hpp"

#include <penstock/hook/gitlab.hpp>
#include <penstock/hook/hex_hmac.hpp>
#include <penstock/http/client.hpp>
#include <penstock/http/governed.hpp>
#include <penstock/kube/cluster.hpp>
#include <penstock/kube/informer.hpp>
#include <penstock/reconcile/controller.hpp>
#include <penstock/store/sqlite_store.hpp>
#include <penstock/sync/flux_peers.hpp>
#include <penstock/sync/forge_webhook.hpp>
#include <penstock/sync/git_remote.hpp>
#include <penstock/sync/intake.hpp>
#include <penstock/sync/polls.hpp>
#include <penstock/sync/reconciler.hpp>

/// What the sync system of this sidecar is made of: every choice of a type stands here.
namespace penstock::sidecar {

using store_type = store::sqlite_store;
using cluster_type = kube::cluster<world>;
using api_type = cluster_type::client_type;
using forge_transport = http::governed<world, http::client>;
using apps_type = sync::app_tokens<world, forge_transport>;
using remote_type = sync::git_remote<api_type, forge_transport, apps_type>;
using inbox_type = sync::inbox<store_type>;
using intake_type = sync::intake<world, store_type>;
using peers_type = sync::flux_peers<api_type, remote_type, inbox_type>;
using reconciler_type = sync::reconciler<world, peers_type>;
using controller_type = reconcile::controller<reconciler_type, world>;
using polls_type = sync::polls<world, remote_type, store_type>;
using informer_type = kube::informer<world, api_type>;
using github_webhook = sync::forge_webhook<hook::github_sha256, world, store_type>;
using gitlab_webhook = sync::forge_webhook<hook::gitlab, world, store_type>;
using gitea_webhook = sync::forge_webhook<hook::gitea, world, store_type>;

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_SYNC_PARTS_HPP
