#ifndef PENSTOCK_AUTH_TOKEN_ATTEMPTS_HPP
#define PENSTOCK_AUTH_TOKEN_ATTEMPTS_HPP
#include <penstock/auth/token_state.hpp>

#include <chrono>

namespace penstock::auth {

/** How often one request is sent again because of its token, and after how long. Pure; one for each request.

    A token that has been dropped, or was not the current one any more, is replaced once. One that was minted a moment
    ago may not have reached all servers of the peer: it is shown again after 1, 2 and 4 seconds. */
class token_attempts
{
public:
    /// The answer stands.
    static constexpr duration give_up = duration::min();

    /** A 401.
        @param verdict What the cache said of the token that was sent.
        @return How long to wait before the request is sent again with the token that the cache gives then. */
    duration unauthorized(token_refusal verdict, time_point now, time_point deadline) noexcept
    {
        if (verdict == token_refusal::young)
            return wait(now, deadline);
        return ++renewed_ == 1 ? duration::zero() : give_up;
    }

    /** A 403: what a token may do takes as long to spread.
        @param grace As in `token_timing`. */
    duration forbidden(token const& used, duration grace, time_point now, time_point deadline) noexcept
    {
        return now - used.issued < grace ? wait(now, deadline) : give_up;
    }
private:
    static constexpr int max_waits = 3;

    duration wait(time_point now, time_point deadline) noexcept
    {
        duration const pause = std::chrono::seconds(1 << waited_);
        if (waited_ == max_waits || deadline - now <= pause)
            return give_up;
        ++waited_;
        return pause;
    }

    int renewed_ = 0;  // sent again with another token
    int waited_ = 0;   // sent again with the same one
};

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_TOKEN_ATTEMPTS_HPP
