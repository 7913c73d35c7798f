#ifndef PENSTOCK_RATE_PRIORITY_HPP
#define PENSTOCK_RATE_PRIORITY_HPP
#include <cstddef>
#include <cstdint>

namespace penstock::rate {

/// Why a call is made, from what can wait longest to what somebody waits for.
enum class priority : std::uint8_t
{
    poll,
    webhook,
    user,
};

inline constexpr std::size_t priority_count = 3;

/// Shares of a quota that are kept for what is more urgent, each from 0 to 1.
struct priority_shares
{
    double webhook = 0.10;  ///< Polls end when this and `user` are left.
    double user = 0.05;     ///< What follows a webhook ends when this is left.

    /// What a call of that priority has to leave.
    constexpr double kept_from(priority p) const noexcept
    {
        return p == priority::user ? 0 : p == priority::webhook ? user : webhook + user;
    }
};

}  // namespace penstock::rate

#endif  // PENSTOCK_RATE_PRIORITY_HPP
