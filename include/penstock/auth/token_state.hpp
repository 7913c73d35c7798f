#ifndef PENSTOCK_AUTH_TOKEN_STATE_HPP
#define PENSTOCK_AUTH_TOKEN_STATE_HPP
#include <penstock/auth/token.hpp>
#include <penstock/time/backoff.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

namespace penstock::auth {

struct token_timing  // at namespace scope; every field works by default
{
    duration soft = std::chrono::minutes(10);  ///< With less left it is renewed ahead. At most half of its lifetime.
    duration hard = std::chrono::seconds(60);  ///< With less left callers wait. At most a tenth of its lifetime.
    double jitter = 0.2;                       ///< Renewal begins earlier by up to this share of `soft`.
    duration max_age = duration::max();        ///< An older one is renewed ahead, however much is left.
    duration grace = std::chrono::seconds(10);  ///< Refused when younger than this, it has not reached all servers yet.
    backoff_options retry{std::chrono::seconds(1), std::chrono::seconds(60)};  ///< After mints that failed.
};

/// What to do for one who wants a token.
enum class token_advice
{
    use,  ///< Hand out the one that is there.
    use_and_renew,  ///< The same, and begin a mint in the background.
    renew,  ///< Begin a mint and wait for it.
    wait,  ///< A mint is under way: wait for it.
    refuse,  ///< There is none, and it is too early to try again.
};

/// What it means that a peer did not take a token.
enum class token_refusal
{
    superseded,  ///< Not the current one: get that and try again.
    young,  ///< Minted a moment ago: wait a little and try the same again.
    dropped,  ///< It was the current one, and is no more: the next one who asks gets a new one.
};

/** When one token is used, renewed, waited for and given up. It decides; whoever owns it mints.

    While a token is worth something a failed renewal is nobody's problem: it stays in use to its end, and renewal is
    tried again after a growing, random pause, or when the peer said.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. Times are never earlier than in the call before. */
class token_state
{
public:
    explicit token_state(token_timing const& t = {}, std::uint64_t seed = 0)
        : timing_(t), retry_(t.retry, seed), uniform_(~seed)
    {}

    token_advice ask(time_point now) const noexcept
    {
        bool const alive = current_ && now < current_->expires;
        bool const firm = current_ && now < wait_at_;
        if (firm && (minting_ || now < renew_at_))
            return token_advice::use;
        if (minting_)
            return token_advice::wait;
        if (now < next_attempt_)
            return alive ? token_advice::use : token_advice::refuse;
        return firm ? token_advice::use_and_renew : token_advice::renew;
    }

    /// A mint has begun. @pre None is under way.
    void began() noexcept { minting_ = true; }

    /** The mint gave a token. @return A failure if it has run out already: then the mint counts as failed. */
    result<void> minted(token fresh, time_point now)
    {
        if (fresh.expires <= now) {
            failure f(errc::malformed, "a new token that has run out already; do the clocks differ?");
            failed(f, now);
            return f;
        }
        ended(failure());
        retry_.reset();
        next_attempt_ = time_point::min();
        wait_at_ = renew_at_ = fresh.expires;
        if (fresh.expires != time_point::max()) {
            auto const life = fresh.expires - now;
            auto const ahead = timing_.soft + fraction_of(timing_.soft, timing_.jitter * uniform_());
            renew_at_ -= std::min(ahead, life / 2);
            wait_at_ -= std::min(timing_.hard, life / 10);
        }
        if (timing_.max_age < renew_at_ - now)
            renew_at_ = now + timing_.max_age;
        current_ = std::make_shared<token const>(std::move(fresh));
        return {};
    }

    /// The mint gave none.
    void failed(failure f, time_point now)
    {
        auto const ceiling = retry_.ceiling();
        auto const pause = ceiling / 2 + retry_.next() / 2;  // never at once: all who waited come back together
        next_attempt_ = now + std::max(pause, f.retry_after);
        ended(std::move(f));
    }

    /// The mint was cancelled: as if it had not begun.
    void abandoned() { ended(failure()); }

    /** A peer answered 401.
        @param serial Of the token that was sent. */
    token_refusal refused(std::uint64_t serial, time_point now)
    {
        if (!current_ || current_->serial != serial)
            return token_refusal::superseded;
        if (now - current_->issued < timing_.grace)
            return token_refusal::young;
        current_.reset();
        return token_refusal::dropped;
    }

    /// The token, as long as it is worth something; else null.
    shared_token usable(time_point now) const { return current_ && now < current_->expires ? current_ : nullptr; }

    bool minting() const noexcept { return minting_; }
    /// How many mints have ended.
    std::uint64_t rounds() const noexcept { return rounds_; }
    /// Why the last mint gave none, and when to come back; no error if it gave one.
    failure last_failure(time_point now) const
    {
        auto f = failure_;
        f.retry_after =
            std::max(duration::zero(), next_attempt_ == time_point::min() ? duration() : next_attempt_ - now);
        return f;
    }
private:
    void ended(failure f)
    {
        minting_ = false;
        ++rounds_;
        failure_ = std::move(f);
    }

    token_timing timing_;
    backoff retry_;
    uniform_source uniform_;
    shared_token current_;
    time_point renew_at_{};  // from then on it is renewed ahead
    time_point wait_at_{};  // from then on callers wait
    time_point next_attempt_ = time_point::min();
    failure failure_;
    std::uint64_t rounds_ = 0;
    bool minting_ = false;
};

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_TOKEN_STATE_HPP
