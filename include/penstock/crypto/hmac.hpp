#ifndef PENSTOCK_CRYPTO_HMAC_HPP
#define PENSTOCK_CRYPTO_HMAC_HPP
#include <penstock/crypto/digest.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace penstock::crypto {

/** A key that has been scheduled: the two padded blocks of RFC 2104 are hashed once, here, and their contexts are
    copied for every message. Copies of a key share the contexts, which never change.

    @par Thread safety
    Shared objects: safe. */
class hmac_key
{
public:
    hmac_key() = default;  ///< Holds no key; may only be assigned to.

    /// Any length of key; throws `std::runtime_error` if OpenSSL does not offer the algorithm.
    hmac_key(algorithm a, std::string_view key);

    explicit operator bool() const noexcept { return schedule_ != nullptr; }
private:
    friend class hmac;
    struct schedule;
    std::shared_ptr<schedule const> schedule_;
};

/** Computes one HMAC after another. The context is kept between messages: only `reset` and `finish` touch the key.

    `operator new` is never called. OpenSSL 3.0 itself allocates 112 bytes for each of the two copies of a context: no
    function of it that is not deprecated copies a state in place. Hashing the padded key anew for every message needs
    no allocation, and costs two more blocks: as much for 8 KB, and 4 % more for 1 KB (benchmarks/hmac.cpp).
    @par Thread safety
    Distinct objects: safe, with the same key too. Shared objects: unsafe.
    @see RFC 2104 */
class hmac
{
public:
    hmac() = default;  ///< Without a key: call `reset` first.
    explicit hmac(hmac_key const& key) { reset(key); }

    /// Begins a message; what was hashed before is forgotten.
    void reset(hmac_key const& key);

    void update(std::string_view slice);

    /// The MAC. The next message begins with `reset`.
    digest_bytes finish();
private:
    hmac_key key_;
    detail::context context_;
};

/// The raw MAC of one message. For a key that is used again keep an `hmac_key`.
PENSTOCK_DECL std::string hmac_of(algorithm a, std::string_view key, std::string_view message);

}  // namespace penstock::crypto

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/crypto/impl/hmac.ipp>
#endif

#endif  // PENSTOCK_CRYPTO_HMAC_HPP
