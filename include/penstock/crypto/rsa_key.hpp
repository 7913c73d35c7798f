#ifndef PENSTOCK_CRYPTO_RSA_KEY_HPP
#define PENSTOCK_CRYPTO_RSA_KEY_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/text/secret.hpp>

#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace penstock::crypto {

/** A private RSA key of 2048 bits or more, for RS256. Copies share the key, which OpenSSL zeroes with the last of them.

    @par Thread safety
    Shared objects: safe. */
class rsa_key
{
public:
    rsa_key() = default;  ///< Holds no key; may only be assigned to.

    /** Reads PEM in PKCS #1 (`RSA PRIVATE KEY`) or PKCS #8 (`PRIVATE KEY`), or the same once more in base64, as it is
        often put into an environment variable.
        @return `errc::invalid_configuration` that says what was found instead and what to do: an encrypted key, a
        public key, a certificate, a key of another type or too short. No detail holds a part of the key. */
    PENSTOCK_DECL static result<rsa_key> from_pem(secret const& pem);

    explicit operator bool() const noexcept { return key_ != nullptr; }

    /// The raw RSASSA-PKCS1-v1_5 signature with SHA-256. @pre Holds a key. About 0.3 ms for 2048 bits.
    PENSTOCK_DECL result<std::string> sign(std::string_view message) const;

    /// The public half as PEM (`PUBLIC KEY`). @pre Holds a key.
    PENSTOCK_DECL std::string public_pem() const;
private:
    std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace penstock::crypto

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/crypto/impl/rsa_key.ipp>
#endif

#endif  // PENSTOCK_CRYPTO_RSA_KEY_HPP
