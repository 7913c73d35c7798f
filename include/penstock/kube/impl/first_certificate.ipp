#ifndef PENSTOCK_KUBE_IMPL_FIRST_CERTIFICATE_IPP
#define PENSTOCK_KUBE_IMPL_FIRST_CERTIFICATE_IPP
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <string_view>

namespace penstock::kube::detail {

using x509_ptr = std::unique_ptr<X509, decltype(&X509_free)>;

inline std::unique_ptr<BIO, decltype(&BIO_free)> bio_of(std::string_view text)
{
    return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
}

inline x509_ptr first_certificate(std::string_view pem)
{
    auto const bio = bio_of(pem);
    x509_ptr found(bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr, &X509_free);
    ERR_clear_error();
    return found;
}

}  // namespace penstock::kube::detail

#endif  // PENSTOCK_KUBE_IMPL_FIRST_CERTIFICATE_IPP
