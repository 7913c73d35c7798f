#ifndef PENSTOCK_SIDECAR_CHECK_HPP
#define PENSTOCK_SIDECAR_CHECK_HPP
#include "arguments.hpp"

namespace penstock::sidecar {

/** `penstock check`: the configuration offline, and with `--live` the cluster too, one ✔ or ✗ line each on stderr.
    Exit codes: 0 all good, 1 something live is not, 2 the configuration is wrong. */
int run_check(check_arguments const& a, run_arguments const& where);

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_CHECK_HPP
