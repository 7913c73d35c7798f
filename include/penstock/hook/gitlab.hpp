#ifndef PENSTOCK_HOOK_GITLAB_HPP
#define PENSTOCK_HOOK_GITLAB_HPP
#include <penstock/crypto/hmac.hpp>
#include <penstock/hook/plain_token.hpp>
#include <penstock/hook/scheme.hpp>
#include <penstock/hook/standard_webhooks.hpp>

#include <string_view>

namespace penstock::hook {

/** GitLab with both of its secrets: those that begin with `whsec_` are signing tokens, the others secret tokens.

    A delivery that carries `webhook-signature` must pass as Standard Webhooks; the token beside it is not looked at.
    Otherwise whoever learned the token could replace a signature by nonsense. */
class gitlab
{
public:
    static constexpr std::string_view name = "gitlab";

    struct key
    {
        crypto::hmac_key signing;  // none for a secret token
        gitlab_token::key token;
    };
    struct state
    {
        crypto::hmac mac;
        bool hashing = false;
    };
    struct claim
    {
        bool has_signature = false;
        standard_webhooks::claim signature;
        gitlab_token::claim token;
    };

    static result<key> prepare(secret const& s)
    {
        key made;
        if (s.reveal().starts_with(standard_webhooks::key_prefix)) {
            auto signing = standard_webhooks::prepare(s);
            if (!signing)
                return signing.error();
            made.signing = *signing;
        } else {
            auto token = gitlab_token::prepare(s);
            if (!token)
                return token.error();
            made.token = *token;
        }
        return made;
    }

    static result<claim> read(http::fields const& fields, window const& w)
    {
        claim c;
        c.has_signature = fields.contains("webhook-signature");
        if (c.has_signature) {
            auto const signature = standard_webhooks::read(fields, w);
            if (!signature)
                return signature.error();
            c.signature = *signature;
        } else {
            auto const token = gitlab_token::read(fields, w);
            if (!token)
                return token.error();
            c.token = *token;
        }
        return c;
    }

    static constexpr bool decided_by_header(claim const& c) noexcept { return !c.has_signature; }

    static void start(state& s, key const& k, claim const& c)
    {
        s.hashing = c.has_signature && k.signing;
        if (s.hashing)
            standard_webhooks::start(s.mac, k.signing, c.signature);
    }

    static void update(state& s, std::string_view slice)
    {
        if (s.hashing)
            standard_webhooks::update(s.mac, slice);
    }

    static bool matches(state& s, key const& k, claim const& c)
    {
        if (c.has_signature)
            return s.hashing && standard_webhooks::matches(s.mac, k.signing, c.signature);
        gitlab_token::state none;
        return !k.signing && gitlab_token::matches(none, k.token, c.token);
    }
};
static_assert(scheme<gitlab>);

}  // namespace penstock::hook

#endif  // PENSTOCK_HOOK_GITLAB_HPP
