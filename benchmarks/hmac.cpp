// Claim: an HMAC costs hardly more than hashing the same bytes, and verifying a delivery hardly more than an HMAC.
#include "allocations.hpp"
#include "measure.hpp"
#include "payload.hpp"

#include <penstock/crypto/hmac.hpp>
#include <penstock/hook/hex_hmac.hpp>
#include <penstock/hook/verifier.hpp>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdlib>
#include <string>

namespace {

void race_for(bench::effort const& effort, std::string const& body)
{
    namespace crypto = penstock::crypto;
    bench::race race("HMAC-SHA256 of " + std::to_string(body.size()) + " bytes", effort);

    auto* const context = ::EVP_MD_CTX_new();
    auto* const sha256 = ::EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
    ::EVP_DigestInit_ex2(context, sha256, nullptr);
    race.add("limit: raw SHA-256 blocks, kept context", [&](std::size_t times) {
        while (times-- > 0)
            bench::keep(::EVP_DigestUpdate(context, body.data(), body.size()));
    });

    crypto::hmac_key const key(crypto::algorithm::sha256, bench::webhook_secret);
    crypto::hmac mac;
    race.add(
        "crypto::hmac, key scheduled once",
        [&](std::size_t times) {
            while (times-- > 0) {
                mac.reset(key);
                mac.update(body);
                bench::keep(mac.finish());
            }
        },
        body.size() >= 8192 ? "<= 1.05, 0 allocations" : "");

    auto verifier = penstock::hook::verifier<penstock::hook::github_sha256>::make(
                        {penstock::secret(std::string(bench::webhook_secret))})
                        .value();
    penstock::http::fields const fields{{"X-GitHub-Event", "push"},
                                        {"X-Hub-Signature-256", bench::push_signature(body)}};
    race.add("hook::verifier<github_sha256>", [&](std::size_t times) {
        while (times-- > 0)
            if (!verifier.verify(fields, body, {}))
                std::abort();
    });

    race.add("one-shot HMAC()", [&](std::size_t times) {
        std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
        unsigned int size = 0;
        while (times-- > 0)
            bench::keep(::HMAC(::EVP_sha256(), bench::webhook_secret.data(),
                               static_cast<int>(bench::webhook_secret.size()),
                               reinterpret_cast<unsigned char const*>(body.data()), body.size(), out.data(), &size));
    });
    race.run(2000);
    ::EVP_MD_free(sha256);
    ::EVP_MD_CTX_free(context);
}

}  // namespace

int main(int argc, char** argv)
{
    bench::count_openssl();
    bench::effort const effort(argc, argv);
    auto const body = bench::push_body(bench::push_commit(1), 8192);
    race_for(effort, body);
    race_for(effort, body.substr(0, 1024));
}
