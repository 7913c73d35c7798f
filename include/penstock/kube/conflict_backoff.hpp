#ifndef PENSTOCK_KUBE_CONFLICT_BACKOFF_HPP
#define PENSTOCK_KUBE_CONFLICT_BACKOFF_HPP
#include <penstock/error/result.hpp>
#include <penstock/time/backoff.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace penstock::kube {

/** Decides whether to read and write again after somebody else wrote in between: client-go's `DefaultRetry`, five
    attempts, 10 to 11 ms apart. Pure. */
class conflict_backoff
{
public:
    static constexpr int attempts = 5;
    static constexpr duration wait = std::chrono::milliseconds(10);

    explicit conflict_backoff(std::uint64_t seed = 0) noexcept : uniform_(seed) {}

    /// @return How long to wait before the next attempt; nothing: give up.
    std::optional<duration> after(failure const& f) noexcept
    {
        if (f.code != errc::conflict || ++used_ == attempts)
            return std::nullopt;
        return wait + fraction_of(wait / 10, uniform_());
    }
private:
    uniform_source uniform_;
    int used_ = 0;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_CONFLICT_BACKOFF_HPP
