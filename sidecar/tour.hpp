#ifndef PENSTOCK_SIDECAR_TOUR_HPP
#define PENSTOCK_SIDECAR_TOUR_HPP
#include "demo_stage.hpp"

namespace penstock::sidecar {

/** Walks through the demo as a user would, with a real `git`, and checks each step. Prints one ✔ or ✗ line each on
    stderr.
    @return The step that failed, and why. */
awaitable<result<void>> take_tour(demo_stage& stage, world& env);

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_TOUR_HPP
