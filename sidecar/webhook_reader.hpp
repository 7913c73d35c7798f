#ifndef PENSTOCK_SIDECAR_WEBHOOK_READER_HPP
#define PENSTOCK_SIDECAR_WEBHOOK_READER_HPP
#include "configuration.hpp"
#include "yaml_reader.hpp"

#include <string>

namespace penstock::sidecar {

/// Where a secret is read from: `{file: PATH}`, `{env: NAME}` or `{secret: NAME, key: KEY}`.
secret_place read_place(yaml_reader& yaml, YAML::Node const& node, std::string const& path);

/// The section `webhooks`: for each forge a list of places, which may have names, and the shortest secret.
void read_webhooks(yaml_reader& yaml, YAML::Node const& node, std::string const& path, configuration& into);

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_WEBHOOK_READER_HPP
