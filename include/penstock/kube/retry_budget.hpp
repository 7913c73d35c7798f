#ifndef PENSTOCK_KUBE_RETRY_BUDGET_HPP
#define PENSTOCK_KUBE_RETRY_BUDGET_HPP
#include <penstock/error/result.hpp>
#include <penstock/time/types.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace penstock::kube {

/** Decides whether one call is sent again, and when: client-go's rules. Pure.

    An answer is asked for again only when the server says when (429 or 5xx with `Retry-After`). A connection
    that broke is tried again after a second, and only for reading: a write may have happened. */
class retry_budget
{
public:
    static constexpr int max_retries = 10;

    explicit retry_budget(std::string_view method) noexcept : reads_(method == "GET") {}

    /// @return How long to wait before the next try; nothing: give up.
    std::optional<duration> after_answer(int status, std::optional<duration> retry_after) noexcept
    {
        bool const busy = status == 429 || (status >= 500 && status < 600);
        return busy && retry_after ? take(*retry_after) : std::nullopt;
    }

    std::optional<duration> after_failure(error_code code) noexcept
    {
        bool const broken = code == errc::connection_failed || code == errc::truncated;
        return broken && reads_ ? take(std::chrono::seconds(1)) : std::nullopt;
    }
private:
    std::optional<duration> take(duration wait) noexcept
    {
        if (used_ == max_retries)
            return std::nullopt;
        ++used_;
        return wait;
    }
    bool reads_;
    int used_ = 0;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_RETRY_BUDGET_HPP
