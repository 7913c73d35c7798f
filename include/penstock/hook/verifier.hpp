#ifndef PENSTOCK_HOOK_VERIFIER_HPP
#define PENSTOCK_HOOK_VERIFIER_HPP
#include <penstock/error/result.hpp>
#include <penstock/hook/scheme.hpp>
#include <penstock/http/fields.hpp>
#include <penstock/text/secret.hpp>
#include <penstock/time/types.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::hook {

struct verifier_options
{
    duration tolerance = std::chrono::minutes(5);  ///< How far a signed time may lie from now, either way.
    /// Bytes of the shortest secret. Shorter than 16 can be guessed: such a number must be named. None may be empty.
    std::size_t min_secret = 16;
};

/** Checks deliveries against the active secrets of one hook. A list of them, newest first, is how a secret is rotated
    without losing a delivery.

    Every secret is tried on every body, whichever matches, so that time tells nothing. States are kept: a warmed
    verifier allocates nothing of its own.
    @par Thread safety
    A verifier and its checks: one thread. Checks may be interleaved, and may outlive their verifier. */
template <scheme S>
class verifier
{
    struct session
    {
        typename S::claim claim;
        std::vector<typename S::state> states;  // one for each key
    };

    struct core
    {
        verifier_options options;
        std::vector<typename S::key> keys;
        std::vector<std::unique_ptr<session>> idle;

        void give_back(std::unique_ptr<session> s)
        {
            if (idle.size() < idle.capacity())
                idle.push_back(std::move(s));
        }
    };
public:
    static constexpr std::size_t max_secrets = 8;  ///< Each of them hashes each body.
    static constexpr std::size_t max_idle = 32;  ///< Sets of states kept for the next deliveries.

    /// One delivery while its body arrives.
    class check
    {
    public:
        check() = default;
        check(check&&) = default;
        check& operator=(check&& other) noexcept
        {
            leave();
            core_ = std::move(other.core_);
            session_ = std::move(other.session_);
            return *this;
        }
        ~check() { leave(); }

        /// Takes the next bytes of the raw body; slices of up to 64 KB keep a loop responsive.
        void update(std::string_view slice)
        {
            if (session_)
                for (auto& state : session_->states)
                    S::update(state, slice);
        }

        /** Ends the body; once.

            @return The place of the first secret that matches, or `errc::signature_mismatch`. */
        result<std::size_t> finish()
        {
            if (!session_)
                return failure(errc::invalid_argument, "a check that has ended");
            auto const place = first_match(*core_, *session_);
            leave();
            return place;
        }
    private:
        friend class verifier;

        check(std::shared_ptr<core> c, std::unique_ptr<session> s) : core_(std::move(c)), session_(std::move(s)) {}

        void leave() noexcept
        {
            if (session_)
                core_->give_back(std::move(session_));
            core_.reset();
        }

        std::shared_ptr<core> core_;
        std::unique_ptr<session> session_;
    };

    /// Refuses everything.
    verifier() = default;

    /** @param secrets Newest first; 1 to `max_secrets`.
        @return `errc::invalid_configuration` that names a wrong secret by its place, counted from 1. */
    static result<verifier> make(std::vector<secret> const& secrets, verifier_options const& options = {})
    {
        if (secrets.empty() || secrets.size() > max_secrets)
            return failure(errc::invalid_configuration, std::string(S::name) + ": " + std::to_string(secrets.size())
                                                            + " secrets, needed are 1 to "
                                                            + std::to_string(max_secrets));
        verifier made;
        made.core_ = std::make_shared<core>();
        made.core_->options = options;
        made.core_->idle.reserve(max_idle);
        for (std::size_t i = 0; i < secrets.size(); ++i) {
            auto key = prepare(secrets[i], options.min_secret);
            if (!key)
                return failure(errc::invalid_configuration, std::string(S::name) + ": secret " + std::to_string(i + 1)
                                                                + " of " + std::to_string(secrets.size()) + " "
                                                                + key.error().detail);
            made.core_->keys.push_back(*std::move(key));
        }
        return made;
    }

    /** Judges the header, before any of the body is read.

        @return What takes the body; or `errc::signature_missing`, `signature_malformed`, `signature_expired`,
        `unsupported`, and `signature_mismatch` where the header alone decides. */
    result<check> begin(http::fields const& fields, wall_time now)
    {
        if (!core_)
            return failure(errc::invalid_configuration, std::string(S::name) + ": no secret");
        auto claim = S::read(fields, {now, core_->options.tolerance});
        if (!claim)
            return claim.error();
        auto s = take();
        s->claim = *std::move(claim);
        for (std::size_t i = 0; i < core_->keys.size(); ++i)
            S::start(s->states[i], core_->keys[i], s->claim);
        if (S::decided_by_header(s->claim))
            if (auto const place = first_match(*core_, *s); !place)
                return place.error();
        return check(core_, std::move(s));
    }

    /// The same, and refuses every method but POST with `errc::unsupported`.
    result<check> begin(std::string_view method, http::fields const& fields, wall_time now)
    {
        if (method != "POST")
            return failure(errc::unsupported, "a delivery is a POST");
        return begin(fields, now);
    }

    /// A delivery that is here as a whole.
    result<std::size_t> verify(http::fields const& fields, std::string_view body, wall_time now)
    {
        auto begun = begin(fields, now);
        if (!begun)
            return begun.error();
        begun->update(body);
        return begun->finish();
    }

    std::size_t secrets() const noexcept { return core_ ? core_->keys.size() : 0; }
private:
    static result<typename S::key> prepare(secret const& s, std::size_t least)
    {
        if (s.empty())
            return failure(errc::invalid_configuration, "is empty");
        if (s.size() < least)
            return failure(errc::invalid_configuration, "is shorter than " + std::to_string(least) + " bytes");
        try {
            auto key = S::prepare(s);
            if (!key)
                return failure(key.error().code, "is " + key.error().detail);
            return key;
        } catch (std::exception const& e) {  // OpenSSL without the algorithm
            return failure(errc::unsupported, std::string("cannot be used: ") + e.what());
        }
    }

    static result<std::size_t> first_match(core const& c, session& s)
    {
        auto place = c.keys.size();
        for (auto i = c.keys.size(); i-- > 0;)
            if (S::matches(s.states[i], c.keys[i], s.claim))
                place = i;
        if (place == c.keys.size())
            return failure(errc::signature_mismatch, std::string(S::name));
        return place;
    }

    std::unique_ptr<session> take()
    {
        if (!core_->idle.empty()) {
            auto kept = std::move(core_->idle.back());
            core_->idle.pop_back();
            return kept;
        }
        auto made = std::make_unique<session>();
        made->states.resize(core_->keys.size());
        return made;
    }

    std::shared_ptr<core> core_;
};

}  // namespace penstock::hook

#endif  // PENSTOCK_HOOK_VERIFIER_HPP
