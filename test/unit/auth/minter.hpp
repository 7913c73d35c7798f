#ifndef PENSTOCK_TEST_AUTH_MINTER_HPP
#define PENSTOCK_TEST_AUTH_MINTER_HPP
#include <penstock/auth/token_cache.hpp>
#include <penstock/testing/loop.hpp>
#include <penstock/testing/recording_log.hpp>
#include <penstock/testing/recording_sink.hpp>

#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

namespace penstock::testing {

/// A source whose mints a test holds, counts and answers. Copies share.
class minter
{
public:
    using key_type = int;
    static constexpr std::string_view name = "test";

    struct shared
    {
        shared(executor ex, manual_clock c) : changed(std::move(ex)), clock(std::move(c)) {}
        clock::gate changed;
        manual_clock clock;
        std::map<int, int> mints;
        int running = 0, most = 0, cancelled = 0;
        bool hold = false;
        bool throws = false;
        duration life = std::chrono::hours(1);
        failure broken;  // with a code: what mints fail with
    };

    minter(executor ex, manual_clock c) : state_(std::make_shared<shared>(std::move(ex), std::move(c))) {}

    shared* operator->() const noexcept { return state_.get(); }

    void release() const
    {
        state_->hold = false;
        state_->changed.notify();
    }

    int total() const
    {
        int sum = 0;
        for (auto const& [key, n] : state_->mints)
            sum += n;
        return sum;
    }

    awaitable<result<auth::token>> mint(int key, time_point)
    {
        auto const s = state_;
        auto const n = ++s->mints[key];
        auto const issued = s->clock.now();
        s->most = std::max(s->most, ++s->running);
        while (s->hold) {
            if (auto const ec = co_await s->changed.wait()) {
                --s->running;
                ++s->cancelled;
                co_return failure(ec);
            }
        }
        --s->running;
        if (s->throws)
            throw std::runtime_error("s3cret");
        if (s->broken.code)
            co_return s->broken;
        auth::token t;
        t.value = secret("s3cret-" + std::to_string(key) + "-" + std::to_string(n));
        t.issued = issued;
        t.expires = s->clock.now() + s->life;
        co_return t;
    }
private:
    std::shared_ptr<shared> state_;
};
static_assert(auth::token_source<minter>);

/// A loop with a log and a sink that a test can look at, and a cache of a minter.
struct auth_loop : loop
{
    using world = env::basic_environment<manual_clock, recording_sink, recording_log>;
    recording_sink sink;
    recording_log log;
    world env{loop::env.clock(), sink, log};
    minter source{context.get_executor(), clock};

    static auth::token_cache_options plain()
    {
        auth::token_cache_options o;
        o.timing.jitter = 0;
        return o;
    }

    auth::token_cache<minter, world> cache{env, context.get_executor(), source, plain()};

    time_point in(duration d) const { return clock.now() + d; }

    /// The value of the token that the cache gives now, or what it failed with.
    std::string get(int key = 1, duration within = std::chrono::seconds(20))
    {
        auto const got = run(cache.get(key, in(within)));
        return got ? std::string((*got)->value.reveal()) : got.error().message();
    }

    void close()
    {
        auto closing = start(closed());
        (void)closing.get();
    }
private:
    awaitable<int> closed()
    {
        co_await cache.close();
        co_return 0;
    }
};

}  // namespace penstock::testing

#endif  // PENSTOCK_TEST_AUTH_MINTER_HPP
