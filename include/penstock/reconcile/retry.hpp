#ifndef PENSTOCK_RECONCILE_RETRY_HPP
#define PENSTOCK_RECONCILE_RETRY_HPP
#include <penstock/rate/token_bucket.hpp>
#include <penstock/time/backoff.hpp>
#include <penstock/time/types.hpp>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <tuple>
#include <utility>

namespace penstock::reconcile {

/** How long a key waits after it has failed. The queue counts the failures of each key, so that a policy needs
    no memory of its own. @param failures Failures before this one, in a row. */
template <class P>
concept retry_policy = requires(P& p, unsigned failures, time_point now) {
    { p.delay(failures, now) } noexcept -> std::same_as<duration>;
};

/// `base * 2^failures`, capped: client-go's item limiter. With the defaults the cap is reached at failure 18.
struct exponential_retry
{
    duration base = std::chrono::milliseconds(5);
    duration cap = std::chrono::seconds(1000);

    constexpr duration delay(unsigned failures, time_point) const noexcept
    {
        return exponential_delay(base, cap, failures);
    }
};

/// `fast` for the first `fast_attempts` failures, then `slow`.
struct fast_slow_retry
{
    duration fast = std::chrono::milliseconds(5);
    duration slow = std::chrono::seconds(10);
    unsigned fast_attempts = 3;

    constexpr duration delay(unsigned failures, time_point) const noexcept
    {
        return failures < fast_attempts ? fast : slow;
    }
};

/// The wait that a rate limiter gives, whatever the key: caps the retries of all keys together.
template <class Limiter>
class limited_retry
{
public:
    explicit limited_retry(Limiter limiter) : limiter_(std::move(limiter)) {}
    duration delay(unsigned, time_point now) noexcept { return limiter_.reserve(now) - now; }
private:
    Limiter limiter_;
};

/// The longest of what several policies say.
template <retry_policy... Policies>
class longest_retry
{
public:
    explicit longest_retry(Policies... policies) : policies_(std::move(policies)...) {}

    duration delay(unsigned failures, time_point now) noexcept
    {
        return std::apply([&](auto&... p) { return std::max({duration::zero(), p.delay(failures, now)...}); },
                          policies_);
    }
private:
    std::tuple<Policies...> policies_;
};

/// client-go's default for controllers: `each` key by itself, and a bucket for `all` of them together.
inline longest_retry<exponential_retry, limited_retry<rate::token_bucket>> overall_retry(
    exponential_retry each = {},
    rate::token_bucket_options const& all = {.burst = 100, .period = std::chrono::milliseconds(100)})
{
    return longest_retry<exponential_retry, limited_retry<rate::token_bucket>>(
        each, limited_retry<rate::token_bucket>(rate::token_bucket(all)));
}

/// What another policy says, but never more than `longest`.
template <retry_policy Policy>
class capped_retry
{
public:
    capped_retry(Policy policy, duration longest) : policy_(std::move(policy)), longest_(longest) {}
    duration delay(unsigned failures, time_point now) noexcept
    {
        return std::min(policy_.delay(failures, now), longest_);
    }
private:
    Policy policy_;
    duration longest_;
};

static_assert(retry_policy<exponential_retry> && retry_policy<fast_slow_retry>);

}  // namespace penstock::reconcile

#endif  // PENSTOCK_RECONCILE_RETRY_HPP
