#ifndef PENSTOCK_CRYPTO_IMPL_EVP_IPP
#define PENSTOCK_CRYPTO_IMPL_EVP_IPP
#include <penstock/crypto/digest.hpp>

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <new>
#include <stdexcept>
#include <string>

// What digest.ipp and hmac.ipp share; all of it inline, so that both may be compiled apart.
namespace penstock::crypto::detail {

// Fetched once: an implicit fetch for every init takes a lock and costs more than a small hash.
class fetched_algorithms
{
public:
    fetched_algorithms()
    {
        constexpr std::array<char const*, algorithm_count> names{"SHA1", "SHA2-224", "SHA2-256", "SHA2-384",
                                                                 "SHA2-512"};
        for (std::size_t i = 0; i < algorithm_count; ++i)
            found_[i] = EVP_MD_fetch(nullptr, names[i], nullptr);
    }
    fetched_algorithms(fetched_algorithms const&) = delete;
    fetched_algorithms& operator=(fetched_algorithms const&) = delete;
    ~fetched_algorithms()
    {
        for (auto* const one : found_)
            EVP_MD_free(one);
    }

    EVP_MD const* operator[](algorithm a) const
    {
        auto const* const one = found_[static_cast<std::size_t>(a)];
        if (one == nullptr)
            throw std::runtime_error("OpenSSL does not offer " + std::string(name(a)));
        return one;
    }
private:
    std::array<EVP_MD*, algorithm_count> found_{};
};

inline EVP_MD const* fetched(algorithm a)
{
    static fetched_algorithms const all;
    return all[a];
}

inline void demand(int openssl_answer)
{
    if (openssl_answer != 1)
        throw std::runtime_error("OpenSSL could not compute a digest");
}

inline context make_context()
{
    context made(EVP_MD_CTX_new());
    if (!made)
        throw std::bad_alloc();
    return made;
}

inline void finish_into(EVP_MD_CTX* from, digest_bytes& out)
{
    unsigned int size = 0;
    demand(EVP_DigestFinal_ex(from, reinterpret_cast<unsigned char*>(out.data()), &size));
    out.resize(size);
}

}  // namespace penstock::crypto::detail

#endif  // PENSTOCK_CRYPTO_IMPL_EVP_IPP
