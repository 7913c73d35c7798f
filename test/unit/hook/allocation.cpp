#include <penstock/hook/verifier.hpp>

#include <penstock/hook/flux_hmac.hpp>
#include <penstock/hook/gitlab.hpp>
#include <penstock/hook/hex_hmac.hpp>

#include <boost/test/unit_test.hpp>

#include <openssl/crypto.h>

#include <cstdlib>
#include <new>
#include <string>

using namespace penstock;

namespace {

long from_new = 0;
long from_openssl = 0;

void* openssl_malloc(std::size_t size, char const*, int)
{
    ++from_openssl;
    return std::malloc(size);
}

void* openssl_realloc(void* p, std::size_t size, char const*, int)
{
    ++from_openssl;
    return std::realloc(p, size);
}

void openssl_free(void* p, char const*, int)
{
    std::free(p);
}

// Before anything has used OpenSSL, or it refuses.
int const counted = CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free);

}  // namespace

void* operator new(std::size_t size)
{
    ++from_new;
    if (auto* const p = std::malloc(size == 0 ? 1 : size))
        return p;
    throw std::bad_alloc();
}

void operator delete(void* p) noexcept
{
    std::free(p);
}

void operator delete(void* p, std::size_t) noexcept
{
    std::free(p);
}

BOOST_AUTO_TEST_SUITE(hook_allocation)

BOOST_AUTO_TEST_CASE(a_warmed_verifier_allocates_nothing_for_eight_kilobytes)
{
    std::string const key(32, 'k');
    std::string const body(8192, 'b');
    auto v = hook::verifier<hook::github_sha256>::make({secret(key)}).value();
    http::fields const fields{
        {"X-Hub-Signature-256", "sha256=" + to_hex(crypto::hmac_of(crypto::algorithm::sha256, key, body))}};
    auto const now = wall_time();
    BOOST_TEST_REQUIRE(v.verify(fields, body, now).has_value());
    from_new = 0;
    from_openssl = 0;
    bool accepted = true;
    for (int i = 0; i < 100; ++i) {
        auto check = v.begin("POST", fields, now);
        accepted = accepted && check.has_value();
        check->update(std::string_view(body).substr(0, 4096));
        check->update(std::string_view(body).substr(4096));
        accepted = accepted && check->finish().has_value();
    }
    auto const news = from_new;
    auto const inside = from_openssl;
    BOOST_TEST(accepted);
    BOOST_TEST(news == 0);
    // OpenSSL 3.0 duplicates its own state when a context is copied or started anew, whichever way it is used.
    BOOST_TEST_MESSAGE("inside OpenSSL: " << inside << " allocations for 100 deliveries");
    if (counted == 1)
        BOOST_TEST(inside <= 2 * 100);
}

BOOST_AUTO_TEST_SUITE_END()
