#ifndef PENSTOCK_CRYPTO_IMPL_HMAC_IPP
#define PENSTOCK_CRYPTO_IMPL_HMAC_IPP
#include <penstock/crypto/hmac.hpp>
#include <penstock/crypto/impl/evp.ipp>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace penstock::crypto {

struct hmac_key::schedule
{
    detail::context inner;
    detail::context outer;
};

namespace detail {

inline context keyed_context(algorithm a, std::string_view block_key, unsigned char pad)
{
    std::array<unsigned char, 128> block{};  // the longest block: SHA-384 and SHA-512
    auto const size = static_cast<std::size_t>(EVP_MD_get_block_size(fetched(a)));
    std::copy(block_key.begin(), block_key.end(), block.begin());
    for (std::size_t i = 0; i < size; ++i)
        block[i] ^= pad;
    auto made = make_context();
    auto const started = EVP_DigestInit_ex2(made.get(), fetched(a), nullptr);
    auto const fed = started == 1 ? EVP_DigestUpdate(made.get(), block.data(), size) : 0;
    OPENSSL_cleanse(block.data(), block.size());
    demand(fed);
    return made;
}

}  // namespace detail

PENSTOCK_DECL hmac_key::hmac_key(algorithm a, std::string_view key)
{
    digest_bytes shortened;
    if (key.size() > static_cast<std::size_t>(EVP_MD_get_block_size(detail::fetched(a)))) {
        hasher h(a);
        h.update(key);
        shortened = h.finish();
        key = shortened.view();
    }
    auto made = std::make_shared<schedule>();
    made->inner = detail::keyed_context(a, key, 0x36);
    made->outer = detail::keyed_context(a, key, 0x5c);
    OPENSSL_cleanse(shortened.data(), max_digest_size);
    schedule_ = std::move(made);
}

PENSTOCK_DECL void hmac::reset(hmac_key const& key)
{
    if (!key)
        throw std::logic_error("penstock: an HMAC without a key");
    if (!context_)
        context_ = detail::make_context();
    if (key_.schedule_ != key.schedule_)
        key_ = key;
    detail::demand(EVP_MD_CTX_copy_ex(context_.get(), key_.schedule_->inner.get()));
}

PENSTOCK_DECL void hmac::update(std::string_view slice)
{
    detail::demand(EVP_DigestUpdate(context_.get(), slice.data(), slice.size()));
}

PENSTOCK_DECL digest_bytes hmac::finish()
{
    digest_bytes inner;
    detail::finish_into(context_.get(), inner);
    detail::demand(EVP_MD_CTX_copy_ex(context_.get(), key_.schedule_->outer.get()));
    update(inner.view());
    digest_bytes out;
    detail::finish_into(context_.get(), out);
    return out;
}

PENSTOCK_DECL std::string hmac_of(algorithm a, std::string_view key, std::string_view message)
{
    hmac h{hmac_key(a, key)};
    h.update(message);
    return h.finish().str();
}

}  // namespace penstock::crypto

#endif  // PENSTOCK_CRYPTO_IMPL_HMAC_IPP
