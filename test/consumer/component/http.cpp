#include <penstock/crypto/hmac.hpp>
#include <penstock/hook/hex_hmac.hpp>
#include <penstock/hook/verifier.hpp>
#include <penstock/text/hex.hpp>

int main()
{
    using namespace penstock;
    // RFC 4231, test case 2
    crypto::hmac mac(crypto::hmac_key(crypto::algorithm::sha256, "Jefe"));
    mac.update("what do ya want for nothing?");
    auto const hooks = hook::verifier<hook::github_sha256>::make({secret("correct horse battery staple")});
    return hooks && to_hex(mac.finish().view()) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
               ? 0
               : 1;
}
