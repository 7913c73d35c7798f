#ifndef PENSTOCK_AUTH_TOKEN_CACHE_HPP
#define PENSTOCK_AUTH_TOKEN_CACHE_HPP
#include <penstock/auth/token_metrics.hpp>
#include <penstock/auth/token_source.hpp>
#include <penstock/auth/token_state.hpp>
#include <penstock/clock/task_group.hpp>
#include <penstock/clock/wait_until.hpp>
#include <penstock/env/environment.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <utility>

namespace penstock::auth {

struct token_cache_options
{
    token_timing timing;
    std::size_t max_keys = 1024;                          ///< Beyond it the one that was not used for longest goes.
    duration mint_deadline = std::chrono::seconds(30);    ///< For one mint, whoever waits for it.
    std::uint64_t seed = 0;                               ///< Of the jitter.
};

/** Keeps the tokens of a source, so that each is minted once for all who want it.

    For one key at most one mint is under way, however many callers wait. A caller that is cancelled, or whose deadline
    comes, leaves alone: the mint goes on to its own deadline even if nobody waits any more, for it is paid for and the
    next caller wants what it gives. Only `close` and the destructor cancel it. Tokens are renewed ahead when they are
    asked for, not by a timer: what nobody uses costs nothing. All other decisions are `token_state`'s.
    @par Thread safety
    One thread. */
template <token_source Source, env::environment Env>
class token_cache
{
public:
    using key_type = typename Source::key_type;

    /** @param env Outlives this, and so does what `source` refers to, until `close` has returned.
        @param ex Where mints run. */
    token_cache(Env& env, executor const& ex, Source source, token_cache_options const& o = {})
        : core_(std::make_shared<core>(env, ex, std::move(source), o))
    {}
    token_cache(token_cache const&) = delete;
    token_cache& operator=(token_cache const&) = delete;
    ~token_cache() { core_->end(); }

    /** A token that is worth something now.
        @return What the mint failed with, with `retry_after` from now; `errc::deadline_exceeded`;
        `errc::unavailable` when all `max_keys` are being minted; `errc::shutting_down` after `close`. */
    awaitable<result<shared_token>> get(key_type key, time_point deadline)
    {
        auto const c = core_;
        auto found = c->enter(key);
        if (!found)
            co_return found.error();
        auto const e = *found;
        auto& clock = c->env->clock();
        for (;;) {
            auto now = clock.now();
            auto const round = e->state.rounds();
            auto const advice = e->state.ask(now);
            if (advice == token_advice::use_and_renew || advice == token_advice::renew)
                core::begin(c, key, e);
            if (advice == token_advice::use || advice == token_advice::use_and_renew)
                co_return c->hand_out(e->state.usable(now), now);
            if (advice == token_advice::refuse)
                co_return e->state.last_failure(now);
            guest const waits(*e);
            while (e->state.minting() && e->state.rounds() == round) {
                if (auto const ec = co_await clock::wait_until(clock, e->changed, deadline))
                    co_return failure(ec);
                now = clock.now();
                if (now >= deadline && e->state.minting() && e->state.rounds() == round) {
                    if (auto old = e->state.usable(now))
                        co_return c->hand_out(std::move(old), now);
                    co_return failure(errc::deadline_exceeded, "waiting for a new token");
                }
            }
            now = clock.now();
            if (auto fresh = e->state.usable(now))
                co_return c->hand_out(std::move(fresh), now);
            if (auto f = e->state.last_failure(now); f.code)
                co_return f;
            if (c->ended)
                co_return failure(errc::shutting_down, "the token cache");
        }
    }

    /** Takes note that a peer answered a request with 401.
        @param used What the request was sent with. */
    token_refusal refused(key_type const& key, token const& used)
    {
        auto const at = core_->entries.find(key);
        auto const verdict = at == core_->entries.end()
                                 ? token_refusal::superseded
                                 : at->second->state.refused(used.serial, core_->env->clock().now());
        core_->metrics.refused(verdict);
        return verdict;
    }

    /// How old a token must be before its refusal is taken for what it says.
    duration grace() const noexcept { return core_->options.timing.grace; }

    /// How many keys are kept.
    std::size_t size() const noexcept { return core_->entries.size(); }

    Source& source() noexcept { return core_->source; }

