#ifndef PENSTOCK_SIDECAR_SYNC_OPTIONS_HPP
#define PENSTOCK_SIDECAR_SYNC_OPTIONS_HPP
#include "configuration.hpp"

#include <penstock/git/credential.hpp>
#include <penstock/http/client.hpp>
#include <penstock/reconcile/controller.hpp>
#include <penstock/sync/polls.hpp>

#include <functional>
#include <map>
#include <string>

/// What the configuration means for the parts of the sync system.
namespace penstock::sidecar {

/// @param proxy Takes the place of the proxies of the environment; empty: those count.
http::client_options client_options_for(http::tls_options tls, std::string const& proxy);

sync::polls_options polls_options_for(configuration const& c);

reconcile::controller_options controller_options_for(unsigned workers);

/// The share of each forge's quota that is left to others, by host.
std::map<std::string, double, std::less<>> reserves_of(configuration const& c);

/// Whether a running system can take a new configuration; if not, what a restart is needed for.
result<void> can_reload(configuration const& now, configuration const& fresh);

/// What to show the forge of a URL that has no Secret of its own; anonymous where the file names no credential.
/// @param tokens By the names of `credentials`.
git::credential forge_credential(configuration const& c, std::map<std::string, secret, std::less<>> const& tokens,
                                 std::string const& url);

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_SYNC_OPTIONS_HPP
