#ifndef PENSTOCK_SYNC_APP_TOKENS_HPP
#define PENSTOCK_SYNC_APP_TOKENS_HPP
#include <penstock/auth/github_app.hpp>
#include <penstock/auth/token_attempts.hpp>
#include <penstock/auth/token_cache.hpp>
#include <penstock/crypto/digest.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/git/github_app.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace penstock::sync {

/// For a `git_remote` that does not know GitHub Apps: says so.
struct no_app_tokens
{
    struct session
    {
        static awaitable<result<auth::shared_token>> first(time_point)
        {
            co_return failure(errc::unsupported, "GitHub Apps are left out of this program");
        }
        static awaitable<result<auth::shared_token>> again(auth::shared_token, error_code, time_point)
        {
            co_return auth::shared_token();
        }
    };

    template <class... Args>
    static session of(Args const&...)
    {
        return {};
    }
    static awaitable<void> close() { co_return; }
};

/** Installation tokens for the GitHub Apps whose keys lie in the Secrets of sources.

    Secrets with the same App, key and API share a cache, and so the tokens: one mint for all of their sources. A
    Secret that changes gets another cache at once, and the old key and its tokens are wiped when no Secret holds
    them any more. A token may read contents and do nothing else, whatever the App may do.
    @par Thread safety
    One thread. */
template <env::environment Env, http::transport Transport>
class app_tokens
{
    using cache_type = auth::token_cache<auth::github_app<Env, Transport>, Env>;
public:
    static constexpr std::size_t max_secrets = 1024;                    ///< Beyond it the one used longest ago goes.
    static constexpr duration forgotten_after = std::chrono::hours(2);  ///< A Secret that nobody asked for.

    /// What one question to a server needs to know of its token: which to show, and what to do when it is refused.
    class session
    {
    public:
        /// The token to show first. @return What `auth::token_cache::get` says.
        awaitable<result<auth::shared_token>> first(time_point deadline)
        {
            auto key = key_;
            co_return co_await cache_->get(std::move(key), deadline);
        }

        /** The token to try once more with after a server refused `used`: a new one, or the same after a pause if it
            was minted a moment ago. Null if the refusal stands.
            @param why What the question failed with. */
        awaitable<result<auth::shared_token>> again(auth::shared_token used, error_code why, time_point deadline)
        {
            auto const now = env_->clock().now();
            auto pause = auth::token_attempts::give_up;
            if (why == condition::unauthorized)
                pause = attempts_.unauthorized(cache_->refused(key_, *used), now, deadline);
            else if (why == errc::forbidden)
                pause = attempts_.forbidden(*used, cache_->grace(), now, deadline);
            if (pause == auth::token_attempts::give_up)
                co_return auth::shared_token();
            if (pause > duration::zero())
                if (auto const ec = co_await env_->clock().sleep_until(now + pause))
                    co_return failure(ec);
            auto key = key_;
            co_return co_await cache_->get(std::move(key), deadline);
        }
    private:
        friend class app_tokens;
        session(Env& env, std::shared_ptr<cache_type> cache, auth::installation_key key)
            : env_(&env), cache_(std::move(cache)), key_(std::move(key))
        {}
        Env* env_;
        std::shared_ptr<cache_type> cache_;
        auth::installation_key key_;
        auth::token_attempts attempts_;
    };

    /// `env` outlives this.
    app_tokens(Env& env, executor ex) : env_(env), ex_(std::move(ex)) {}

    /** @param secret_name Where `who` was read: `namespace/name`.
        @param way What tells `over` from other transports: how the API is trusted, and through whom it is reached.
        @param over Copied when it is needed. */
    session of(std::string const& secret_name, git::github_app const& who, std::string const& way,
               Transport const& over)
    {
        auth::installation_key key;
        key.id = who.installation;
        key.owner = who.owner;
        key.permissions.emplace("contents", "read");
        return session(env_, cache_of(secret_name, who, way, over), std::move(key));
    }

    /// How many caches there are.
    std::size_t size() const
    {
        return static_cast<std::size_t>(
            std::ranges::count_if(by_print_, [](auto const& one) { return !one.second.expired(); }));
    }

    /// Ends mints that are under way.
    awaitable<void> close()
    {
        auto const all = std::exchange(by_secret_, {});
        for (auto const& one : all)
            co_await one.second.cache->close();
    }
private:
    struct place
    {
        std::string print;
        std::shared_ptr<cache_type> cache;
        time_point used;
    };

    /// Tells Apps, keys and ways apart, and shows nothing of the key.
    static std::string print_of(git::github_app const& who, std::string const& way)
    {
        crypto::hasher all(crypto::algorithm::sha256);
        for (std::string_view const part : {std::string_view(who.id), std::string_view(who.api_url),
                                            std::string_view(way), who.private_key.reveal()}) {
            all.update(std::to_string(part.size()) + ':');
            all.update(part);
        }
        return all.finish().str();
    }

    std::shared_ptr<cache_type> cache_of(std::string const& secret_name, git::github_app const& who,
                                         std::string const& way, Transport const& over)
    {
        auto const now = env_.clock().now();
        auto print = print_of(who, way);
        auto at = by_secret_.find(secret_name);
        if (at == by_secret_.end() || at->second.print != print) {
            place made;
            made.cache = shared(print, who, over);
            made.print = std::move(print);
            at = by_secret_.insert_or_assign(secret_name, std::move(made)).first;
        }
        at->second.used = now;
        auto const cache = at->second.cache;
        tidy(now);
        return cache;
    }

    std::shared_ptr<cache_type> shared(std::string const& print, git::github_app const& who, Transport const& over)
    {
        auto& known = by_print_[print];
        if (auto cache = known.lock())
            return cache;
        auth::github_app_options o;
        o.id = who.id;
        o.api_url = who.api_url;
        o.keys.emplace_back(who.private_key);
        auth::github_app source(env_, over, std::move(o));
        auto made = std::make_shared<cache_type>(env_, ex_, std::move(source));
        known = made;
        return made;
    }

    void tidy(time_point now)
    {
        std::erase_if(by_secret_, [now](auto const& one) { return now - one.second.used > forgotten_after; });
        if (by_secret_.size() > max_secrets)
            by_secret_.erase(std::ranges::min_element(by_secret_, {}, [](auto const& one) { return one.second.used; }));
        std::erase_if(by_print_, [](auto const& one) { return one.second.expired(); });
    }

    Env& env_;
    executor ex_;
    std::map<std::string, place, std::less<>> by_secret_;
    std::map<std::string, std::weak_ptr<cache_type>, std::less<>> by_print_;
};

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_APP_TOKENS_HPP
