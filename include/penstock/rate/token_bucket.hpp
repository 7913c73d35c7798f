#ifndef PENSTOCK_RATE_TOKEN_BUCKET_HPP
#define PENSTOCK_RATE_TOKEN_BUCKET_HPP
#include <penstock/rate/limiter.hpp>
#include <penstock/time/types.hpp>

#include <algorithm>
#include <chrono>

namespace penstock::rate {

struct token_bucket_options  // at namespace scope; every field works by default
{
    int burst = 1;                              ///< Calls admitted at once; at least 1.
    duration period = std::chrono::seconds(1);  ///< Time to earn one call; positive.
};

/** Admits `burst` calls at once, then one per `period`.

    A pure state machine: it never sleeps, reads no clock and allocates nothing.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe.
    @see https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
class token_bucket
{
public:
    explicit token_bucket(token_bucket_options const& o = {}) noexcept
        : period_(o.period), credit_((o.burst - 1) * o.period)
    {}

    /** Reserves the next call. No-throw.

        @param now Monotonic time, never earlier than in the previous call.
        @return When the call may start; `now` if it is admitted at once. */
    time_point reserve(time_point now) noexcept
    {
        auto const start = std::max(next_, now - credit_);
        next_ = start + period_;
        return std::max(start, now);
    }

    /// When a call could start, without reserving it.
    time_point peek(time_point now) const noexcept { return std::max(next_, now); }
private:
    duration period_;
    duration credit_;                      // how far an idle bucket may fall behind `now`
    time_point next_ = time_point::min();  // when the next call falls due
};
static_assert(limiter<token_bucket>);

}  // namespace penstock::rate

#endif  // PENSTOCK_RATE_TOKEN_BUCKET_HPP
