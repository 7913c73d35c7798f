#ifndef PENSTOCK_HTTP_GOVERNED_HPP
#define PENSTOCK_HTTP_GOVERNED_HPP
#include <penstock/clock/deadline.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/http/account_map.hpp>
#include <penstock/http/forge_account.hpp>
#include <penstock/http/forge_call.hpp>
#include <penstock/http/governed_options.hpp>
#include <penstock/http/transport.hpp>
#include <penstock/rate/priority.hpp>
#include <penstock/rate/quota.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::http {

/** Keeps all callers of one credential within what a forge allows, account by account: a host, or a credential at a
    host for copies made with `as`.

    A call waits for its turn, behind all that are more urgent; one that would have to wait beyond its deadline fails
    at once with `errc::quota_exhausted` and `retry_after`. So does an answer that says that the quota is used up: 403
    then means a missing permission only. What GitHub tells in no header, how much a minute and an hour may hold, is
    kept by `governed_options`. Copies share their accounts.
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
        detail::forge_place const held(*what.to);
        auto answer = co_await Exchange::start(next_, std::move(r), deadline);
        if (!answer)
            co_return answer;
        if (auto const refused = shared->observe(what, Exchange::head(*answer)); refused.code)
            co_return refused;
        co_return answer;
    }

    using account = detail::forge_account;

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
                return std::make_shared<account>(env, options, host, together(host), ex);
            });
            account& a = *v.to;
            auto const kept = options.kept.kept_from(v.priority);
            std::optional<detail::forge_line>
                in_line;  // not while the quota forbids it: others may have one of their own
            for (;;) {
                auto const now = env.clock().now();
                auto const allowed = v.free ? now : a.quota.next(now, v.resource, kept);
                if (allowed > now)
                    in_line.reset();
                else if (!in_line)
                    in_line.emplace(a, v.priority);
                auto const start = std::max(allowed, a.paced(v.writes, now));
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
            a.spend(v.writes, env.clock().now());
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
            a.report(env, v.resource, now);
            if (verdict == rate::quota_verdict::admitted)
                return {};
            auto const wait = a.quota.next(now, v.resource) - now;
            return {
                errc::quota_exhausted,
                a.host
                    + (verdict == rate::quota_verdict::secondary ? ": secondary rate limit" : ": the quota is used up"),
                wait};
        }

        /// What the accounts of a host report together; of hosts that have none it is forgotten.
        std::shared_ptr<detail::forge_host> together(std::string const& host)
        {
            std::erase_if(hosts, [](auto const& one) { return one.second.expired(); });
            auto& known = hosts[host];
            auto found = known.lock();
            if (!found)
                known = found = std::make_shared<detail::forge_host>();
            return found;
        }

        static awaitable<result<void>> leave(account& a)
        {
            if (auto const ec = co_await a.left.wait())
                co_return failure(ec);
            co_return result<void>();
        }

        Env& env;
        governed_options options;
        std::map<std::string, std::weak_ptr<detail::forge_host>> hosts;
        account_map<account> accounts;
    };

    Transport next_;
    std::shared_ptr<books> books_;
    rate::priority priority_ = rate::priority::user;
    std::string credential_;
};

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_GOVERNED_HPP
