#ifndef PENSTOCK_SIDECAR_CONFIGURATION_HPP
#define PENSTOCK_SIDECAR_CONFIGURATION_HPP
#include <penstock/error/result.hpp>
#include <penstock/time/types.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace penstock::sidecar {

/// Where a secret is read from; never the secret itself. Each place is read again while the process runs.
struct from_file
{
    std::string path;
};
struct from_environment
{
    std::string name;
};
struct from_kubernetes
{
    std::string name;  ///< A Secret in the namespace of the sidecar.
    std::string key;
};
struct secret_place
{
    std::variant<from_file, from_environment, from_kubernetes> where;
    std::string position;  ///< `file:line:column` of the entry, for messages.
    std::string name;      ///< What metrics call it; empty: its place. Of secrets of webhooks only.

    /// In words for messages: `file /etc/x`, `environment variable X`, `secret x, key y`.
    std::string describe() const;
};

struct forge_entry
{
    std::string host;
    std::string type;        ///< github, gitlab or gitea.
    std::string credential;  ///< Name of an entry of `credentials`; empty for none.
    double reserve = 0.2;    ///< Share of the API quota that is left to others, 0 to 1.
};

struct poll_settings
{
    duration interval = std::chrono::minutes(5);
    duration max = std::chrono::minutes(30);  ///< While webhooks are proven alive.
    double jitter = 0.1;                      ///< Share of the interval, 0 to 0.5.
};

/** What the configuration file says, checked, with defaults where it is silent.

    Every field works by default: no file at all is a useful configuration in a cluster. */
struct configuration
{
    std::string kube_context;
    std::vector<std::string> namespaces;  ///< Empty: all that may be read.
    std::string label_selector;
    std::vector<forge_entry> forges;
    std::map<std::string, secret_place> tokens;  ///< `credentials` by name.
    std::vector<secret_place> github_secrets;
    std::vector<secret_place> gitlab_secrets;
    std::vector<secret_place> gitea_secrets;
    std::size_t min_secret = 16;  ///< `webhooks.minSecretBytes`: bytes of the shortest secret of a webhook.
    std::string sqlite_path;  ///< Empty: the state directory decides.
    poll_settings poll;
    duration resync = std::chrono::minutes(10);  ///< `sync.reconcile.interval`.
};

/** Reads a configuration. Pure: it opens no file and resolves no secret.

    @param text The document; at most 1 MiB.
    @param file Its name, for messages.
    @return `errc::invalid_configuration` with `file:line:column: what is wrong; what to write instead`. */
result<configuration> parse_configuration(std::string_view text, std::string const& file);

/// `parse_configuration` of what is in a file; a file that cannot be read is `errc::invalid_configuration` too.
result<configuration> load_configuration(std::string const& file);

/// The defaults as a file with comments: what `penstock config defaults` prints.
std::string_view default_configuration_text();

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_CONFIGURATION_HPP
