#ifndef PENSTOCK_TIME_BACKOFF_HPP
#define PENSTOCK_TIME_BACKOFF_HPP
#include <penstock/time/types.hpp>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>

namespace penstock {

/// Gives numbers in [0, 1). Injected wherever chance decides, so that tests decide instead.
template <class U>
concept uniform = requires(U& u) {
    { u() } -> std::convertible_to<double>;
};

/** Small, fast and seeded: the same seed gives the same numbers. Not for secrets.
    @see https://prng.di.unimi.it/splitmix64.c */
class uniform_source
{
public:
    explicit constexpr uniform_source(std::uint64_t seed) noexcept : state_(seed) {}

    constexpr double operator()() noexcept
    {
        state_ += 0x9e3779b97f4a7c15U;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        z ^= z >> 31U;
        return static_cast<double>(z >> 11U) * 0x1.0p-53;
    }
private:
    std::uint64_t state_;
};
static_assert(uniform<uniform_source>);

/// `base` doubled `failures` times, at most `cap`; never overflows. Negative input counts as zero.
constexpr duration exponential_delay(duration base, duration cap, unsigned failures) noexcept
{
    base = std::max(base, duration::zero());
    cap = std::max(cap, duration::zero());
    for (; failures > 0 && base < cap && base > duration::zero(); --failures)
        base = base > cap / 2 ? cap : base * 2;
    return std::min(base, cap);
}

/// A share of `length`; `share` is clamped to [0, 1].
constexpr duration fraction_of(duration length, double share) noexcept
{
    return duration(static_cast<duration::rep>(static_cast<double>(length.count()) * std::clamp(share, 0.0, 1.0)));
}

/** A wait anywhere from `least` to `ceiling` (full jitter): those that failed together come back spread over all of it.
    @param chance In [0, 1).
    @param least For who must not come back at once; moves the lower end up and heaps nothing there. */
constexpr duration spread_delay(duration ceiling, double chance, duration least = duration::zero()) noexcept
{
    least = std::clamp(least, duration::zero(), std::max(ceiling, duration::zero()));
    return least + fraction_of(ceiling - least, chance);
}

struct backoff_options
{
    duration base = std::chrono::milliseconds(800);  ///< The longest first wait.
    duration cap = std::chrono::seconds(30);  ///< No wait is longer.
};

/** How long to wait after the n-th failure in a row: a uniform share of `base * 2^n` (full jitter), so that many
    that failed together do not come back together.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class backoff
{
public:
    explicit backoff(backoff_options o = {}, std::uint64_t seed = 0) noexcept : options_(o), uniform_(seed) {}

    /// Counts a failure and gives the wait before the next attempt, in [0, ceiling).
    duration next() noexcept
    {
        auto const longest = ceiling();
        if (failures_ < ~0U)
            ++failures_;
        return spread_delay(longest, uniform_());
    }

    /// The longest that the next wait can be.
    duration ceiling() const noexcept { return exponential_delay(options_.base, options_.cap, failures_); }

    void reset() noexcept { failures_ = 0; }
    unsigned failures() const noexcept { return failures_; }
private:
    backoff_options options_;
    uniform_source uniform_;
    unsigned failures_ = 0;
};

}  // namespace penstock

#endif  // PENSTOCK_TIME_BACKOFF_HPP
