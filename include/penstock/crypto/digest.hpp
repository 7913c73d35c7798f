#ifndef PENSTOCK_CRYPTO_DIGEST_HPP
#define PENSTOCK_CRYPTO_DIGEST_HPP
#include <penstock/config.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace penstock::crypto {

/// SHA-1 is here for peers that offer nothing better; as an HMAC it still holds, as a plain digest it does not.
enum class algorithm
{
    sha1,
    sha224,
    sha256,
    sha384,
    sha512,
};

inline constexpr std::size_t algorithm_count = 5;
inline constexpr std::size_t max_digest_size = 64;

/// Bytes of a digest.
constexpr std::size_t digest_size(algorithm a) noexcept
{
    constexpr std::array<std::size_t, algorithm_count> sizes{20, 28, 32, 48, 64};
    return sizes[static_cast<std::size_t>(a)];
}

/// The name that forges write before a signature: "sha256".
constexpr std::string_view name(algorithm a) noexcept
{
    constexpr std::array<std::string_view, algorithm_count> names{"sha1", "sha224", "sha256", "sha384", "sha512"};
    return names[static_cast<std::size_t>(a)];
}

/// The inverse of `name`; exact, so upper case is unknown.
constexpr std::optional<algorithm> find_algorithm(std::string_view text) noexcept
{
    for (std::size_t i = 0; i < algorithm_count; ++i)
        if (name(static_cast<algorithm>(i)) == text)
            return static_cast<algorithm>(i);
    return std::nullopt;
}

/// The bytes of a digest or of a MAC, kept in place.
class digest_bytes
{
public:
    constexpr std::string_view view() const noexcept { return {bytes_.data(), size_}; }
    std::string str() const { return std::string(view()); }
    constexpr std::size_t size() const noexcept { return size_; }
    constexpr char* data() noexcept { return bytes_.data(); }
    constexpr void resize(std::size_t n) noexcept { size_ = n; }  ///< @pre n <= max_digest_size
private:
    std::array<char, max_digest_size> bytes_{};
    std::size_t size_ = 0;
};

namespace detail {

struct context_deleter
{
    PENSTOCK_DECL void operator()(evp_md_ctx_st* context) const noexcept;
};

using context = std::unique_ptr<evp_md_ctx_st, context_deleter>;

}  // namespace detail

/** Hashes a stream. `finish` makes it ready for the next one, so that a kept hasher allocates once.

    Throws `std::runtime_error` if OpenSSL does not offer the algorithm.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class hasher
{
public:
    explicit hasher(algorithm a);
    void update(std::string_view slice);
    digest_bytes finish();
private:
    detail::context context_;
};

/// The raw digest of the bytes.
PENSTOCK_DECL std::string digest(algorithm a, std::string_view bytes);

/// Lower-case hexadecimal.
PENSTOCK_DECL std::string sha256_hex(std::string_view bytes);

/** Compares in a time that does not depend on what the bytes are. Where the lengths differ both sides are hashed
    first, so that the time tells nothing about the length of a match either. */
PENSTOCK_DECL bool equal_constant_time(std::string_view a, std::string_view b);

}  // namespace penstock::crypto

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/crypto/impl/digest.ipp>
#endif

#endif  // PENSTOCK_CRYPTO_DIGEST_HPP
