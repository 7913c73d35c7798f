#ifndef PENSTOCK_CRYPTO_IMPL_RSA_KEY_IPP
#define PENSTOCK_CRYPTO_IMPL_RSA_KEY_IPP
#include <penstock/crypto/rsa_key.hpp>

#include <penstock/crypto/base64.hpp>
#include <penstock/crypto/digest.hpp>
#include <penstock/crypto/impl/evp.ipp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstddef>
#include <limits>
#include <utility>

namespace penstock::crypto {

namespace detail {

using bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

/// What stands between `-----BEGIN ` and `-----`; empty where there is no PEM.
inline std::string_view pem_label(std::string_view text) noexcept
{
    constexpr std::string_view begin = "-----BEGIN ";
    auto const at = text.find(begin);
    if (at == std::string_view::npos)
        return {};
    auto const label = text.substr(at + begin.size());
    return label.substr(0, label.find("-----"));
}

/// The text, or what it is base64 of where it is no PEM itself.
inline secret pem_text(secret const& given)
{
    if (!pem_label(given.reveal()).empty())
        return given;
    std::string digits;
    digits.reserve(given.size());
    for (char const c : given.reveal())
        if (c != '\n' && c != '\r' && c != ' ' && c != '\t')
            digits.push_back(c);
    auto decoded = base64_decode(digits);
    secret::wipe(digits);
    return decoded ? secret(*std::move(decoded)) : secret();
}

/// What is wrong with a PEM by its label alone; empty for a private key that may be of RSA.
inline std::string label_complaint(std::string_view label, std::string_view text)
{
    if (label.empty())
        return "no PEM; it begins with -----BEGIN RSA PRIVATE KEY----- or -----BEGIN PRIVATE KEY-----";
    if (label == "ENCRYPTED PRIVATE KEY" || text.find("Proc-Type: 4,ENCRYPTED") != std::string_view::npos)
        return "encrypted; write it without a passphrase: openssl pkey -in KEY -out PLAIN";
    if (label == "PUBLIC KEY" || label == "RSA PUBLIC KEY")
        return "a public key; give the private one";
    if (label == "CERTIFICATE")
        return "a certificate; give the private key";
    if (label == "OPENSSH PRIVATE KEY")
        return "in OpenSSH's form; convert it: ssh-keygen -p -m PEM -f KEY";
    if (label != "RSA PRIVATE KEY" && label != "PRIVATE KEY")
        return "of another type; give an RSA key";
    return {};
}

/// Never asks on a terminal.
inline int no_passphrase(char*, int, int, void*)
{
    return -1;
}

}  // namespace detail

PENSTOCK_DECL result<rsa_key> rsa_key::from_pem(secret const& pem)
{
    auto const complain = [](std::string const& what) {
        ERR_clear_error();
        return failure(errc::invalid_configuration, "the private key is " + what);
    };
    auto const text = detail::pem_text(pem);
    if (auto const what = detail::label_complaint(detail::pem_label(text.reveal()), text.reveal()); !what.empty())
        return complain(what);
    if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        return complain("too long");
    detail::bio const from(BIO_new_mem_buf(text.reveal().data(), static_cast<int>(text.size())), &BIO_free);
    if (!from)
        throw std::bad_alloc();
    std::shared_ptr<EVP_PKEY> key(PEM_read_bio_PrivateKey(from.get(), nullptr, &detail::no_passphrase, nullptr),
                                  &EVP_PKEY_free);
    if (!key)
        return complain("damaged; its PEM does not hold a key");
    if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA)
        return complain("of another type; give an RSA key");
    if (EVP_PKEY_get_bits(key.get()) < 2048)
        return complain("too short; RS256 wants 2048 bits or more");
    rsa_key out;
    out.key_ = std::move(key);
    return out;
}

PENSTOCK_DECL result<std::string> rsa_key::sign(std::string_view message) const
{
    auto const context = detail::make_context();
    auto const* const bytes = reinterpret_cast<unsigned char const*>(message.data());
    std::size_t size = 0;
    std::string out;
    bool good = EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1
                && EVP_DigestSign(context.get(), nullptr, &size, bytes, message.size()) == 1;
    if (good) {
        out.resize(size);
        good = EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes, message.size())
               == 1;
        out.resize(size);
    }
    if (!good) {
        ERR_clear_error();
        return failure(errc::invalid_configuration, "OpenSSL cannot sign with the private key");
    }
    return out;
}

PENSTOCK_DECL std::string rsa_key::public_pem() const
{
    detail::bio const to(BIO_new(BIO_s_mem()), &BIO_free);
    if (!to || PEM_write_bio_PUBKEY(to.get(), key_.get()) != 1)
        throw std::bad_alloc();
    char* data = nullptr;
    auto const size = BIO_get_mem_data(to.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace penstock::crypto

#endif  // PENSTOCK_CRYPTO_IMPL_RSA_KEY_IPP
