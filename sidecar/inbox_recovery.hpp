#ifndef PENSTOCK_SIDECAR_INBOX_RECOVERY_HPP
#define PENSTOCK_SIDECAR_INBOX_RECOVERY_HPP
#include "sync_parts.hpp"

namespace penstock::sidecar {

/// Takes up what an earlier process left in the inbox, and tries again for as long as the store cannot be read.
/// @return Whether it did; false when it was cancelled.
awaitable<bool> recover_inbox(world& env, intake_type& in);

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_INBOX_RECOVERY_HPP
