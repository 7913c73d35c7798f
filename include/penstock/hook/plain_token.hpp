#ifndef PENSTOCK_HOOK_PLAIN_TOKEN_HPP
#define PENSTOCK_HOOK_PLAIN_TOKEN_HPP
#include <penstock/crypto/digest.hpp>
#include <penstock/hook/scheme.hpp>

#include <string_view>

namespace penstock::hook {

/** A header that repeats the secret: it proves the sender, and nothing about the body. `Derived` says `name` and
    `header`. Both sides are hashed before they are compared, so that time tells nothing about a length either; the
    answer is there before the body is read. */
template <class Derived>
class plain_token
{
public:
    struct hash
    {
        crypto::digest_bytes bytes;
    };
    using key = hash;
    using claim = hash;
    struct state
    {};

    static result<key> prepare(secret const& s) { return hashed(s.reveal()); }

    static result<claim> read(http::fields const& fields, window const&)
    {
        auto const value = only_field(fields, Derived::header);
        if (!value)
            return value.error();
        return hashed(*value);
    }

    static constexpr bool decided_by_header(claim const&) noexcept { return true; }
    static void start(state&, key const&, claim const&) {}
    static void update(state&, std::string_view) {}
    static bool matches(state&, key const& k, claim const& c)
    {
        return crypto::equal_constant_time(k.bytes.view(), c.bytes.view());
    }
private:
    static hash hashed(std::string_view token)
    {
        thread_local crypto::hasher scratch(crypto::algorithm::sha256);
        scratch.update(token);
        return {scratch.finish()};
    }
};

/** GitLab's secret token.
    @see https://docs.gitlab.com/user/project/integrations/webhooks */
struct gitlab_token : plain_token<gitlab_token>
{
    static constexpr std::string_view name = "gitlab-token";
    static constexpr std::string_view header = "X-Gitlab-Token";
};

/** Harbor's "auth header", which it sends as it was written: the secret is the whole value of `Authorization`.
    @see https://goharbor.io/docs/main/working-with-projects/project-configuration/configure-webhooks */
struct harbor_token : plain_token<harbor_token>
{
    static constexpr std::string_view name = "harbor-token";
    static constexpr std::string_view header = "Authorization";
};

static_assert(scheme<gitlab_token> && scheme<harbor_token>);

}  // namespace penstock::hook

#endif  // PENSTOCK_HOOK_PLAIN_TOKEN_HPP
