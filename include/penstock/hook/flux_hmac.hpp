#ifndef PENSTOCK_HOOK_FLUX_HMAC_HPP
#define PENSTOCK_HOOK_FLUX_HMAC_HPP
#include <penstock/crypto/hmac.hpp>
#include <penstock/hook/scheme.hpp>
#include <penstock/text/hex.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace penstock::hook {

/** `X-Signature: <algorithm>=<hex>` over the raw body. The sender chooses among the algorithms named here; every
    other one is `errc::unsupported`, so that a digest too weak for the program cannot be asked for. */
template <crypto::algorithm... Allowed>
class x_signature
{
    static_assert(sizeof...(Allowed) > 0);
    static constexpr std::array<crypto::algorithm, sizeof...(Allowed)> allowed{Allowed...};
public:
    static constexpr std::string_view name = "x-signature";
    static constexpr std::string_view header = "X-Signature";

    using key = std::array<crypto::hmac_key, sizeof...(Allowed)>;
    using state = crypto::hmac;
    struct claim
    {
        std::size_t place = 0;  // in `allowed`
        std::array<char, crypto::max_digest_size> mac{};
    };

    static result<key> prepare(secret const& s) { return key{crypto::hmac_key(Allowed, s.reveal())...}; }

    static result<claim> read(http::fields const& fields, window const&)
    {
        auto const value = only_field(fields, header);
        if (!value)
            return value.error();
        auto const equals = value->find('=');
        auto const algorithm = crypto::find_algorithm(value->substr(0, equals));
        if (equals == std::string_view::npos || !algorithm)
            return failure(errc::signature_malformed, "X-Signature is not <algorithm>=<hexadecimal digits>");
        claim c;
        while (c.place < allowed.size() && allowed[c.place] != *algorithm)
            ++c.place;
        if (c.place == allowed.size())
            return failure(errc::unsupported, "X-Signature with " + std::string(crypto::name(*algorithm)));
        auto const mac = std::span(c.mac).first(crypto::digest_size(*algorithm));
        if (!penstock::detail::hex_into(value->substr(equals + 1), mac))
            return failure(errc::signature_malformed, "X-Signature has not the digits of its algorithm");
        return c;
    }

    static constexpr bool decided_by_header(claim const&) noexcept { return false; }
    static void start(state& s, key const& k, claim const& c) { s.reset(k[c.place]); }
    static void update(state& s, std::string_view slice) { s.update(slice); }
    static bool matches(state& s, key const&, claim const& c)
    {
        auto const size = crypto::digest_size(allowed[c.place]);
        return crypto::equal_constant_time(s.finish().view(), {c.mac.data(), size});
    }
};

/** `X-Signature` with any digest of SHA-2: what pipeline-controller accepts, and more than notification-controller
    does. Flux itself always sends SHA-256. */
using flux_hmac = x_signature<crypto::algorithm::sha256, crypto::algorithm::sha224, crypto::algorithm::sha384,
                              crypto::algorithm::sha512>;

/// The same and SHA-1, which notification-controller's generic-hmac receiver still accepts.
using flux_hmac_with_sha1 = x_signature<crypto::algorithm::sha256, crypto::algorithm::sha224, crypto::algorithm::sha384,
                                        crypto::algorithm::sha512, crypto::algorithm::sha1>;

static_assert(scheme<flux_hmac> && scheme<flux_hmac_with_sha1>);

}  // namespace penstock::hook

#endif  // PENSTOCK_HOOK_FLUX_HMAC_HPP
