#ifndef PENSTOCK_SIDECAR_WORLD_HPP
#define PENSTOCK_SIDECAR_WORLD_HPP
#include <penstock/clock/steady.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/observe/json_lines.hpp>
#include <penstock/observe/prometheus_sink.hpp>
#include <penstock/text/secret.hpp>

#include <string_view>

namespace penstock::sidecar {

/// The world that every part of the sidecar sees.
using world = env::basic_environment<clock::steady, observe::prometheus_sink, observe::json_lines>;

/// @param level,encoding As `--log-level` and `--log-encoding` take them.
world make_world(std::string_view level, std::string_view encoding);

/// Keeps this value out of every line that any `world` of this process logs from now on. One thread.
void redact_from_logs(secret const& value);

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_WORLD_HPP
