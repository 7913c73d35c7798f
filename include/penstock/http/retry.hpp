#ifndef PENSTOCK_HTTP_RETRY_HPP
#define PENSTOCK_HTTP_RETRY_HPP
#include <penstock/env/environment.hpp>
#include <penstock/http/repeatable.hpp>
#include <penstock/http/transport.hpp>
#include <penstock/text/ascii.hpp>
#include <penstock/time/http_date.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string_view>
#include <utility>

namespace penstock::http {

struct retry_options  // at namespace scope; every field works by default
{
    int attempts = 4;                                        ///< All together, the first one too.
    duration base = std::chrono::milliseconds(200);          ///< Longest wait before the second attempt; doubles.
    duration longest = std::chrono::seconds(10);             ///< Where the doubling ends.
};

/** How long an answer asks to wait: whole seconds, or an HTTP-date (one in the past: not at all). At most a year, for
    a sum with it must not overflow.
    @param value Of Retry-After.
    @return Nothing if it is neither. @see RFC 9110 section 10.2.3 */
inline std::optional<duration> retry_after(std::string_view value, wall_time now) noexcept
{
    constexpr duration longest = std::chrono::hours(24 * 365);
    if (value.empty())
        return std::nullopt;
    if (penstock::detail::is_digit(value.front())) {
        std::int64_t seconds = 0;
        for (char const c : value) {
            if (!penstock::detail::is_digit(c))
                return std::nullopt;
            seconds = std::min<std::int64_t>(seconds * 10 + (c - '0'), 1'000'000'000);
        }
        return std::min<duration>(longest, std::chrono::seconds(seconds));
    }
    auto const date = parse_http_date(value, now);
    if (!date)
        return std::nullopt;
    return std::clamp<duration>(*date - now, duration::zero(), longest);
}

/** Repeats idempotent requests (GET, HEAD, OPTIONS, PUT, DELETE) that failed with `condition::retryable` or were
    answered with 500, 502, 503 or 504, after a random wait (full jitter). A wait that would pass the deadline is
    not begun: the last outcome is given. `Retry-After` is honoured, in seconds or as a date. Streams are not repeated.
    @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
template <env::environment Env, transport Transport>
class retry
{
public:
    /// `env` outlives this.
    retry(Env& env, Transport next, retry_options const& o = {}, std::uint32_t seed = std::random_device()())
        : env_(&env), next_(std::move(next)), options_(o), random_(seed)
    {}

    awaitable<result<response>> send(request r, time_point deadline)
    {
        bool const repeatable = is_idempotent(r.method);
        for (int attempt = 1;; ++attempt) {
            auto const attempts = repeatable ? options_.attempts : 1;
            request copy = attempt < attempts ? r : std::move(r);  // NOLINT(bugprone-use-after-move): the last round
            auto answer = co_await next_.send(std::move(copy), deadline);
            if (attempt >= attempts || !worth_repeating(answer))
                co_return answer;
            auto const start = env_->clock().now() + wait(attempt, answer);
            if (start >= deadline)
                co_return answer;
            if (auto const ec = co_await env_->clock().sleep_until(start))
                co_return failure(ec);
        }
    }

    awaitable<result<std::unique_ptr<incoming>>> open(request r, time_point deadline)
    {
        return next_.open(std::move(r), deadline);
    }
private:
    static bool worth_repeating(result<response> const& answer)
    {
        if (!answer)
            return answer.error().code == condition::retryable && answer.error().code != errc::deadline_exceeded;
        int const s = answer->status;
        return s == 500 || s == 502 || s == 503 || s == 504;
    }

    duration wait(int attempt, result<response> const& answer)
    {
        auto const ceiling = std::min(options_.longest, options_.base * (1 << std::min(attempt - 1, 20)));
        std::uniform_int_distribution<duration::rep> jitter(0, ceiling.count());
        duration chosen(jitter(random_));
        if (answer) {
            if (auto const asked = retry_after(answer->fields["Retry-After"], env_->clock().wall()))
                chosen = std::max(chosen, *asked);
        } else {
            chosen = std::max(chosen, answer.error().retry_after);
        }
        return chosen;
    }

    Env* env_;
    Transport next_;
    retry_options options_;
    std::minstd_rand random_;
};

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_RETRY_HPP