    /// Cancels mints and waits until they have ended; callers who wait get `errc::shutting_down`.
    awaitable<void> close()
    {
        auto const c = core_;
        c->end();
        co_await c->tasks.join();
    }
private:
    struct entry
    {
        entry(executor const& ex, token_timing const& t, std::uint64_t seed) : state(t, seed), changed(ex) {}
        token_state state;
        clock::gate changed;
        std::size_t guests = 0;  // callers who wait
        typename std::list<key_type>::iterator place;
    };

    class guest
    {
    public:
        explicit guest(entry& e) : entry_(&e) { ++e.guests; }
        guest(guest const&) = delete;
        guest& operator=(guest const&) = delete;
        ~guest() { --entry_->guests; }
    private:
        entry* entry_;
    };

    struct core
    {
        core(Env& e, executor const& x, Source s, token_cache_options const& o)
            : env(&e), ex(x), source(std::move(s)), options(o), metrics(e, Source::name), tasks(x)
        {}

        result<std::shared_ptr<entry>> enter(key_type const& key)
        {
            if (ended)
                return failure(errc::shutting_down, "the token cache");
            if (auto const at = entries.find(key); at != entries.end()) {
                order.splice(order.end(), order, at->second->place);
                return at->second;
            }
            if (entries.size() >= options.max_keys && !evict())
                return failure(errc::unavailable, "more tokens are wanted at once than are kept");
            auto made = std::make_shared<entry>(ex, options.timing, options.seed + ++entered);
            made->place = order.insert(order.end(), key);
            entries.emplace(key, made);
            return made;
        }

        /// Forgets what was not used for longest and is at rest. False if nothing is.
        bool evict()
        {
            for (auto at = order.begin(); at != order.end(); ++at) {
                auto const found = entries.find(*at);
                if (found->second->state.minting() || found->second->guests != 0)
                    continue;
                entries.erase(found);
                order.erase(at);
                metrics.evicted();
                return true;
            }
            return false;
        }

        shared_token hand_out(shared_token t, time_point now)
        {
            metrics.handed_out(now - t->issued);
            return t;
        }

        static void begin(std::shared_ptr<core> const& c, key_type key, std::shared_ptr<entry> e)
        {
            e->state.began();
            c->tasks.spawn(mint(c, std::move(key), std::move(e)));
        }

        static awaitable<void> mint(std::shared_ptr<core> c, key_type key, std::shared_ptr<entry> e)
        {
            result<token> got = failure(errc::exception_thrown, "the source of tokens");
            auto const deadline = c->env->clock().now() + c->options.mint_deadline;
            try {
                auto work = c->source.mint(std::move(key), deadline);
                got = co_await with_deadline(c->env->clock(), deadline, std::move(work));
            } catch (std::exception const&) {
                got = failure(errc::exception_thrown, "the source of tokens");  // what it says may hold a secret
            }
            if (!got && got.error().code == asio::error::operation_aborted)
                e->state.abandoned();
            else
                c->settle(e->state, std::move(got));
            e->changed.notify();
        }

        void settle(token_state& state, result<token> got)
        {
            auto const now = env->clock().now();
            result<void> good;
            if (got) {
                got->serial = ++minted;
                good = state.minted(*std::move(got), now);
            } else {
                state.failed(got.error(), now);
                good = got.error();
            }
            metrics.minted(good.has_value());
            if (good)
                return;
            auto const again = std::chrono::ceil<std::chrono::seconds>(state.last_failure(now).retry_after).count();
            env->log().write(observe::level::error, "auth", "no new token",
                             {{"source", std::string_view(Source::name)},
                              {"error", good.error().message()},
                              {"inUse", state.usable(now) != nullptr},
                              {"retrySeconds", again}});
        }

        void end()
        {
            ended = true;
            tasks.cancel();
        }

        Env* env;
        executor ex;
        Source source;
        token_cache_options options;
        token_metrics metrics;
        std::map<key_type, std::shared_ptr<entry>> entries;
        std::list<key_type> order;  // the one that was used last stands last
        std::uint64_t entered = 0;
        std::uint64_t minted = 0;
        bool ended = false;
        clock::task_group tasks;
    };

    std::shared_ptr<core> core_;
};

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_TOKEN_CACHE_HPP
