// The file of the sidecar. Oracles: what is accepted lies within its limits; what is not is said with its place.
#include "input.hpp"

#include <sidecar/configuration.hpp>

using namespace penstock;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    using namespace std::chrono_literals;
    auto const c = sidecar::parse_configuration(fuzz::input(data, size).rest(), "c.yaml");
    if (!c) {
        fuzz::require(c.error().code == errc::invalid_configuration, "a failure is one of the configuration");
        fuzz::require(c.error().detail.starts_with("c.yaml"), "a failure says where");
        return 0;
    }
    fuzz::require(c->poll.interval >= 1s && c->poll.max >= c->poll.interval, "intervals are positive");
    fuzz::require(c->poll.jitter >= 0 && c->poll.jitter <= 0.5, "a jitter is a share");
    fuzz::require(c->resync >= 10s, "the resync is not too often");
    fuzz::require(c->min_secret >= 1, "an empty secret is never enough");
    for (auto const& f : c->forges) {
        fuzz::require(!f.host.empty() && !f.type.empty(), "a forge has host and type");
        fuzz::require(f.reserve >= 0 && f.reserve <= 0.9, "a reserve is a share");
    }
    return 0;
}
