#ifndef PENSTOCK_CRYPTO_IMPL_DIGEST_IPP
#define PENSTOCK_CRYPTO_IMPL_DIGEST_IPP
#include <penstock/crypto/digest.hpp>
#include <penstock/crypto/impl/evp.ipp>
#include <penstock/text/hex.hpp>

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace penstock::crypto {

namespace detail {

PENSTOCK_DECL void context_deleter::operator()(evp_md_ctx_st* unused) const noexcept
{
    EVP_MD_CTX_free(unused);
}

}  // namespace detail

PENSTOCK_DECL hasher::hasher(algorithm a) : context_(detail::make_context())
{
    detail::demand(EVP_DigestInit_ex2(context_.get(), detail::fetched(a), nullptr));
}

PENSTOCK_DECL void hasher::update(std::string_view slice)
{
    detail::demand(EVP_DigestUpdate(context_.get(), slice.data(), slice.size()));
}

PENSTOCK_DECL digest_bytes hasher::finish()
{
    digest_bytes out;
    detail::finish_into(context_.get(), out);
    detail::demand(EVP_DigestInit_ex2(context_.get(), nullptr, nullptr));
    return out;
}

PENSTOCK_DECL std::string digest(algorithm a, std::string_view bytes)
{
    hasher h(a);
    h.update(bytes);
    return h.finish().str();
}

PENSTOCK_DECL std::string sha256_hex(std::string_view bytes)
{
    return to_hex(digest(algorithm::sha256, bytes));
}

PENSTOCK_DECL bool equal_constant_time(std::string_view a, std::string_view b)
{
    if (a.size() == b.size())
        return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
    auto const left = digest(algorithm::sha256, a);
    auto const right = digest(algorithm::sha256, b);
    return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace penstock::crypto

#endif  // PENSTOCK_CRYPTO_IMPL_DIGEST_IPP
