#ifndef PENSTOCK_AUTH_REMOTE_KEY_HPP
#define PENSTOCK_AUTH_REMOTE_KEY_HPP
#include <penstock/auth/jwt_signer.hpp>
#include <penstock/auth/kept_jwt.hpp>
#include <penstock/crypto/jwt.hpp>

#include <concepts>
#include <string>
#include <utility>

namespace penstock::auth {

/// Signs bytes with RS256 (RSASSA-PKCS1-v1_5 over SHA-256) and gives the raw signature: what services for keys offer.
template <class S>
concept byte_signer = std::movable<S> && requires(S& s, std::string message, time_point deadline) {
    { s.sign(message, deadline) } -> std::same_as<awaitable<result<std::string>>>;
};

/** A key of an App that never leaves the service that holds it (a KMS, an HSM, another process): that is asked for a
    signature every 7 minutes, and after a 401.
    @par Thread safety
    One thread. */
template <byte_signer Signer>
class remote_key
{
public:
    explicit remote_key(Signer signer) : signer_(std::move(signer)) {}

    /// @return What the signer says; `errc::malformed` for an empty signature.
    awaitable<result<secret>> jwt(std::string issuer, wall_time wall, time_point deadline)
    {
        if (kept_.good(wall))
            co_return kept_.value();
        auto const message = crypto::jwt_message(kept_jwt::claims(std::move(issuer), wall));
        auto signature = co_await signer_.sign(message, deadline);
        if (!signature)
            co_return signature.error();
        if (signature->empty())
            co_return failure(errc::malformed, "the signer of the JWT gave an empty signature");
        kept_.keep(crypto::jwt_of(message, *signature), wall);
        secret::wipe(*signature);
        co_return kept_.value();
    }

    void forget() { kept_.forget(); }
private:
    Signer signer_;
    kept_jwt kept_;
};

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_REMOTE_KEY_HPP
