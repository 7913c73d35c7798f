#ifndef PENSTOCK_KUBE_IMPL_TLS_RELOAD_IPP
#define PENSTOCK_KUBE_IMPL_TLS_RELOAD_IPP
#include <penstock/env/watched_file.hpp>
#include <penstock/kube/tls_reload.hpp>

#include <penstock/kube/impl/first_certificate.ipp>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::kube {

namespace detail {

/// A key with a passphrase is refused and not asked for on the terminal.
inline int no_passphrase(char*, int, int, void*)
{
    return -1;
}

inline bool belong_together(std::string_view certificate_pem, secret const& key_pem)
{
    auto const certificate = first_certificate(certificate_pem);
    auto const bio = bio_of(key_pem.reveal());
    if (!certificate || !bio)
        return false;
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> const key(
        PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_passphrase, nullptr), &EVP_PKEY_free);
    bool const same = key && X509_check_private_key(certificate.get(), key.get()) == 1;
    ERR_clear_error();
    return same;
}

inline bool same_options(http::tls_options const& a, http::tls_options const& b) noexcept
{
    return a.ca_pem == b.ca_pem && a.certificate_pem == b.certificate_pem
           && a.private_key_pem.reveal() == b.private_key_pem.reveal();
}

/// Reads files that may have changed, and gives of the others what it read before.
inline tls_reload::reader watching_reader()
{
    return
        [files = std::map<std::string, env::watched_file>()](std::string const& path) mutable -> result<std::string> {
            auto& file = files.try_emplace(path, path).first->second;
            if (auto const looked = file.refresh(); !looked)
                return looked.error();
            return std::string(file.content().reveal());
        };
}

}  // namespace detail

PENSTOCK_DECL tls_reload::tls_reload(http::tls_options options, tls_files files, reader read)
    : options_(std::move(options)), files_(std::move(files)), read_(read ? std::move(read) : detail::watching_reader())
{}

PENSTOCK_DECL result<http::tls_options> tls_reload::look() const
{
    auto fresh = options_;
    if (!files_.authorities.empty()) {
        auto pem = read_(files_.authorities);
        if (!pem)
            return pem.error();
        if (!detail::first_certificate(*pem))
            return failure(errc::invalid_configuration, files_.authorities + ": holds no certificate");
        fresh.ca_pem = *std::move(pem);
    }
    if (!files_.certificate.empty()) {
        auto pem = read_(files_.certificate);
        if (!pem)
            return pem.error();
        fresh.certificate_pem = *std::move(pem);
    }
    if (!files_.key.empty()) {
        auto pem = read_(files_.key);
        if (!pem)
            return pem.error();
        fresh.private_key_pem = secret(*std::move(pem));
    }
    bool const has_certificate = !fresh.certificate_pem.empty() || !files_.certificate.empty();
    if (has_certificate && !detail::belong_together(fresh.certificate_pem, fresh.private_key_pem))
        return failure(errc::invalid_configuration, (files_.certificate.empty() ? files_.key : files_.certificate)
                                                        + ": the certificate and its key do not belong together");
    return fresh;
}

PENSTOCK_DECL auto tls_reload::refresh(time_point now) -> verdict
{
    if (files_.empty() || now < next_look_)
        return verdict::same;
    next_look_ = now + look_every;
    auto fresh = look();
    trouble_ = fresh ? failure() : fresh.error();
    if (!fresh || detail::same_options(*fresh, options_))
        return verdict::same;
    options_ = *std::move(fresh);
    return verdict::changed;
}

PENSTOCK_DECL auto tls_reload::use(std::string certificate_pem, secret private_key_pem) -> result<verdict>
{
    if (certificate_pem == options_.certificate_pem && private_key_pem.reveal() == options_.private_key_pem.reveal())
        return verdict::same;
    if (!certificate_pem.empty() && !detail::belong_together(certificate_pem, private_key_pem))
        return failure(errc::invalid_configuration,
                       "a client certificate was given with a key that does not belong to it");
    files_.certificate.clear();
    files_.key.clear();
    options_.certificate_pem = std::move(certificate_pem);
    options_.private_key_pem = std::move(private_key_pem);
    return verdict::changed;
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_IMPL_TLS_RELOAD_IPP
