#ifndef PENSTOCK_HOOK_HEX_HMAC_HPP
#define PENSTOCK_HOOK_HEX_HMAC_HPP
#include <penstock/crypto/hmac.hpp>
#include <penstock/hook/scheme.hpp>
#include <penstock/text/hex.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace penstock::hook {

/** An HMAC of the raw body in hexadecimal, behind a fixed prefix. `Derived` says which:
    `name`, `header`, `prefix` and `algorithm`. Digits of both cases are accepted, the bytes are compared. */
template <class Derived>
class hex_hmac
{
public:
    using key = crypto::hmac_key;
    using state = crypto::hmac;
    struct claim
    {
        std::array<char, crypto::max_digest_size> mac{};
    };

    static result<key> prepare(secret const& s) { return key(Derived::algorithm, s.reveal()); }

    static result<claim> read(http::fields const& fields, window const&) { return read(fields, Derived::header); }

    static constexpr bool decided_by_header(claim const&) noexcept { return false; }
    static void start(state& s, key const& k, claim const&) { s.reset(k); }
    static void update(state& s, std::string_view slice) { s.update(slice); }
    static bool matches(state& s, key const&, claim const& c)
    {
        return crypto::equal_constant_time(s.finish().view(), {c.mac.data(), crypto::digest_size(Derived::algorithm)});
    }
protected:
    /// For a `Derived` with several headers.
    static result<claim> read(http::fields const& fields, std::string_view header)
    {
        auto const value = only_field(fields, header);
        if (!value)
            return value.error();
        claim c;
        bool const prefixed = value->starts_with(Derived::prefix);
        if (!prefixed || !penstock::detail::hex_into(value->substr(Derived::prefix.size()), mac_of(c)))
            return failure(errc::signature_malformed, std::string(header) + " is not " + expected());
        return c;
    }
private:
    static std::span<char> mac_of(claim& c) { return std::span(c.mac).first(crypto::digest_size(Derived::algorithm)); }

    static std::string expected()
    {
        auto const digits = std::to_string(2 * crypto::digest_size(Derived::algorithm)) + " hexadecimal digits";
        return Derived::prefix.empty() ? digits : std::string(Derived::prefix) + " and " + digits;
    }
};

/// GitHub, and what speaks like it. @see https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
struct github_sha256 : hex_hmac<github_sha256>
{
    static constexpr std::string_view name = "github-sha256";
    static constexpr std::string_view header = "X-Hub-Signature-256";
    static constexpr std::string_view prefix = "sha256=";
    static constexpr crypto::algorithm algorithm = crypto::algorithm::sha256;
};

/// The legacy signature of GitHub. No other scheme falls back to it: a program that needs it must name it.
struct github_sha1 : hex_hmac<github_sha1>
{
    static constexpr std::string_view name = "github-sha1";
    static constexpr std::string_view header = "X-Hub-Signature";
    static constexpr std::string_view prefix = "sha1=";
    static constexpr crypto::algorithm algorithm = crypto::algorithm::sha1;
};

/// Bitbucket Cloud and Data Center: GitHub's older header with the newer digest.
struct bitbucket_sha256 : hex_hmac<bitbucket_sha256>
{
    static constexpr std::string_view name = "bitbucket-sha256";
    static constexpr std::string_view header = "X-Hub-Signature";
    static constexpr std::string_view prefix = "sha256=";
    static constexpr crypto::algorithm algorithm = crypto::algorithm::sha256;
};

/// Gitea. It sends GitHub's header too.
struct gitea_sha256 : hex_hmac<gitea_sha256>
{
    static constexpr std::string_view name = "gitea-sha256";
    static constexpr std::string_view header = "X-Gitea-Signature";
    static constexpr std::string_view prefix = "";
    static constexpr crypto::algorithm algorithm = crypto::algorithm::sha256;
};

/// Forgejo. It sends the headers of Gitea and GitHub too.
struct forgejo_sha256 : hex_hmac<forgejo_sha256>
{
    static constexpr std::string_view name = "forgejo-sha256";
    static constexpr std::string_view header = "X-Forgejo-Signature";
    static constexpr std::string_view prefix = "";
    static constexpr crypto::algorithm algorithm = crypto::algorithm::sha256;
};

/// Gogs. Gitea and Forgejo send its header too.
struct gogs_sha256 : hex_hmac<gogs_sha256>
{
    static constexpr std::string_view name = "gogs-sha256";
    static constexpr std::string_view header = "X-Gogs-Signature";
    static constexpr std::string_view prefix = "";
    static constexpr crypto::algorithm algorithm = crypto::algorithm::sha256;
};

/// Any of these three: the first of their headers that is there must hold.
struct gitea : hex_hmac<gitea>
{
    static constexpr std::string_view name = "gitea";
    static constexpr std::array<std::string_view, 3> headers{forgejo_sha256::header, gitea_sha256::header,
                                                             gogs_sha256::header};
    static constexpr std::string_view prefix = "";
    static constexpr crypto::algorithm algorithm = crypto::algorithm::sha256;

    static result<claim> read(http::fields const& fields, window const&)
    {
        for (auto const header : headers)
            if (fields.contains(header))
                return hex_hmac::read(fields, header);
        return failure(errc::signature_missing, "X-Forgejo-Signature, X-Gitea-Signature or X-Gogs-Signature");
    }
};

/// Sonatype Nexus, which offers nothing but SHA-1.
struct nexus_sha1 : hex_hmac<nexus_sha1>
{
    static constexpr std::string_view name = "nexus-sha1";
    static constexpr std::string_view header = "X-Nexus-Webhook-Signature";
    static constexpr std::string_view prefix = "";
    static constexpr crypto::algorithm algorithm = crypto::algorithm::sha1;
};

static_assert(scheme<github_sha256> && scheme<github_sha1> && scheme<bitbucket_sha256>);
static_assert(scheme<gitea_sha256> && scheme<forgejo_sha256> && scheme<gogs_sha256> && scheme<gitea>);
static_assert(scheme<nexus_sha1>);

}  // namespace penstock::hook

#endif  // PENSTOCK_HOOK_HEX_HMAC_HPP
