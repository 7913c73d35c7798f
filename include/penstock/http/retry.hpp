#ifndef PENSTOCK_HTTP_RETRY_HPP
#define PENSTOCK_HTTP_RETRY_HPP
#include <penstock/env/environment.hpp>
#include <penstock/http/transport.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
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

/** Repeats idempotent requests (GET, HEAD, OPTIONS, PUT, DELETE) that failed with `condition::retryable` or were
    answered with 500, 502, 503 or 504, after a random wait (full jitter). A wait that would pass the deadline is
    not begun: the last outcome is given. `Retry-After` in seconds is honoured. Streams are not repeated.
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
        bool const repeatable = r.method == "GET" || r.method == "HEAD" || r.method == "OPTIONS" || r.method == "PUT"
                                || r.method == "DELETE";
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
            std::string_view const said = answer->fields["Retry-After"];
            int seconds = 0;
            for (char const c : said.substr(0, 6))
                seconds = c >= '0' && c <= '9' ? seconds * 10 + (c - '0') : 0;
            chosen = std::max<duration>(chosen, std::chrono::seconds(seconds));
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
