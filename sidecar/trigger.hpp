#ifndef PENSTOCK_SIDECAR_TRIGGER_HPP
#define PENSTOCK_SIDECAR_TRIGGER_HPP
#include "arguments.hpp"

#include <penstock/error/result.hpp>
#include <penstock/http/message.hpp>
#include <penstock/text/secret.hpp>
#include <penstock/time/types.hpp>

#include <string>

namespace penstock::sidecar {

/** A signed test hook, as the forge would send it.

    @param delivery What makes it different from every other; sent as the delivery id.
    @return `errc::invalid_argument` when something is missing that this type needs, with the flag to give. */
result<http::request> make_trigger(trigger_arguments const& a, secret const& key, std::string const& delivery,
                                   wall_time now);

/// `penstock trigger`: sends it, prints the answer. Gives the exit code: 0 for a 2xx.
int run_trigger(trigger_arguments const& a);

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_TRIGGER_HPP
