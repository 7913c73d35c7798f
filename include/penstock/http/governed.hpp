#ifndef PENSTOCK_HTTP_GOVERNED_HPP
#define PENSTOCK_HTTP_GOVERNED_HPP
#include <penstock/clock/deadline.hpp>
#include <penstock/clock/gate.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/http/account_map.hpp>
#include <penstock/http/forge_call.hpp>
#include <penstock/http/transport.hpp>
#include <penstock/metrics/names.hpp>
#include <penstock/rate/priority.hpp>
#include <penstock/rate/quota.hpp>
#include <penstock/rate/token_bucket.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::http {

struct governed_options  // at namespace scope; every field works by default
{
    rate::quota_options quota;
    std::map<std::string, double, std::less<>> reserves;  ///< By host, in place of `quota.reserve`.
    rate::priority_shares kept;                           ///< Of what is left by the reserve.
    int concurrency = 20;  ///< Requests to one host at once; GitHub stops at 100 for everybody together.
    /// Points for each request: 1 to read, 5 to write. GitHub takes 900 a minute.
    rate::token_bucket_options points{.burst = 100, .period = std::chrono::milliseconds(70)};
    /// Writes; GitHub takes about 80 a minute of those that create something.
    rate::token_bucket_options writes{.burst = 20, .period = std::chrono::milliseconds(800)};
    std::size_t max_accounts = 64;  ///< Credentials that are told apart; see `account_map` for one more.
    std::size_t max_hosts = 64;     ///< Hosts that are told apart.
};

/** Keeps all callers of one credential within what a forge allows, account by account: a host, or a credential at a
    host for copies made with `as`.

    A call waits for its turn, behind all that are more urgent; one that would have to wait beyond its deadline fails
    at once with `errc::quota_exhausted` and `retry_after`. So does an answer that says that the quota is used up: 403
    then means a missing permission only. Copies share their accounts.
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

    /** A copy whose calls are of another priority, and are counted for `credential`: a name for what the forge
        counts together, such as an installation. Never the token: that changes, and is secret. */
    governed as(rate::priority p, std::string credential = {}) const
    {
        governed copy(*this);
        copy.priority_ = p;
        copy.credential_ = std::move(credential);
        return copy;
    }

    awaitable<result<response>> send(request r, time_point deadline)
    {
        return through<whole, response>(std::move(r), deadline);
    }

    /// The body of a refusal is not read here: only its header is judged.
    awaitable<result<std::unique_ptr<incoming>>> open(request r, time_point deadline)
    {
        return through<streamed, std::unique_ptr<incoming>>(std::move(r), deadline);
    }
private:
    struct whole
    {
        static auto start(Transport& to, request r, time_point deadline) { return to.send(std::move(r), deadline); }
        static response const& head(response& answer) noexcept { return answer; }
    };
    struct streamed
    {
        static auto start(Transport& to, request r, time_point deadline) { return to.open(std::move(r), deadline); }
        static response const& head(std::unique_ptr<incoming> const& answer) noexcept { return answer->head(); }
    };

    template <class Exchange, class Answer>
    awaitable<result<Answer>> through(request r, time_point deadline)
    {
        auto const shared = books_;
        call what(r, *this);
        auto turn = shared->enter(what, deadline);
        auto const admitted = co_await std::move(turn);
        if (!admitted)
            co_return admitted.error();
        place const held(*what.to);
        auto answer = co_await Exchange::start(next_, std::move(r), deadline);
        if (!answer)
            co_return answer;
        if (auto const refused = shared->observe(what, Exchange::head(*answer)); refused.code)
            co_return refused;
        co_return answer;
    }

    struct account
    {
        account(Env& env, governed_options const& o, std::string name, executor ex)
            : host(std::move(name)), quota(quota_of(o, host)), points(o.points), writes(o.writes), left(std::move(ex)),
              counted(env.metrics().make_counter(metrics::names::forge_requests_total, {host, "yes"})),
              free(env.metrics().make_counter(metrics::names::forge_requests_total, {host, "no"}))
        {}
        static rate::quota_options quota_of(governed_options const& o, std::string const& host)
        {
            auto out = o.quota;
            if (auto const own = o.reserves.find(host); own != o.reserves.end())
                out.reserve = own->second;
            return out;
        }
        /// Whether somebody more urgent waits.
        bool behind_others(rate::priority p) const
        {
            return std::any_of(waiting.begin() + 1 + static_cast<std::ptrdiff_t>(p), waiting.end(),
                               [](int n) { return n > 0; });
        }

        std::string host;
        rate::quota quota;
        rate::token_bucket points;
        rate::token_bucket writes;
        clock::gate left;  // somebody has left, or waits no more
        int inside = 0;
        std::array<int, rate::priority_count> waiting{};
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

    /// Counts as one of those who wait for as long as it lives.
    class wait_in_line
    {
    public:
        wait_in_line(account& a, rate::priority p) : account_(a), count_(a.waiting[static_cast<std::size_t>(p)])
        {
            ++count_;
        }
        wait_in_line(wait_in_line const&) = delete;
        ~wait_in_line()
        {
            if (--count_ == 0)
                account_.left.notify();
        }
    private:
        account& account_;
        int& count_;
    };

    struct call : forge_call
    {
        call(request const& r, governed const& by) : forge_call(r), priority(by.priority_), credential(by.credential_)
        {}
        rate::priority priority;
        std::string credential;
        std::shared_ptr<account> to;
    };

    struct books
    {
        books(Env& e, governed_options o)
            : env(e), options(std::move(o)), accounts(options.max_accounts, options.max_hosts)
        {}

        awaitable<result<void>> enter(call& v, time_point deadline)
        {
            auto ex = co_await asio::this_coro::executor;
            v.to = accounts.find({v.host, v.credential}, [this, &ex](std::string const& host) {
                return std::make_shared<account>(env, options, host, ex);
            });
            account& a = *v.to;
            auto const kept = options.kept.kept_from(v.priority);
            std::optional<wait_in_line> in_line;  // not while the quota forbids it: others may have one of their own
            for (;;) {
                auto const now = env.clock().now();
                auto const allowed = v.free ? now : a.quota.next(now, v.resource, kept);
                if (allowed > now)
                    in_line.reset();
                else if (!in_line)
                    in_line.emplace(a, v.priority);
                auto start = std::max(allowed, a.points.peek(now));
                if (v.writes)
                    start = std::max(start, a.writes.peek(now));
                if (start >= deadline)
                    co_return failure(errc::quota_exhausted, a.host, start - now);
                bool const full = a.inside >= options.concurrency || a.behind_others(v.priority);
                // Those under way may use up what is left, or may cost nothing: their answers tell.
                bool const close = !v.free && a.inside > 0 && a.quota.next(now, v.resource, kept, a.inside) > now;
                if (start <= now && !full && !close)
                    break;
                if (start > now) {
                    if (auto const ec = co_await env.clock().sleep_until(start))
                        co_return failure(ec);
                    continue;
                }
                auto wait = leave(a);
                auto const free = co_await with_deadline(env.clock(), deadline, std::move(wait));
                if (!free)
                    co_return failure(free.error().code, a.host + ": waiting for other requests to end");
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

        static awaitable<result<void>> leave(account& a)
        {
            if (auto const ec = co_await a.left.wait())
                co_return failure(ec);
            co_return result<void>();
        }

        Env& env;
        governed_options options;
        account_map<account> accounts;
    };

    Transport next_;
    std::shared_ptr<books> books_;
    rate::priority priority_ = rate::priority::user;
    std::string credential_;
};

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_GOVERNED_HPP
