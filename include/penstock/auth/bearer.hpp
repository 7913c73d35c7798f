#ifndef PENSTOCK_AUTH_BEARER_HPP
#define PENSTOCK_AUTH_BEARER_HPP
#include <penstock/auth/base_url.hpp>
#include <penstock/auth/token_attempts.hpp>
#include <penstock/auth/token_cache.hpp>
#include <penstock/http/transport.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::auth {

/** Sends requests with a token of a cache, and takes care of those that are refused.

    A 401 drops the token, if it is the current one, and the request is sent once more with a new one: it was refused
    before it did anything, so this holds for every method. A token that was minted less than `grace` ago may not have
    reached all servers of the peer: its 401, and its 403 for idempotent methods, is tried again after 1, 2 and 4
    seconds with the same token. The last answer is given as it is.

    Only URLs at or under `base` are sent: a token goes nowhere else. Copies share the cache.
    @par Thread safety
    One thread. */
template <class Cache, http::transport Transport, env::environment Env>
class bearer
{
public:
    using key_type = typename Cache::key_type;

    /** @param env,cache Outlive this.
        @param base `https://api.github.com`: where the token belongs. */
    bearer(Env& env, Cache& cache, key_type key, std::string base, Transport next)
        : env_(&env), cache_(&cache), key_(std::move(key)), base_(std::move(base)), next_(std::move(next))
    {}

    /// @return What the cache or the transport failed with; `errc::invalid_argument` for a URL elsewhere.
    awaitable<result<http::response>> send(http::request r, time_point deadline)
    {
        token_attempts so_far;
        for (;;) {
            auto const t = co_await authorize(r, deadline);
            if (!t)
                co_return t.error();
            auto answer = co_await next_.send(r, deadline);
            if (!answer)
                co_return answer;
            auto const pause = judge(so_far, r, *answer, **t, deadline);
            if (pause == token_attempts::give_up)
                co_return answer;
            if (auto const ec = co_await rest(pause))
                co_return failure(ec);
        }
    }

    /// The same for a stream: one that is refused is dropped before its body is read.
    awaitable<result<std::unique_ptr<http::incoming>>> open(http::request r, time_point deadline)
    {
        token_attempts so_far;
        for (;;) {
            auto const t = co_await authorize(r, deadline);
            if (!t)
                co_return t.error();
            auto stream = co_await next_.open(r, deadline);
            if (!stream)
                co_return stream;
            auto const pause = judge(so_far, r, (*stream)->head(), **t, deadline);
            if (pause == token_attempts::give_up)
                co_return stream;
            stream->reset();
            if (auto const ec = co_await rest(pause))
                co_return failure(ec);
        }
    }
private:
    /// Puts the token into the request.
    awaitable<result<shared_token>> authorize(http::request& r, time_point deadline)
    {
        if (!detail::is_under(r.url, base_))
            co_return failure(errc::invalid_argument, "a request that is not for " + base_ + " would get its token");
        auto t = co_await cache_->get(key_, deadline);
        if (!t)
            co_return t;
        if (auto const ok = check_token_value((*t)->value, "the source"); !ok)
            co_return ok.error();
        std::string value("Bearer ");
        value.append((*t)->value.reveal());
        r.fields.set("Authorization", std::move(value));
        co_return t;
    }

    /// How long to wait before the request is sent again; `give_up` if it is not.
    duration judge(token_attempts& so_far, http::request const& r, http::response const& answer, token const& used,
                   time_point deadline)
    {
        auto const now = env_->clock().now();
        if (answer.status == 401)
            return so_far.unauthorized(cache_->refused(key_, used), now, deadline);
        bool const idempotent = r.method == "GET" || r.method == "HEAD" || r.method == "OPTIONS" || r.method == "PUT"
                                || r.method == "DELETE";
        bool const quota = answer.fields.contains("Retry-After") || answer.fields["X-RateLimit-Remaining"] == "0";
        if (answer.status != 403 || !idempotent || quota)
            return token_attempts::give_up;
        return so_far.forbidden(used, cache_->grace(), now, deadline);
    }

    awaitable<error_code> rest(duration pause)
    {
        if (pause <= duration::zero())
            co_return error_code();
        co_return co_await env_->clock().sleep_until(env_->clock().now() + pause);
    }

    Env* env_;
    Cache* cache_;
    key_type key_;
    std::string base_;
    Transport next_;
};

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_BEARER_HPP
