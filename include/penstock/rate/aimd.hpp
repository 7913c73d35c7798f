#ifndef PENSTOCK_RATE_AIMD_HPP
#define PENSTOCK_RATE_AIMD_HPP
#include <penstock/time/types.hpp>

#include <algorithm>
#include <chrono>

namespace penstock::rate {

struct aimd_options  // at namespace scope; every field works by default
{
    double least = 1;                             ///< It never falls below; positive.
    double most = 16;                             ///< It never rises above; where it begins.
    double step = 1;                              ///< Added by as many successes as the value is large.
    double factor = 0.5;                          ///< What a failure leaves of it, in (0, 1).
    duration calm = std::chrono::seconds(5);      ///< Failures within this after one that counted do not count.
};

/** Finds how much a peer bears: adds a little with each success, takes a share away with a failure.

    As a number of calls at once (`least` 1) it grows by `step` for each full round of calls. As a share of a rate
    (`most` 1) it grows by `step` for each call. Many calls that fail together count as one failure. Pure.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe.
    @see https://www.rfc-editor.org/rfc/rfc5681#section-3.1 */
class aimd
{
public:
    explicit aimd(aimd_options const& o = {}) noexcept
        : options_(o), value_(std::max(o.most, o.least)), calm_until_(time_point::min())
    {}

    /// @param among Callers that share the value, each of which adds its part; at least 1.
    void succeeded(double among = 1) noexcept
    {
        auto const part = options_.step / (std::max(value_, 1.0) * std::max(among, 1.0));
        value_ = std::min(value_ + part, std::max(options_.most, options_.least));
    }

    void failed(time_point now) noexcept
    {
        if (now < calm_until_)
            return;
        value_ = std::max(value_ * std::clamp(options_.factor, 0.0, 1.0), options_.least);
        calm_until_ = now + options_.calm;
    }

    double value() const noexcept { return value_; }
    /// As a number of calls at once; at least 1.
    int whole() const noexcept { return std::max(static_cast<int>(value_), 1); }
private:
    aimd_options options_;
    double value_;
    time_point calm_until_;
};

}  // namespace penstock::rate

#endif  // PENSTOCK_RATE_AIMD_HPP
