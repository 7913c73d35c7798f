#ifndef PENSTOCK_HTTP_GOVERNED_HPP
#define PENSTOCK_HTTP_GOVERNED_HPP
#include <penstock/clock/deadline.hpp>
#include <penstock/clock/gate.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/http/transport.hpp>
#include <penstock/metrics/names.hpp>
#include <penstock/rate/quota.hpp>
#include <penstock/rate/token_bucket.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::http {

struct governed_options  // at namespace scope; every field works by default
{
    rate::quota_options quota;
    int concurrency = 20;  ///< Requests to one host at once; GitHub stops at 100 for everybody together.
    /// Points for each request: 1 to read, 5 to write. GitHub takes 900 a minute.
    rate::token_bucket_options points{.burst = 100, .period = std::chrono::milliseconds(70)};
    /// Writes; GitHub takes about 80 a minute of those that create something.
    rate::token_bucket_options writes{.burst = 20, .period = std::chrono::milliseconds(800)};
    std::size_t max_hosts = 64;  ///< Hosts that are told apart; the others share one account.
};

/** Keeps all callers of one credential within what a forge allows, host by host.

    A call waits for its turn; one that would have to wait beyond its deadline fails at once with
    `errc::quota_exhausted` and `retry_after`. So does an answer that says that the quota is used up: 403 then
    means a missing permission only. Copies share one account.
    @par Thread safety
    One thread. */
template <env::environment Env, transport Transport>
class governed
{
public:
    /// `env` outlives every copy.
    governed(Env& env, Transport next, governed_options o = {})
        : next_(std::move(next)), books_(std::make_shared<books>(env, std::move(o)))
    {}

    awaitable<result<response>> send(request r, time_point deadline)
    {
        auto const shared = books_;
        auto what = shared->describe(r);
        auto turn = shared->enter(what, deadline);
        auto const admitted = co_await std::move(turn);
        if (!admitted)
            co_return admitted.error();
        place const held(*what.to);
        auto answer = co_await next_.send(std::move(r), deadline);
        if (!answer)
            co_return answer;
        if (auto const refused = shared->observe(what, *answer); refused.code)
            co_return refused;
        co_return answer;
    }

    /// The body of a refusal is not read here: only its header is judged.
    awaitable<result<std::unique_ptr<incoming>>> open(request r, time_point deadline)
    {
        auto const shared = books_;
        auto what = shared->describe(r);
        auto turn = shared->enter(what, deadline);
        auto const admitted = co_await std::move(turn);
        if (!admitted)
            co_return admitted.error();
        place const held(*what.to);
        auto stream = co_await next_.open(std::move(r), deadline);
        if (!stream)
            co_return stream;
        if (auto const refused = shared->observe(what, (*stream)->head()); refused.code)
            co_return refused;
        co_return stream;
    }
private:
    struct account
    {
        account(Env& env, governed_options const& o, std::string name, executor ex)
            : host(std::move(name)), quota(o.quota), points(o.points), writes(o.writes), left(std::move(ex)),
              counted(env.metrics().make_counter(metrics::names::forge_requests_total, {host, "yes"})),
              free(env.metrics().make_counter(metrics::names::forge_requests_total, {host, "no"}))
        {}
        std::string host;
        rate::quota quota;
        rate::token_bucket points;
        rate::token_bucket writes;
        clock::gate left;  // somebody has left
        int inside = 0;
        metrics::counter counted;
        metrics::counter free;
    };

    /// Counts as one of those inside for as long as it lives.
    class place
    {
    public:
        explicit place(account& a) : account_(a) {}
        place(place const&) = delete;
        ~place()
        {
            --account_.inside;
            account_.left.notify();
        }
    private:
        account& account_;
    };

    struct call
    {
        std::string host;
        std::string_view resource;
        bool writes = false;
        bool free = false;  ///< The forge does not count it.
        account* to = nullptr;
    };

    struct books
    {
        books(Env& e, governed_options o) : env(e), options(std::move(o)) {}

        call describe(request const& r) const
        {
            std::string_view const url = r.url;
            auto const scheme = url.find("://");
            auto const begin = scheme == std::string_view::npos ? 0 : scheme + 3;
            auto const end = std::min(url.find_first_of("/?#", begin), url.size());
            auto const path = url.substr(end);
            call v;
            v.host = std::string(url.substr(begin, end - begin));
            v.resource = path.ends_with("/graphql")                       ? std::string_view("graphql")
                         : path.find("/search/code") != std::string::npos ? std::string_view("code_search")
                         : path.find("/search/") != std::string::npos     ? std::string_view("search")
                                                                          : std::string_view("core");
            bool const asks = r.method == "GET" || r.method == "HEAD" || r.method == "OPTIONS"
                              || path.ends_with("/git-upload-pack");  // Git asks with a POST
            v.writes = !asks && v.resource != "graphql";
            v.free = path.ends_with("/rate_limit");
            return v;
        }

        awaitable<result<void>> enter(call& v, time_point deadline)
        {
            auto ex = co_await asio::this_coro::executor;
            v.to = &find(v.host, ex);
            account& a = *v.to;
            for (;;) {
                while (a.inside >= options.concurrency) {
                    auto wait = leave(a);
                    auto const free = co_await with_deadline(env.clock(), deadline, std::move(wait));
                    if (!free)
                        co_return failure(free.error().code, a.host + ": waiting for other requests to end");
                }
                auto const now = env.clock().now();
                auto start = v.free ? now : a.quota.next(now, v.resource);
                start = std::max(start, a.points.peek(now));
                if (v.writes)
                    start = std::max(start, a.writes.peek(now));
                if (start >= deadline)
                    co_return failure(errc::quota_exhausted, a.host, start - now);
                if (start <= now)
                    break;
                if (auto const ec = co_await env.clock().sleep_until(start))
                    co_return failure(ec);
            }
            auto const now = env.clock().now();
            for (int i = 0; i < (v.writes ? 5 : 1); ++i)
                a.points.reserve(now);
            if (v.writes)
                a.writes.reserve(now);
            ++a.inside;
            co_return result<void>();
        }

        /// A failure if the answer is a refusal by the quota; else none.
        failure observe(call const& v, response const& answer)
        {
            account& a = *v.to;
            auto const now = env.clock().now();
            auto const verdict = a.quota.observe(
                answer.status, answer.fields, std::string_view(answer.body).substr(0, 4096), now, env.clock().wall());
            (answer.status == 304 || v.free ? a.free : a.counted).increment();
            if (auto const left = a.quota.remaining())
                env.metrics()
                    .make_gauge(metrics::names::forge_quota_remaining, {a.host})
                    .set(static_cast<double>(*left));
            if (verdict == rate::quota_verdict::admitted)
                return {};
            auto const wait = a.quota.next(now, v.resource) - now;
            return {
                errc::quota_exhausted,
                a.host
                    + (verdict == rate::quota_verdict::secondary ? ": secondary rate limit" : ": the quota is used up"),
                wait};
        }

        account& find(std::string const& host, executor ex)
        {
            auto const name =
                accounts.size() >= options.max_hosts && !accounts.contains(host) ? std::string("other") : host;
            auto& a = accounts[name];
            if (!a)
                a = std::make_unique<account>(env, options, name, std::move(ex));
            return *a;
        }

        static awaitable<result<void>> leave(account& a)
        {
            if (auto const ec = co_await a.left.wait())
                co_return failure(ec);
            co_return result<void>();
        }

        Env& env;
        governed_options options;
        std::map<std::string, std::unique_ptr<account>> accounts;
    };

    Transport next_;
    std::shared_ptr<books> books_;
};

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_GOVERNED_HPP
