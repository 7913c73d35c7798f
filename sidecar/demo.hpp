#ifndef PENSTOCK_SIDECAR_DEMO_HPP
#define PENSTOCK_SIDECAR_DEMO_HPP
#include "arguments.hpp"

namespace penstock::sidecar {

/** `penstock demo`: the sidecar next to an embedded Kubernetes API, an embedded forge and a stand-in for Flux's
    controllers, all in this process. With `--tour` it walks through by itself.
    Exit codes: 0 ok, 1 a step of the tour failed or something broke. */
int run_demo(demo_arguments const& a, run_arguments const& r);

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_DEMO_HPP
